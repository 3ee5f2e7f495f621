"""Chance that never changes: the same number for the same text on every machine."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def number(text: str, below: int) -> int:
    """Return a number from 0 to `below`, exclusive."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") % below


def one_of(text: str, things: Sequence[Thing]) -> Thing:
    """Return one of the things."""
    return things[number(text, len(things))]


def happens(text: str, percent: int) -> bool:
    """Tell whether something of this probability happens."""
    return number(text, 100) < percent


def some_of(text: str, things: Sequence[Thing], count: int) -> list[Thing]:
    """Return so many different things, in an order of their own."""
    places = sorted(range(len(things)), key=lambda place: number(f"{text} {place}", 1 << 60))
    return [things[place] for place in places[:count]]


def hexadecimal(text: str, digits: int) -> str:
    """Return so many hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:digits]
