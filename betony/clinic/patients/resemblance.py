"""Whether two people look like the same person. Pure."""

import datetime
import difflib
import unicodedata
from dataclasses import dataclass
from enum import Enum

ALIKE = 0.8


class Reason(Enum):
    """Why an existing patient looks like the new one."""

    NAME_AND_BIRTHDAY = "name_and_birthday"
    EMAIL = "email"
    PHONE = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is compared: names as written, email as its key, phones in E.164."""

    first_name: str
    last_name: str
    preferred_name: str
    date_of_birth: datetime.date
    email_key: str
    phones: frozenset[str]


def reasons(new: Person, known: Person) -> list[Reason]:
    """Return why the two may be one person; empty when nothing speaks for it."""
    found = []
    birthdays = {known.date_of_birth, swapped(known.date_of_birth)}
    if new.date_of_birth in birthdays and names_alike(new, known):
        found.append(Reason.NAME_AND_BIRTHDAY)
    if new.email_key and new.email_key == known.email_key:
        found.append(Reason.EMAIL)
    if new.phones & known.phones:
        found.append(Reason.PHONE)
    return found


def swapped(day: datetime.date) -> datetime.date:
    """Return the date with day and month exchanged, the commonest slip; the same date where there is none."""
    try:
        return datetime.date(day.year, day.day, day.month)
    except ValueError:
        return day


def fold(text: str) -> str:
    """Return a name without accents, case and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if sign.isalnum() or sign == " ").strip()


def names_alike(new: Person, known: Person) -> bool:
    """Tell whether two people's names may be one person's: misspelt, exchanged, or of before a marriage."""
    firsts = [fold(known.first_name), fold(known.preferred_name)]
    mine = [fold(new.first_name), fold(new.preferred_name)]
    last_names = _alike(fold(new.last_name), fold(known.last_name))
    first_names = any(_alike(one, other) for one in mine for other in firsts if one and other)
    exchanged = _alike(mine[0], fold(known.last_name)) and _alike(fold(new.last_name), firsts[0])
    # A new surname after marriage keeps the first name and the birthday.
    return (last_names and first_names) or exchanged or mine[0] == firsts[0]


def _alike(one: str, other: str) -> bool:
    if not one or not other:
        return False
    return (
        one.startswith(other)
        or other.startswith(one)
        or (difflib.SequenceMatcher(None, one, other).ratio() >= ALIKE)
    )
