"""Counting hits and asking whether a limit is reached."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
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


def forget(limit: Limit, key: str) -> None:
    """Start afresh for this key (after a success)."""
    Counter.objects.filter(digest=_digest(limit, key)).delete()


def sweep() -> int:
    """Delete the counters whose window is over; return how many."""
    return Counter.objects.filter(window_ends_at__lte=clock.now()).delete()[0]


def _digest(limit: Limit, key: str) -> str:
    message = f"{limit.scope}\x1f{key}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()
