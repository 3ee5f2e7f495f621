"""What pages say about directions, states and reasons."""

import pytest

from betony.clinic.prescriptions import rules, words
from betony.clinic.prescriptions.models import PatientLink, Prescription, PrescriptionChange, PrescriptionItem


@pytest.mark.parametrize(
    ("amount", "form", "said"),
    [
        ("1", "capsule", "1 capsule"),
        ("2", "capsule", "2 capsules"),
        ("1-2", "capsule", "1-2 capsules"),
        ("1/2", "tablet", "1/2 tablet"),
        ("1", "drops", "1 drop"),
        ("4", "drops", "4 drops"),
        ("1", "powder", "1 powder"),
        ("as much as fits", "capsule", "as much as fits"),
        ("2", "", "2"),
    ],
)
def test_an_amount_agrees_with_its_measure(amount, form, said):
    item = PrescriptionItem(amount=amount, format=form, frequency="once per day")
    assert words.directions(item).startswith(f"{said}, once per day")


def lazily(words_of):
    return {key: str(value) for key, value in words_of.items()}


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ((*rules.WAITS, *rules.NOT_SENT_BECAUSE), words.REASONS),
        (rules.REFUSALS_TO_KNOW, words.PATIENT_REFUSALS),
        (rules.CANCELLED_BECAUSE, words.CANCELLED),
        (rules.ASKED_BECAUSE, words.LINK_REASONS),
    ],
    ids=["waits and not sent", "not shared", "cancelled", "asked"],
)
def test_every_reason_has_words_and_every_word_is_of_a_reason(codes, said):
    assert set(codes) == set(said)
    assert all(lazily(said).values())


def test_whatever_waits_or_was_not_sent_is_said_in_whole_sentences():
    said = {**lazily(words.REASONS), **lazily(words.PATIENT_REFUSALS), **lazily(words.CANCELLED)}
    assert [one for one in said.values() if not (one[0].isupper() and one.endswith("."))] == []


def test_every_word_of_the_rules_stands_in_one_of_the_lists():
    """A new reason without a sentence is found here, and not by somebody who reads it on a page."""
    listed = {
        *rules.WAITS, *rules.NOT_SENT_BECAUSE, *rules.REFUSALS_TO_KNOW, *rules.CANCELLED_BECAUSE,
        *rules.ASKED_BECAUSE, rules.BUSY,
    }  # fmt: skip
    text = {name: value for name, value in vars(rules).items() if name.isupper() and isinstance(value, str)}
    assert {name for name, value in text.items() if value not in listed} == set()


def test_a_word_without_a_sentence_is_not_shown_as_it_is():
    assert words.said("something_of_ours", words.REASONS) == "Fullscript could not do that."
    assert words.said("Practitioner must exist", words.REASONS) == "Practitioner must exist"
    assert words.said("no", words.REASONS) == "no"
    assert words.said("", words.REASONS) == ""


def test_every_state_has_a_label():
    for field, states in (
        (Prescription._meta.get_field("state"), rules.PrescriptionState),
        (PrescriptionChange._meta.get_field("state"), rules.ChangeState),
        (PrescriptionChange._meta.get_field("kind"), rules.ChangeKind),
        (PatientLink._meta.get_field("state"), rules.LinkState),
    ):
        assert {value for value, _label in field.choices} == set(states)


@pytest.mark.parametrize(
    ("table", "states"),
    [
        (rules.PRESCRIPTION_MOVES, rules.PrescriptionState),
        (rules.CHANGE_MOVES, rules.ChangeState),
        (rules.LINK_MOVES, rules.LinkState),
    ],
)
def test_every_state_stands_in_its_table_of_moves(table, states):
    assert set(table) == set(states)
