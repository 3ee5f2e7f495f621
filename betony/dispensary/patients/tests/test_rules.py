"""What a patient may be."""

from datetime import date

import pytest

from betony.dispensary.patients import rules

TODAY = date(2026, 11, 21)


def values(**chosen: object) -> rules.PatientValues:
    return rules.PatientValues(**{"first_name": "A", "last_name": "B", "email": "a@example.com", **chosen})  # type: ignore[arg-type]  # tests pass wrong things on purpose


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [
        ({"first_name": ""}, ("first_name", "blank")),
        ({"last_name": "x" * 81}, ("last_name", "too_long")),
        ({"email": ""}, ("email", "blank")),
        ({"email": "a b@example.com"}, ("email", "invalid")),
        ({"email": "a@b"}, ("email", "invalid")),
        ({"email": "a@example.com\nBcc: x@example.com"}, ("email", "invalid")),
        ({"email": "a@" + "x" * 250 + ".com"}, ("email", "too_long")),
        ({"date_of_birth": date(2026, 11, 22)}, ("date_of_birth", "invalid")),
        ({"date_of_birth": date(1899, 12, 31)}, ("date_of_birth", "invalid")),
        ({"gender": "other"}, ("gender", "invalid")),
        ({"mobile_number": "+1"}, ("mobile_number", "invalid")),
        ({"discount": 101}, ("discount", "invalid")),
        ({"discount": -1}, ("discount", "invalid")),
    ],
)
def test_what_cannot_be_kept_is_named(chosen: dict[str, object], problem: tuple[str, str]) -> None:
    assert rules.problems(values(**chosen), today=TODAY) == [rules.Problem(*problem)]


def test_a_dependent_needs_no_email() -> None:
    assert rules.problems(values(email=""), today=TODAY, is_dependent=True) == []


@pytest.mark.parametrize("email", ["zoë@example.com", "o'brien@example.co.uk", "a+b@sub.example.com"])
def test_real_emails_are_kept(email: str) -> None:
    assert rules.problems(values(email=email), today=TODAY) == []


def test_emails_are_compared_without_capitals_and_in_one_unicode_form() -> None:
    assert rules.normal_email("  ZOE\u0308@Example.com ") == rules.normal_email("zo\u00eb@example.com")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("(607) 555-0100", "+16075550100"), ("+44 20 7946 0000", "+442079460000"), ("", ""), ("none", "none")],
)
def test_phones_are_taken_as_people_write_them(typed: str, kept: str) -> None:
    assert rules.normal_phone(typed) == kept


def test_discounts_are_added_up_to_what_the_country_allows() -> None:
    assert rules.total_discount(own=5, practice=10, country="US") == 15
    assert rules.total_discount(own=30, practice=10, country="US") == 35
    assert rules.total_discount(own=30, practice=10, country="CA") == 25


def test_searching_ignores_accents_and_takes_the_longest_word_first() -> None:
    assert rules.search_words("zoë NAKAMURA") == ["nakamura", "zoe"]
    assert rules.search_words("a\x00bc") == ["bc", "a"]
    assert "zoe" in rules.search_text(values(first_name="Zoë"))
