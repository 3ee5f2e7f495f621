"""Saying what an answer looks like, and finding where it does not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class Broken(AssertionError):
    """The other side does not keep to the contract."""


@dataclass(frozen=True)
class Matching:
    """A text of this pattern."""

    pattern: str


@dataclass(frozen=True)
class Each:
    """A list whose every item looks like this; `least` says how many there are at least."""

    item: Any
    least: int = 0


@dataclass(frozen=True)
class Maybe:
    """This, or null."""

    shape: Any


ID = Matching(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
INSTANT = Matching(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)")
DAY = Matching(r"\d{4}-\d\d-\d\d")
MONEY = Matching(r"\d+\.\d\d")
ADDRESS = Matching(r"https?://\S+")
TOKEN = Matching(r"[A-Za-z0-9._~-]{16,512}")


def check(value: Any, shape: Any, place: str = "answer") -> None:
    """Pass when the value looks like the shape, else raise Broken with the place.

    A mapping names keys that must be there (others may be); a type stands for any value of it; anything else
    stands for itself.
    """
    if isinstance(shape, Maybe):
        if value is not None:
            check(value, shape.shape, place)
    elif isinstance(shape, Matching):
        _need(isinstance(value, str) and re.fullmatch(shape.pattern, value), place, value, shape.pattern)
    elif isinstance(shape, Each):
        _need(isinstance(value, list) and len(value) >= shape.least, place, value, shape)
        for number, item in enumerate(value):
            check(item, shape.item, f"{place}[{number}]")
    elif isinstance(shape, Mapping):
        _check_mapping(value, shape, place)
    elif isinstance(shape, list):
        _need(isinstance(value, list) and len(value) == len(shape), place, value, shape)
        for number, (item, one) in enumerate(zip(value, shape, strict=True)):
            check(item, one, f"{place}[{number}]")
    elif isinstance(shape, type):
        # True is an int to Python, and not to JSON.
        _need(type(value) is shape, place, value, shape.__name__)
    else:
        _need(value == shape and isinstance(value, bool) == isinstance(shape, bool), place, value, shape)


def _check_mapping(value: Any, shape: Mapping[str, Any], place: str) -> None:
    _need(isinstance(value, Mapping), place, value, "an object")
    for key, one in shape.items():
        _need(key in value, f"{place}.{key}", "nothing", one)
        check(value[key], one, f"{place}.{key}")


def _need(is_right: Any, place: str, value: Any, shape: Any) -> None:
    if not is_right:
        raise Broken(f"{place} is {value!r}, and should be {shape!r}")
