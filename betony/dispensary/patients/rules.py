"""What a dispensary's patient may be: pure functions over values."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from betony.kit import email_addresses

GENDERS = ("male", "female", "x")
MOST_DISCOUNT = {"US": 35, "CA": 25}
LONGEST_NAME = 80
LONGEST_EMAIL = email_addresses.LONGEST
EARLIEST_BIRTH = date(1900, 1, 1)
DAYS_OF_A_WELCOME_LINK = 14
HOURS_OF_A_PASSWORD_LINK = 1

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"._-][^\s@<>()\[\],;:\\\"]*\.[^\s@.,;<>]{2,}")
_PHONE = re.compile(r"\+[1-9]\d{6,14}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientValues:
    """Everything about a patient that a person or a program may set."""

    first_name: str
    last_name: str
    email: str
    date_of_birth: date | None = None
    gender: str = ""
    mobile_number: str = ""
    discount: int = 0
    text_message_notification: bool = True
    email_refused: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """One field that cannot be kept, and why: blank, invalid, too_long, taken."""

    field: str
    code: str


def normal_email(text: str) -> str:
    """Return the email as it is kept and compared: trimmed, in lower case, in one Unicode form."""
    return unicodedata.normalize("NFC", text.strip()).lower()


def normal_phone(text: str) -> str:
    """Return +12223334444 for what people write; ten digits are taken for a North American number."""
    kept = re.sub(r"[^\d+]", "", text)
    if not kept:
        return text.strip()
    if kept.startswith("+"):
        return kept
    return f"+1{kept}" if len(kept) == 10 else f"+{kept}"


def plain(text: str) -> str:
    """Return the text without the white space around it and without control characters."""
    return "".join(one for one in text.strip() if unicodedata.category(one) != "Cc")


def search_words(text: str) -> list[str]:
    """Return the words of a text as they are searched: lower case, without accents, the longest first."""
    bare = unicodedata.normalize("NFKD", text.lower().replace("\x00", " "))
    words = "".join(one for one in bare if not unicodedata.combining(one)).split()
    return sorted(set(words), key=lambda word: (-len(word), word))[:8]


def search_text(values: PatientValues) -> str:
    """Return what a search looks at: names, email and phone digits."""
    parts = (values.first_name, values.last_name, values.email, values.mobile_number)
    bare = unicodedata.normalize("NFKD", " ".join(parts).lower())
    return "".join(one for one in bare if not unicodedata.combining(one))


def total_discount(*, own: int, practice: int, country: str) -> int:
    """Return the percent a patient saves: their own and the practice's, up to what the country allows."""
    return min(own + practice, MOST_DISCOUNT[country])


def problems(values: PatientValues, *, today: date, is_dependent: bool = False) -> list[Problem]:
    """Return what is wrong with the values, in the order of the fields; empty when nothing is."""
    return list(_problems(values, today, is_dependent=is_dependent))


def _problems(values: PatientValues, today: date, *, is_dependent: bool) -> Iterator[Problem]:
    for field in ("first_name", "last_name"):
        name = getattr(values, field)
        if not name:
            yield Problem(field, "blank")
        elif len(name) > LONGEST_NAME:
            yield Problem(field, "too_long")
    yield from _email_problems(values.email, is_dependent=is_dependent)
    born = values.date_of_birth
    if born is not None and not EARLIEST_BIRTH <= born <= today:
        yield Problem("date_of_birth", "invalid")
    if values.gender and values.gender not in GENDERS:
        yield Problem("gender", "invalid")
    if values.mobile_number and not _PHONE.fullmatch(values.mobile_number):
        yield Problem("mobile_number", "invalid")
    if not 0 <= values.discount <= 100:
        yield Problem("discount", "invalid")


def _email_problems(email: str, *, is_dependent: bool) -> Iterator[Problem]:
    if not email:
        if not is_dependent:
            yield Problem("email", "blank")
    elif not email_addresses.fits(email):
        yield Problem("email", "too_long")
    elif not _EMAIL.fullmatch(email):
        yield Problem("email", "invalid")
