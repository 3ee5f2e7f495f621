"""Counting hits and asking whether a limit is reached."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import connection

from betony.kit import clock
from betony.kit.rate_limits.models import Counter

_HIT = """
    insert into kit_rate_limits_counter (digest, window_ends_at, count) values (%s, %s, 1)
    on conflict (digest) do update set
        count = case when kit_rate_limits_counter.window_ends_at <= %s then 1
                     else kit_rate_limits_counter.count + 1 end,
        window_ends_at = case when kit_rate_limits_counter.window_ends_at <= %s then excluded.window_ends_at
                              else kit_rate_limits_counter.window_ends_at end
    returning count
"""


# A window that moves along is counted in so many parts; the part that is half outside still counts whole.
PARTS_OF_A_WINDOW = 30


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` hits in a window of so many seconds, which starts with the first hit."""

    scope: str
    most: int
    window_seconds: int


def hit(limit: Limit, key: str) -> bool:
    """Count one hit and tell whether it was still within the limit.

    Must not run in a transaction that may be rolled back, or the hit is forgotten with it.
    """
    now = clock.now()
    ends_at = now + timedelta(seconds=limit.window_seconds)
    with connection.cursor() as cursor:
        cursor.execute(_HIT, [_digest(limit, key), ends_at, now, now])
        row = cursor.fetchone()
    return row is not None and int(row[0]) <= limit.most


def is_reached(limit: Limit, key: str) -> bool:
    """Tell whether the limit is used up, without counting."""
    return Counter.objects.filter(
        digest=_digest(limit, key), window_ends_at__gt=clock.now(), count__gte=limit.most
    ).exists()


def seconds_left(limit: Limit, key: str) -> int:
    """Return how long the key's window still lasts; 0 when there is none."""
    ends_at = (
        Counter.objects.filter(digest=_digest(limit, key)).values_list("window_ends_at", flat=True).first()
    )
    return max(0, ceil((ends_at - clock.now()).total_seconds())) if ends_at else 0


def hit_rolling(limit: Limit, key: str) -> int:
    """Count one hit in a window that moves along with time, and return 0; return the seconds to wait when it is full.

    A refused hit is not counted, so whoever waits as long as they were told is let in. In no stretch of
    `window_seconds` there are more than `most` hits, but for those that come at the very same moment.
    """
    now = clock.now().timestamp()
    length = limit.window_seconds / PARTS_OF_A_WINDOW
    current = int(now // length)
    digests = {_part(limit, key, part): part for part in range(current - PARTS_OF_A_WINDOW, current + 1)}
    rows = Counter.objects.filter(digest__in=list(digests)).values_list("digest", "count")
    counts = {digests[digest]: count for digest, count in rows}
    too_many = sum(counts.values()) - limit.most + 1
    if too_many <= 0:
        ends_at = datetime.fromtimestamp((current + PARTS_OF_A_WINDOW + 1) * length, UTC)
        with connection.cursor() as cursor:
            cursor.execute(_HIT, [_part(limit, key, current), ends_at, clock.now(), clock.now()])
        return 0
    for part in sorted(counts):
        too_many -= counts[part]
        if too_many <= 0:
            return max(1, ceil((part + PARTS_OF_A_WINDOW + 1) * length - now))
    return limit.window_seconds  # a limit of nothing is never free


def _part(limit: Limit, key: str, part: int) -> str:
    return _digest(limit, f"{key}\x1f{part}")


def forget(limit: Limit, key: str) -> None:
    """Start afresh for this key (after a success)."""
    Counter.objects.filter(digest=_digest(limit, key)).delete()


def sweep() -> int:
    """Delete the counters whose window is over; return how many."""
    return Counter.objects.filter(window_ends_at__lte=clock.now()).delete()[0]


def _digest(limit: Limit, key: str) -> str:
    message = f"{limit.scope}\x1f{key}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()
