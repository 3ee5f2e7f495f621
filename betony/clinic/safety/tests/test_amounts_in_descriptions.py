"""Amounts and denials in descriptions, and text that means harm."""

import string
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from betony.clinic.safety.rules import descriptions, reading


def learned(text):
    return {one.name: (one.amount and str(one.amount), one.unit) for one in descriptions.learn(text)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Vitamin D3 (as cholecalciferol) 125 mcg (5,000 IU)", {"Vitamin D3": ("125", "mcg")}),
        ("125 mcg (5,000 IU) of vitamin D3", {"Vitamin D3": ("125", "mcg")}),
        ("Vitamin D3 5,000 IU", {"Vitamin D3": ("5000", "iu")}),
        ("vitamin C 500mg, zinc 15 mg", {"Vitamin C": ("500", "mg"), "Zinc": ("15", "mg")}),
        ("500 mg calcium 250 mg magnesium", {"Calcium": ("500", "mg"), "Magnesium": ("250", "mg")}),
        ("Iron: 18.5 mg", {"Iron": ("18.5", "mg")}),
        ("Folate 680 mcg DFE", {"Folate": ("680", "mcg dfe")}),
        ("Ginkgo biloba leaf 120 mg", {"Ginkgo": ("120", "mg")}),
        ("Selenium 100 \u00b5g", {"Selenium": ("100", "\u03bcg")}),
        ("Zinc (as zinc picolinate) 30 mg", {"Zinc": ("30", "mg"), "Zinc picolinate": (None, "")}),
        ("Turmeric with ginger", {"Turmeric": (None, ""), "Ginger": (None, "")}),
        ("Supports healthy calcium levels", {}),
        ("Calcium levels: calcium 200 mg", {"Calcium": ("200", "mg")}),
    ],
)
def test_amounts_stay_with_their_names(text, found):
    assert learned(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Free of soy, wheat and milk.",
        "Free from soy.",
        "Contains no soy.",
        "Contains no gluten, soy or shellfish.",
        "Does not contain shellfish.",
        "Soy-free.",
        "Soy, egg and dairy free.",
        "Made without soy or fish.",
        "No soy.",
        "Never contains soy.",
        "Made in a facility that processes soy.",
        "Do not use if you are allergic to shellfish.",
        "Ask your doctor before taking it with iron.",
    ],
)
def test_what_is_denied_or_warned_of_is_not_inside(text):
    assert learned(text) == {}


def test_a_denial_ends_where_the_sentence_says_what_is_inside():
    assert learned("Zinc 15 mg, free of soy") == {"Zinc": ("15", "mg")}
    assert learned("No soy, contains fish") == {"Fish": (None, "")}
    assert learned("Free of dairy. Contains: shellfish (crab shell).") == {
        "Shellfish": (None, ""),
        "Crab": (None, ""),
    }


def test_what_is_denied_beats_a_mention_but_not_a_list():
    assert learned("For those who like milk. Lactase 45 mg. Free of soy and milk.") == {
        "Lactase": ("45", "mg")
    }
    assert learned("Free of soy. Contains: soy (lecithin).") == {"Soy": (None, ""), "Lecithin": (None, "")}


@pytest.mark.slow
@given(text=st.text(max_size=400))
@settings(max_examples=80, deadline=None)
def test_any_text_is_read_and_only_known_names_come_out(text):
    labels = {name.name for name in reading.knowledge().by_id.values()}
    for one in descriptions.learn(text):
        assert one.name in labels
        assert one.amount is None or (one.amount.is_finite() and one.amount >= 0)


_WORDS = st.sampled_from(
    [
        "soy",
        "vitamin",
        "D3",
        "(",
        ")",
        ",",
        ".",
        "free",
        "of",
        "no",
        "contains",
        "125",
        "mcg",
        "5,000",
        "IU",
        "1" * 40,
    ]
)


@pytest.mark.slow
@given(words=st.lists(_WORDS, max_size=60))
@settings(max_examples=80, deadline=None)
def test_any_order_of_its_own_words_is_read(words):
    for one in descriptions.learn(" ".join(words)):
        assert one.amount is None or one.amount < Decimal(10) ** descriptions.LONGEST_NUMBER


@pytest.mark.slow
@given(
    name=st.sampled_from(sorted(n.name for n in reading.knowledge().by_id.values() if n.kind == "ingredient"))
)
@settings(max_examples=60, deadline=None)
def test_a_denied_name_is_never_learned_and_a_listed_one_always(name):
    assert learned(f"Free of {name} and nothing else") == {}
    assert name in learned(f"Each capsule provides {name} 10 mg")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000,
        "1," * 10_000,
        "9" * 20_000 + " mg zinc",
        "vitamin " * 20_000,
        "no " * 20_000,
        "soy and " * 20_000 + "free",
        string.punctuation * 2_000,
        "\u202e\x00<script>" * 3_000,
        "a'" * 20_000,
    ],
)
def test_hostile_text_takes_bounded_time(text):
    started = time.perf_counter()
    descriptions.learn(text * 3)
    assert time.perf_counter() - started < 1
