"""Programs send the same value in many kinds."""

from datetime import date
from decimal import Decimal

import pytest

from betony.dispensary.api.frame import Fields, Invalid


@pytest.mark.parametrize(
    ("sent", "read"),
    [("true", True), (True, True), ("1", True), (3, True), ("2", True), (0, False), ("false", False),
     (False, False), ("", True), (None, True)],
)  # fmt: skip
def test_true_and_false(sent, read) -> None:
    fields = Fields({"refill": sent})
    assert fields.boolean("refill", default=True) is read
    fields.check()


@pytest.mark.parametrize("sent", ["2", 2, 2.0, "2.0", " 2 "])
def test_whole_numbers(sent) -> None:
    assert Fields({"units": sent}).integer("units") == 2


@pytest.mark.parametrize("sent", ["two", 2.5, "2.5", True, -1, "1e99", "9" * 50, "inf", "nan", [], {}])
def test_what_is_no_whole_number_is_refused(sent) -> None:
    fields = Fields({"units": sent})
    assert fields.integer("units") is None
    with pytest.raises(Invalid):
        fields.check()


def test_exact_numbers_and_dates() -> None:
    fields = Fields({"discount": "10.50", "born": "1979-03-14", "at": "2026-01-02T03:04:05Z"})
    assert fields.decimal("discount") == Decimal("10.50")
    assert fields.date("born") == date(1979, 3, 14)
    assert fields.date("at") == date(2026, 1, 2)
    fields.check()


@pytest.mark.parametrize("sent", ["14.03.1979", "1979-02-30", "79-1-1", "soon", 5])
def test_what_is_no_date_is_refused(sent) -> None:
    fields = Fields({"born": sent})
    assert fields.date("born") is None
    assert fields.problems == ["Born is invalid"]


@pytest.mark.parametrize("sent", ["a\x00b", "\ud83d", {"x": 1}, [1]])
def test_text_that_cannot_be_kept_is_refused(sent) -> None:
    fields = Fields({"first_name": sent})
    fields.text("first_name")
    assert fields.problems == ["First name is invalid"]


def test_all_problems_are_told_at_once_and_once() -> None:
    fields = Fields({"email": "x", "gender": "dragon", "metadata": "no", "recommendations": [1]})
    fields.email()
    fields.email()
    fields.choice("gender", ["female", "male", "x"])
    fields.inside("metadata").text("id")
    fields.items("recommendations")
    fields.uuid("practitioner_id", required=True)
    with pytest.raises(Invalid) as caught:
        fields.check()
    assert caught.value.messages == [
        "Email is invalid",
        "Gender is not included in the list",
        "Metadata is invalid",
        "Recommendations is invalid",
        "Practitioner can't be blank",
    ]


def test_lists_and_inner_values() -> None:
    fields = Fields({"time_of_day": "morning", "items": [{"a": "1"}], "metadata": {"id": 7}})
    assert fields.texts("time_of_day") == ["morning"]
    assert [one.integer("a") for one in fields.items("items")] == [1]
    assert fields.inside("metadata").text("id") == "7"
    assert fields.choice("gender", ["female"], default="female") == "female"
    fields.check()


def test_an_email_that_grows_in_lower_case_past_its_column_is_too_long() -> None:
    fields = Fields({"email": "ΐ" * 60 + "@" + "a" * 60 + "." + "b" * 60 + ".com"})
    assert fields.email() == ""
    with pytest.raises(Invalid, match="too long"):
        fields.check()
