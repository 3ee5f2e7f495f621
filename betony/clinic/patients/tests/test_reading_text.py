"""What typed texts mean: searches, phones, tags, edits of two people."""

import contextlib
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betony.clinic.patients import rules
from betony.kit.ui import words

BORN = datetime.date(1979, 3, 14)
DATES = st.dates(datetime.date(1900, 1, 1), datetime.date(2026, 12, 31))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("june hartley", rules.SearchText(("june", "hartley"))),
        ("Hartley, June", rules.SearchText(("Hartley", "June"))),
        ("(607) 555-0142", rules.SearchText(("6075550142",))),
        ("607 555", rules.SearchText(("607555",))),
        ("1979/03/14", rules.SearchText((), (BORN,))),
        ("14 March 1979", rules.SearchText((), (BORN,))),
        ("hartley 1979-03-14", rules.SearchText(("hartley",), (BORN,))),
        ("03/04/1985", rules.SearchText((), (datetime.date(1985, 3, 4), datetime.date(1985, 4, 3)))),
        ("“zoë” (nakamura)", rules.SearchText(("zoë", "nakamura"))),
        ("12", rules.SearchText(("12",))),
        ("   ", rules.SearchText()),
        ("\0", rules.SearchText()),
    ],
)
def test_a_search_means(text, found):
    assert rules.read_search(text) == found


@given(DATES, st.sampled_from(["%Y/%m/%d", "%Y-%m-%d"]))
def test_a_birthday_typed_year_first_is_always_that_day(day, style):
    assert rules.read_search(day.strftime(style)) == rules.SearchText((), (day,))


@given(DATES)
def test_a_birthday_in_words_is_always_that_day(day):
    assert rules.possible_dates(words.date_in_words(day)) == (day,)


@given(DATES, st.booleans())
def test_a_birthday_typed_year_last_is_never_another_day(day, month_first):
    style = "%m/%d/%Y" if month_first else "%d/%m/%Y"
    assert day in rules.possible_dates(day.strftime(style))


@given(st.text(max_size=300))
def test_any_text_can_be_searched_for(text):
    found = rules.read_search(text)
    assert len(found.words) <= rules.MOST_SEARCH_WORDS


@given(st.text(max_size=40))
def test_any_text_is_a_phone_or_refused(text):
    with contextlib.suppress(rules.UnreadablePhone):
        assert rules.read_phone(text, country="CA").startswith("+")


def test_tags_are_tidied_and_each_stands_once():
    assert rules.read_tags([" Gut  health ", "gut health", "", "b" * 60]) == ("Gut health", "b" * 40)


def test_edits_of_two_people_are_merged_field_by_field():
    merged = rules.merge_edits(
        typed={"city": "", "job": "Teacher", "name": "June", "pet": "cat"},
        before={"city": "", "job": "", "pet": "dog"},
        theirs={"city": "Ithaca", "job": "Nurse", "pet": "cat"},
    )
    assert merged.values == {"city": "Ithaca", "job": "Teacher", "name": "June", "pet": "cat"}
    assert (merged.taken_over, merged.in_conflict) == (("city",), ("job",))
