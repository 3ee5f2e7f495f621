"""What names, emails, phones, tags and search texts of patients mean once read. Pure."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import phonenumbers

from betony.kit.ui import typed_dates

PHONE_FIELDS = ("mobile_phone", "home_phone", "alternative_phone")
LONGEST_SEARCH = 120
MOST_SEARCH_WORDS = 8
LONGEST_TAG = 40
MOST_TAGS = 20

_AMBIGUOUS_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_PHONE_SIGNS = re.compile(r"[\d\s().+/\-]+")
_FEWEST_PHONE_DIGITS = 3


class UnreadablePhone(ValueError):
    """The text is no phone number; the message is the text."""


def email_key(email: str) -> str:
    """Return the form in which two email addresses are the same: trimmed and case-folded."""
    return email.strip().casefold()


def read_phone(typed: str, *, country: str) -> str:
    """Return the number in E.164 (+16075550142). Raises UnreadablePhone.

    `country` (US or CA) is where numbers without a country code are.
    """
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException as error:
        raise UnreadablePhone(typed) from error
    # Possible, not valid: lists of assigned numbers lag behind, and a clinic knows its patients' numbers.
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise UnreadablePhone(typed)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_tags(names: Iterable[str]) -> tuple[str, ...]:
    """Return tag names trimmed, each once whatever its case, in the order given."""
    found: dict[str, str] = {}
    for name in names:
        tidy = " ".join(name.split())[:LONGEST_TAG]
        if tidy:
            found.setdefault(tidy.casefold(), tidy)
    return tuple(found.values())[:MOST_TAGS]


@dataclass(frozen=True, slots=True)
class SearchText:
    """What somebody is looking for: all of these words, and one of these birthdays (none: any)."""

    words: tuple[str, ...] = ()
    born: tuple[datetime.date, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.born


def read_search(text: str) -> SearchText:
    """Return what a text typed into the search box asks for.

    A date of birth, phone digits however they are grouped, or words of names and email addresses, with a
    date of birth among them.
    """
    text = " ".join(text.replace("\0", "").split())[:LONGEST_SEARCH]
    if born := possible_dates(text):
        return SearchText(born=born)
    digits = re.sub(r"\D", "", text)
    if _PHONE_SIGNS.fullmatch(text) and len(digits) >= _FEWEST_PHONE_DIGITS:
        return SearchText(words=(digits,))
    words: list[str] = []
    dates: tuple[datetime.date, ...] = ()
    for word in text.replace(",", " ").split()[:MOST_SEARCH_WORDS]:
        if found := possible_dates(word):
            dates = found
        elif bare := word.strip('()[]"“”;:'):
            words.append(bare)
    return SearchText(tuple(words), dates)


def possible_dates(text: str) -> tuple[datetime.date, ...]:
    """Return the dates a text can mean: one, two where day and month could be either, or none."""
    try:
        return (typed_dates.read(text),)
    except typed_dates.UnreadableDate:
        found = _AMBIGUOUS_DATE.fullmatch(text)
    if found is None:
        return ()
    first, second, year = (int(part) for part in found.groups())
    try:
        return (datetime.date(year, first, second), datetime.date(year, second, first))
    except ValueError:
        return ()


@dataclass(frozen=True, slots=True)
class Merged:
    """Two people's edits of one record: what the form should say now, and where both changed the same field."""

    values: dict[str, object]
    taken_over: tuple[str, ...]
    in_conflict: tuple[str, ...]


def merge_edits(
    *, typed: Mapping[str, object], before: Mapping[str, object], theirs: Mapping[str, object]
) -> Merged:
    """Return what to show somebody whose record was changed by others while they typed.

    `before` and `theirs` hold, for each field others changed, what it was and what it is. A field this person
    left alone takes the others' value; a field both changed keeps what this person typed, and is named.
    """
    values = dict(typed)
    taken_over, in_conflict = [], []
    for name, theirs_now in theirs.items():
        mine = typed.get(name)
        if mine == theirs_now:
            continue
        if mine == before.get(name):
            values[name] = theirs_now
            taken_over.append(name)
        else:
            in_conflict.append(name)
    return Merged(values, tuple(taken_over), tuple(in_conflict))
