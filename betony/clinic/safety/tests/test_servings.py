"""A label's serving and the directions beside it: joined where that is certain, and unknown everywhere else."""

import string
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from betony.clinic.safety.rules import servings
from betony.clinic.safety.rules.servings import Directions, Serving

CAPSULE = Serving(count=Decimal(1), unit="capsule")


def serving(text):
    found = servings.of_label(text)
    return found and (str(found.count), found.unit)


def a_day(amount, frequency="once per day", form="capsule", label=CAPSULE, times=()):
    directions = Directions(amount=amount, frequency=frequency, format=form, times_of_day=times)
    found = servings.a_day(directions, serving=label)
    return found and (found.servings, found.is_up_to)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Gentle. One capsule: magnesium 120 mg.", ("1", "capsule")),
        ("Two capsules contain 300 mg of magnesium", ("2", "capsule")),
        ("Serving size: 2 tablets", ("2", "tablet")),
        ("Supplement Facts\nServing Size\n1 Vegetarian Capsule\nServings Per Container 60", ("1", "capsule")),
        ("Serving Size 2 Softgels", ("2", "softgel")),
        ("Zinc 10 mg per 5 mL", ("5", "mL")),
        ("One scoop (5 g): creatine 5 g", ("1", "scoop")),
        ("1 softgel provides 1000 mg of fish oil", ("1", "softgel")),
        ("Each softgel contains: vitamin D3 1000 IU", ("1", "softgel")),
        ("Amount per serving (1 packet): vitamin C 1 g", ("1", "packet")),
        ("25 mcg per drop", ("1", "drop")),
        ("Half a teaspoon (2.5 mL): fish oil 2.3 g", ("0.5", "teaspoon")),
        ("½ teaspoon supplies 400 IU", ("0.5", "teaspoon")),
        ("One teaspoon (5 mL): iron 10 mg. That is 10 mg per 5 mL.", ("1", "teaspoon")),
        ("Two delayed-release capsules: a", ("2", "capsule")),
        ("Two chewable tablets: a", ("2", "chewable")),
        ("2 gummies provide 10 mg", ("2", "gummy")),
        ("One pump: magnesium 65 mg", ("1", "pump")),
        ("Serving size: 2 Tablet(s)", ("2", "tablet")),
    ],
)
def test_the_serving_is_read_as_labels_word_it(text, found):
    got = serving(text)
    assert got is not None
    assert (Decimal(got[0]), got[1]) == (Decimal(found[0]), found[1])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Magnesium 120 mg",
        "Take two capsules daily.",
        "Take 2 capsules: one in the morning, one at night",
        "Serving size: 2 capsules. Each capsule contains zinc 15 mg.",
        "60 capsules: a two months' supply",
        "90 capsules provide three months' supply",
        "Serving size: 5 g",
        "Per serving: zinc 15 mg",
        "0 capsules: zinc 15 mg",
        "1/0 teaspoon: zinc 15 mg",
        "2 capsules per day",
        "3.5.2 mL: zinc",
        "Encapsulated: zinc",
    ],
)
def test_a_label_that_names_no_serving_or_two_that_differ_names_none(text):
    assert serving(text) is None


@pytest.mark.parametrize(
    ("amount", "frequency", "a_day_comes_to"),
    [
        ("1", "once per day", 1), ("2", "twice per day", 4), ("3", "three times per day", 9),
        ("1", "four times per day", 4), ("1", "every morning", 1), ("1", "Every Night", 1),
        ("1", "daily", 1), ("1", "twice daily", 2), ("1", "2 times a day", 2), ("1", "2x daily", 2),
        ("1", "3 x / day", 3), ("1", "BID", 2), ("1", "t.i.d.", 3), ("1", "qid", 4), ("1", "once a day", 1),
        ("1/2", "twice per day", 1), ("1 1/2", "twice per day", 3), ("½", "twice per day", 1),
        ("1½", "once per day", "1.5"), ("2 capsules", "once per day", 2), ("one capsule", "daily", 1),
        ("2 caps", "daily", 2), (" 2  Vegetarian Capsules ", "daily", 2), ("1.5", "daily", "1.5"),
    ],
)  # fmt: skip
def test_directions_come_to_so_many_servings_a_day(amount, frequency, a_day_comes_to):
    assert a_day(amount, frequency) == (Decimal(a_day_comes_to), False)


@pytest.mark.parametrize(
    ("amount", "frequency", "most"),
    [
        ("1-2", "once per day", 2), ("1 – 2", "twice per day", 4), ("1 to 2 capsules", "daily", 2),
        ("1/2-1", "daily", 1), ("1", "2-3 times per day", 3), ("1 or 2", "two to three times a day", 6),
    ],
)  # fmt: skip
def test_of_a_range_the_larger_number_counts(amount, frequency, most):
    assert a_day(amount, frequency) == (Decimal(most), True)


@pytest.mark.parametrize(
    ("amount", "frequency"),
    [
        ("", "once per day"), ("1", ""), ("1", "as needed"), ("1", "once per day as needed"),
        ("1", "with each meal"), ("1", "every 8 hours"), ("1", "every other day"), ("1", "once per week"),
        ("1", "weekly"), ("as directed", "daily"), ("0", "daily"), ("-1", "daily"), ("2-1", "daily"),
        ("1-1/2", "daily"), ("1/0", "daily"), ("1,5", "daily"), ("9999999", "daily"), ("1e9", "daily"),
        ("NaN", "daily"), ("1", "99 times a day"), ("1", "1.5 times a day"), ("1", "0 times a day"),
        ("some", "daily"), ("2 tablets", "daily"), ("1 scoop", "daily"), ("2 capsules with food", "daily"),
        ("1 & 1/2 - 2 ml", "daily"), ("1" * 200, "daily"), ("1" + " " * 300 + "2", "daily"),
        ("1 capsule" + " " * 300 + "every hour", "daily"), ("\u0661/\u0660", "daily"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_unknown(amount, frequency):
    assert a_day(amount, frequency) is None


def label(count, unit):
    return Serving(count=Decimal(count), unit=unit)


@pytest.mark.parametrize(
    ("amount", "form", "of", "comes_to"),
    [
        ("1", "capsule", label(1, "softgel"), 1),
        ("1", "chewable", label(1, "gummy"), 1),
        ("2", "tablet", label(1, "chewable"), 2),
        ("2", "capsule", label(2, "capsule"), 1),
        ("1", "capsule", label(2, "capsule"), "0.5"),
        ("30", "drops", label(10, "drop"), 3),
        ("1 scoop", "powder", label(1, "scoop"), 1),
        ("2 teaspoons", "liquid", label(5, "mL"), 2),
        ("5 mL", "liquid", label("0.5", "teaspoon"), 2),
        ("1 tbsp", "", label(1, "teaspoon"), 3),
    ],
)
def test_amounts_are_compared_in_the_measure_of_the_label(amount, form, of, comes_to):
    assert a_day(amount, form=form, label=of) == (Decimal(comes_to), False)


@pytest.mark.parametrize(
    ("amount", "form", "of"),
    [
        ("1", "capsule", label(1, "drop")),
        ("1", "capsule", label(1, "tablet")),
        ("1", "tablet", label(1, "gummy")),
        ("1", "drops", label(1, "mL")),
        ("1", "powder", label(1, "scoop")),
        ("1", "liquid", label(1, "teaspoon")),
        ("1", "gel", label(1, "pump")),
        ("1", "", CAPSULE),
        ("1", "by mouth", CAPSULE),
        ("2 tablets", "capsule", label(1, "tablet")),
        ("5 mL", "", label(1, "scoop")),
    ],
)
def test_measures_that_do_not_match_are_never_treated_as_equal(amount, form, of):
    assert a_day(amount, form=form, label=of) is None


def test_more_times_of_day_than_the_frequency_has_is_a_contradiction():
    assert a_day("1", "once per day", times=("morning", "bedtime")) is None
    assert a_day("1", "twice per day", times=("morning", "bedtime")) == (2, False)
    assert a_day("1", "twice per day", times=("morning",)) == (2, False)


def test_a_third_of_a_serving_taken_three_times_is_the_whole_of_it():
    strength = servings.Strength(substance="Zinc", amount=Decimal(30), unit="mg", serving=label(3, "capsule"))
    directions = Directions(amount="1", format="capsule", frequency="three times per day")
    [daily] = servings.daily_amounts([strength], directions=directions)
    assert (daily.substance, daily.amount, daily.unit, daily.is_up_to) == ("Zinc", Decimal(30), "mg", False)


def test_amounts_stay_known_where_the_directions_are_not():
    strength = servings.Strength(substance="Zinc", amount=Decimal(30), unit="mg", serving=CAPSULE)
    [daily] = servings.daily_amounts([strength], directions=Directions(amount="1", format="capsule"))
    assert (daily.substance, daily.amount) == ("Zinc", None)


_PARTS = st.sampled_from(
    [
        "1", "2", "1/2", "½", "1-2", "to", "-", "a", "half", "one", "capsule", "capsules", "softgel", "mL", "tsp",
        "scoop", "(", ")", ":", ".", "\n", "per", "each", "serving size", "contains", "day", "daily", "twice",
        "times", "x", "/", "bid", "0", "9" * 30, "every morning", "\u0663", "",
    ]
)  # fmt: skip
_TEXT = st.one_of(st.text(max_size=80), st.lists(_PARTS, max_size=12).map(" ".join))


@pytest.mark.slow
@given(text=_TEXT, amount=_TEXT, form=_TEXT, frequency=_TEXT)
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_and_nothing_is_ever_below_nothing(text, amount, form, frequency):
    found = servings.of_label(text)
    assert found is None or found.count > 0
    directions = Directions(amount=amount, format=form, frequency=frequency)
    for of in (found or CAPSULE, CAPSULE):
        taking = servings.a_day(directions, serving=of)
        assert taking is None or (taking.servings > 0 and taking.servings.is_finite())


@pytest.mark.slow
@given(amount=st.integers(1, 20), times=st.integers(1, 9), count=st.integers(1, 10), more=st.integers(1, 9))
@settings(max_examples=100, deadline=None)
def test_it_is_linear_in_the_amount_the_times_and_the_label(amount, times, count, more):
    of = label(count, "capsule")
    [found, _] = a_day(str(amount), f"{times} times per day", label=of)
    assert found * count == pytest.approx(amount * times)
    assert a_day(f"{amount}-{amount + more}", f"{times} times per day", label=of) == (
        a_day(str(amount + more), f"{times} times per day", label=of)[0],
        True,
    )


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000, "1 " * 20_000, "9" * 20_000 + " capsules:", "vegetarian " * 5_000, "half a " * 5_000,
        "per " * 10_000, "serving size " * 3_000, "one capsule (" * 3_000, ". " * 10_000, "\n" * 20_000,
        string.punctuation * 1_000, "1/" * 10_000,
    ],
)  # fmt: skip
def test_hostile_text_takes_bounded_time(text):
    started = time.perf_counter()
    servings.of_label(text * 3)
    servings.a_day(Directions(amount=text, format=text, frequency=text), serving=CAPSULE)
    assert time.perf_counter() - started < 1
