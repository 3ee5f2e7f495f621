import datetime
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from betony.kit.money import Money
from betony.kit.ui import words
from betony.kit.ui.templatetags import ui

LEAP_DAY = datetime.date(1992, 2, 29)
NOON = datetime.datetime(2026, 11, 18, 12, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def test_dates_are_written_as_the_place_does_and_an_echo_stays_in_words() -> None:
    with words.writing_dates("d/m/Y"):
        assert words.short_date(LEAP_DAY) == "29/02/1992"
        assert words.weekday_date(LEAP_DAY) == "Sat 29/02/1992"
        with timezone.override(datetime.UTC):
            assert words.moment(NOON) == "Wed 18/11/2026, 12:00"
            assert words.ago(NOON - datetime.timedelta(days=2), NOON) == "16/11/2026"
        assert words.date_in_words(LEAP_DAY) == "29 February 1992"
        assert words.iso_date(LEAP_DAY) == "1992-02-29"
        with words.writing_dates(""):
            assert words.short_date(LEAP_DAY) == "29 Feb 1992"
    assert words.short_date(LEAP_DAY) == "29 Feb 1992"


def test_a_date_is_written_in_words() -> None:
    assert words.date_in_words(datetime.date(1985, 3, 4)) == "4 March 1985"
    assert words.short_date(datetime.date(1985, 3, 4)) == "4 Mar 1985"
    assert words.weekday_date(datetime.date(2026, 3, 2)) == "Mon 2 Mar 2026"


def test_a_table_writes_iso_dates() -> None:
    assert words.iso_date(datetime.date(1985, 3, 4)) == "1985-03-04"


def test_an_instant_is_written_in_the_active_time_zone() -> None:
    with timezone.override("America/Vancouver"):
        assert words.moment(NOON) == "Wed 18 Nov 2026, 04:00"
        assert words.clock_time(NOON) == "04:00"


@pytest.mark.parametrize(
    ("today", "years"),
    [
        (datetime.date(2026, 2, 28), "33 years"),
        (datetime.date(2026, 3, 1), "34 years"),
        (datetime.date(2028, 2, 29), "36 years"),
    ],
)
def test_somebody_born_on_a_leap_day_grows_older_on_the_first_of_march(
    today: datetime.date, years: str
) -> None:
    assert words.age(LEAP_DAY, today) == years


def test_small_children_are_counted_in_days_and_months() -> None:
    born = datetime.date(2026, 1, 15)
    assert words.age(born, datetime.date(2026, 1, 16)) == "1 day"
    assert words.age(born, datetime.date(2026, 6, 14)) == "4 months"
    assert words.age(born, datetime.date(2028, 1, 15)) == "2 years"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (5, "just now"),
        (60, "1 minute ago"),
        (150, "2 minutes ago"),
        (7300, "2 hours ago"),
        (90000, "17 Nov 2026"),
    ],
)
def test_what_happened_lately_is_said_by_how_long_ago(seconds: int, said: str) -> None:
    assert words.ago(NOON - datetime.timedelta(seconds=seconds), NOON) == said


def test_an_amount_carries_its_sign_and_its_currency() -> None:
    assert ui.money(Money(Decimal("1234.5"), "CAD")) == "$1,234.50 CAD"
    assert ui.money(Decimal("-3"), "USD") == "-$3.00 USD"


def test_nothing_is_written_for_a_missing_value() -> None:
    assert [ui.in_words(None), ui.age(None), ui.moment(None), ui.money(None), ui.ago(None)] == [""] * 5


def test_in_french_an_amount_has_its_sign_behind_it() -> None:
    with translation.override("fr-ca"):
        assert words.amount(Decimal("1234.5"), "CAD") == "1\xa0234,50\xa0$ CAD"
        assert words.amount(Decimal("-3"), "XYZ") == "-3,00\xa0XYZ"
        assert words.date_in_words(datetime.date(1985, 3, 4)) == "4 mars 1985"


@pytest.mark.parametrize(
    ("number", "country", "shown"),
    [("+16075550142", "US", "(607) 555-0142"), ("+442079460018", "CA", "+44 20 7946 0018"), ("", "US", ""),
     ("odd", "US", "odd")],
)  # fmt: skip
def test_a_phone_is_shown_as_written_at_home(number, country, shown):
    assert words.phone(number, country=country) == shown
