"""How dates, ages, amounts and phone numbers are written for people. No clock is read here: "today" is handed in."""

import contextlib
import datetime
import decimal
from collections.abc import Iterator
from contextvars import ContextVar

import phonenumbers
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, ngettext

_SIGNS = {"USD": "$", "CAD": "$"}
_DAYS_OF_A_NEWBORN = 60

_pattern: ContextVar[str] = ContextVar("date_pattern", default="")


@contextlib.contextmanager
def writing_dates(pattern: str) -> Iterator[None]:
    """Write the dates of everything drawn inside by this pattern of Django's, like Y-m-d; "" is 4 Mar 1985."""
    before = _pattern.set(pattern)
    try:
        yield
    finally:
        _pattern.reset(before)


def date_in_words(value: datetime.date) -> str:
    """Return 4 March 1985: an echo that cannot be misread, so the same everywhere."""
    return formats.date_format(_day(value), gettext("j F Y"))


def short_date(value: datetime.date) -> str:
    """Return 4 Mar 1985, or the date as `writing_dates` says."""
    return formats.date_format(_day(value), _pattern.get() or gettext("j M Y"))


def weekday_date(value: datetime.date) -> str:
    """Return Mon 4 Mar 1985, or Mon and the date as `writing_dates` says."""
    pattern = _pattern.get()
    return formats.date_format(_day(value), f"D {pattern}" if pattern else gettext("D j M Y"))


def iso_date(value: datetime.date) -> str:
    """Return 1985-03-04, for tables and attributes."""
    return _day(value).isoformat()


def moment(value: datetime.datetime) -> str:
    """Return Mon 4 Mar 1985, 10:30 in the time zone that is active, or with the date as `writing_dates` says."""
    pattern = _pattern.get()
    shown = f"D {pattern}, H:i" if pattern else gettext("D j M Y, H:i")
    return formats.date_format(timezone.localtime(value), shown)


def clock_time(value: datetime.datetime) -> str:
    """Return 10:30, in the time zone that is active."""
    return formats.date_format(timezone.localtime(value), "H:i")


def years_between(birth_date: datetime.date, today: datetime.date) -> int:
    """Return the whole years lived; somebody born on 29 February has a birthday on 1 March in other years."""
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (0 if had_birthday else 1)


def age(birth_date: datetime.date, today: datetime.date) -> str:
    """Return 47 years, or months and days for small children."""
    days = (today - birth_date).days
    if days < _DAYS_OF_A_NEWBORN:
        return ngettext("%(count)d day", "%(count)d days", max(days, 0)) % {"count": max(days, 0)}
    years = years_between(birth_date, today)
    if years < 2:
        months = (today.year - birth_date.year) * 12 + today.month - birth_date.month
        months -= 0 if today.day >= birth_date.day else 1
        return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}
    return ngettext("%(count)d year", "%(count)d years", years) % {"count": years}


def ago(value: datetime.datetime, now: datetime.datetime) -> str:
    """Return how long ago an instant was: just now, 2 minutes ago, 3 hours ago; older ones as a date."""
    seconds = int((now - value).total_seconds())
    if seconds < 60:
        return gettext("just now")
    if seconds < 3600:
        minutes = seconds // 60
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {"count": minutes}
    if seconds < 86400:
        hours = seconds // 3600
        return ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
    return short_date(timezone.localtime(value))


def amount(value: decimal.Decimal, currency: str) -> str:
    """Return $1,234.50 USD, in French 1 234,50 $ CAD: the sign people look for, and the currency nobody must guess."""
    number = formats.number_format(abs(value), decimal_pos=2, use_l10n=True, force_grouping=True)
    minus, sign = "-" if value < 0 else "", _SIGNS.get(currency, "")
    if (get_language() or "").startswith("fr"):
        return f"{minus}{number}\xa0{sign}{' ' if sign else ''}{currency}"
    return f"{minus}{sign}{number} {currency}"


def phone(number: str, *, country: str = "US") -> str:
    """Return an E.164 number as people at home in `country` write it: (607) 555-0142, +44 20 7946 0018."""
    if not number:
        return ""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    home = phonenumbers.country_code_for_region(country)
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if parsed.country_code == home
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(parsed, style)


def _day(value: datetime.date) -> datetime.date:
    return timezone.localtime(value).date() if isinstance(value, datetime.datetime) else value
