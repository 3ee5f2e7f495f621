"""Reading dates as people type them: year first, other forms only where they have a single reading."""

import datetime
import re

_YEAR_FIRST = re.compile(r"(\d{4})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})")
_DAY_AND_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er)?\.?\s+([^\W\d_]{3,})\.?,?\s+(\d{4})")
_NAME_AND_DAY = re.compile(r"([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_MONTHS = (
    ("january", "janvier"),
    ("february", "février", "fevrier"),
    ("march", "mars"),
    ("april", "avril"),
    ("may", "mai"),
    ("june", "juin"),
    ("july", "juillet"),
    ("august", "août", "aout"),
    ("september", "septembre"),
    ("october", "octobre"),
    ("november", "novembre"),
    ("december", "décembre"),
)


class UnreadableDate(ValueError):
    """The text is no date, or one that two people could read differently."""


def read(text: str) -> datetime.date:
    """Return the date that the text means. Raises UnreadableDate."""
    year, month, day = _parts(text.strip())
    try:
        return datetime.date(year, month, day)
    except ValueError as error:
        raise UnreadableDate(text) from error


def _parts(text: str) -> tuple[int, int, int]:
    if found := _YEAR_FIRST.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _DAY_AND_NAME.fullmatch(text):
        return int(found[3]), _month(found[2]), int(found[1])
    if found := _NAME_AND_DAY.fullmatch(text):
        return int(found[3]), _month(found[1]), int(found[2])
    if found := _YEAR_LAST.fullmatch(text):
        return _year_last(int(found[1]), int(found[2]), int(found[3]))
    raise UnreadableDate(text)


def _month(word: str) -> int:
    """Return the month an English or French name begins, when only one month begins so."""
    matches = [
        number
        for number, names in enumerate(_MONTHS, start=1)
        if any(name.startswith(word.lower()) for name in names)
    ]
    if len(matches) != 1:
        raise UnreadableDate(word)
    return matches[0]


def _year_last(first: int, second: int, year: int) -> tuple[int, int, int]:
    # 23/01/2015 and 01/23/2015 have one reading each, 03/04/2015 has two.
    if first == second or second > 12:
        return year, first, second
    if first > 12:
        return year, second, first
    raise UnreadableDate(f"{first}/{second}/{year}")
