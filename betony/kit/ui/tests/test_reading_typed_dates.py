import datetime

import pytest

from betony.kit.ui import typed_dates

pytestmark = pytest.mark.once

FOURTH_OF_MARCH = datetime.date(1985, 3, 4)


@pytest.mark.parametrize(
    "text",
    [
        "1985/03/04",
        "1985-03-04",
        " 1985.3.4 ",
        "1985 3 4",
        "4 March 1985",
        "4 mar 1985",
        "4th March, 1985",
        "March 4, 1985",
        "Mar. 4 1985",
        "4 mars 1985",
    ],
)
def test_a_date_is_read_in_every_form_that_has_one_reading(text: str) -> None:
    assert typed_dates.read(text) == FOURTH_OF_MARCH


@pytest.mark.parametrize("text", ["23/01/2015", "01/23/2015"])
def test_the_number_above_twelve_is_the_day(text: str) -> None:
    assert typed_dates.read(text) == datetime.date(2015, 1, 23)


def test_day_and_month_may_be_the_same_number() -> None:
    assert typed_dates.read("5/5/2001") == datetime.date(2001, 5, 5)


@pytest.mark.parametrize(
    "text",
    [
        "03/04/1985",
        "1985",
        "yesterday",
        "1985/13/01",
        "1985/02/30",
        "4 ju 1985",
        "4 jui 1985",
        "85/03/04",
        "",
    ],
)
def test_a_doubtful_or_impossible_date_is_refused(text: str) -> None:
    with pytest.raises(typed_dates.UnreadableDate):
        typed_dates.read(text)


def test_a_leap_day_is_read_in_a_leap_year_only() -> None:
    assert typed_dates.read("1992/02/29") == datetime.date(1992, 2, 29)
    with pytest.raises(typed_dates.UnreadableDate):
        typed_dates.read("1993/02/29")
