"""Identifiers that sort by the time they were made."""

import secrets
import threading
import time
from datetime import datetime
from uuid import UUID

_MOST = 0xFFF
_lock = threading.Lock()
_last = (0, 0)


def uuid7() -> UUID:
    """Return a new version 7 UUID (RFC 9562, section 5.7), later than every one this process made before.

    48 bits of Unix milliseconds, a counter of 12 bits that starts at random and keeps the order within a
    millisecond (section 6.2, method 1), then 62 random bits.
    """
    milliseconds, count = _next()
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76
    value |= count << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return UUID(int=value)


def earliest_uuid7(at: datetime) -> UUID:
    """Return the lowest version 7 UUID of that millisecond: what is made from then on is not below it."""
    milliseconds = int(at.timestamp() * 1000)
    return UUID(int=(milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | 0b10 << 62)


def read_uuid(text: str) -> UUID | None:
    """Return the identifier that a text from outside spells, in any of the forms Python reads; None if it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _next() -> tuple[int, int]:
    """Return the millisecond and the counter that follow the last ones given out."""
    global _last  # noqa: PLW0603  (the process's one counter)
    now = time.time_ns() // 1_000_000
    with _lock:
        milliseconds, count = _last[0], _last[1] + 1
        if now > milliseconds:
            milliseconds, count = now, secrets.randbits(11)
        elif count > _MOST:
            milliseconds, count = milliseconds + 1, secrets.randbits(11)
        _last = (milliseconds, count)
    return milliseconds, count
