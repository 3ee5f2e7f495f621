"""Daily amounts over everything, beside the limit of this person; what is not known is said."""

from datetime import date
from decimal import Decimal

import pytest

from betony.clinic.safety import rules

TODAY = date(2026, 11, 22)


def product(key, *amounts, named=()):
    return rules.Product(
        key=key,
        name=key.title(),
        substances=tuple(rules.Substance(name=name) for name in (*named, *(one[0] for one in amounts))),
        daily_amounts=tuple(
            rules.DailyAmount(substance=name, amount=amount and Decimal(amount), unit=unit)
            for name, amount, unit in amounts
        ),
    )


def checked(*products, born=date(1980, 1, 1), taken=(), conditions=()):
    return rules.check(
        products=products,
        allergies=(),
        taken=taken,
        conditions=[rules.Condition(code_or_name=name) for name in conditions],
        person=rules.Person(sex="female", birth_date=born),
        today=TODAY,
    )


def over(found):
    return [(one.product.key, str(one.right)) for one in found.findings if one.kind == "total_dose"]


def test_amounts_of_products_and_supplements_are_added_in_one_unit():
    taken = rules.Taken(
        name="Sun drops",
        kind="supplement",
        daily_amounts=(rules.DailyAmount(substance="Cholecalciferol", amount=Decimal("0.05"), unit="mg"),),
    )
    found = checked(product("d", ("Vitamin D3", "2400", "IU")), taken=[taken])
    [total] = found.totals
    assert (total.substance, total.amount, total.limit, total.unit) == ("Vitamin D", 110, 100, "mcg")
    assert over(found) == [("d", "110 mcg a day (from D, Sun drops)")]


def test_the_limit_itself_is_not_over_it():
    assert over(checked(product("d", ("Vitamin D3", "4000", "IU")))) == []


@pytest.mark.parametrize(
    ("born", "is_over"),
    [
        (date(2024, 1, 1), True),
        (date(2014, 1, 1), True),
        (date(2008, 1, 1), False),
        (date(1980, 1, 1), False),
    ],
)
def test_the_limit_is_that_of_the_age(born, is_over):
    assert bool(over(checked(product("z", ("Zinc", "30", "mg")), born=born))) is is_over


def test_the_limit_of_pregnancy_comes_first():
    phosphorus = product("p", ("Phosphorus", "3.8", "g"))
    assert over(checked(phosphorus)) == []
    assert over(checked(phosphorus, conditions=["Pregnancy"])) == [("p", "3800 mg a day (from P)")]


@pytest.mark.parametrize(
    ("name", "amount", "unit", "reason"),
    [
        ("Vitamin E", "400", "IU", "unit_not_known"),
        ("Zinc", "1", "scoop", "unit_not_known"),
        ("Zinc", "NaN", "mg", "unit_not_known"),
        ("Zinc", "-5", "mg", "unit_not_known"),
        ("Magnesium citrate", "500", "mg", "compound_weight"),
        ("Vitamin A", "3000", "mcg", "form_not_known"),
    ],
)
def test_an_amount_that_cannot_be_counted_is_said_to_be_unknown(name, amount, unit, reason):
    found = checked(product("x", (name, amount, unit)))
    assert reason in {one.reason for one in found.unknown_amounts}
    assert not any(total.is_complete for total in found.totals)


def test_a_product_that_gives_no_amount_leaves_the_total_open():
    found = checked(product("m", named=("Magnesium",)), product("n", ("Magnesium", "400", "mg")))
    assert ("Magnesium", "M", "no_amount") in [
        (one.substance, one.held_by, one.reason) for one in found.unknown_amounts
    ]
    assert over(found) == [
        ("m", "at least 400 mg a day (from M, N)"),
        ("n", "at least 400 mg a day (from M, N)"),
    ]


def test_directions_that_are_not_understood_are_another_trouble_than_a_label_without_amounts():
    found = checked(product("m", ("Magnesium", None, "mg")), product("n", ("Magnesium", "400", "mg")))
    assert [(one.held_by, one.reason) for one in found.unknown_amounts] == [("M", "no_directions")]
    assert over(found)[0] == ("m", "at least 400 mg a day (from M, N)")


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ((), "up to 400 mg a day (from N)"),
        ((product("m", named=("Magnesium",)),), "up to 400 mg a day and an unknown amount more (from N, M)"),
    ],
)
def test_where_the_most_of_a_range_was_counted_the_total_says_up_to(others, said):
    amount = rules.DailyAmount(substance="Magnesium", amount=Decimal(400), unit="mg", is_up_to=True)
    ranged = rules.Product(
        key="n", name="N", substances=(rules.Substance(name="Magnesium"),), daily_amounts=(amount,)
    )
    assert over(checked(ranged, *others))[0] == ("n", said)


def test_a_finding_says_its_total_and_what_adds_to_it():
    amounts = (rules.DailyAmount(substance="Vitamin D3", amount=Decimal(2000), unit="IU"),)
    taken = rules.Taken(name="Sun drops", kind="prescribed", daily_amounts=amounts)
    found = checked(
        product("d", ("Vitamin D3", "3000", "IU")), product("z", ("Zinc", "5", "mg")), taken=[taken]
    )
    [finding] = [one for one in found.findings if one.kind == "total_dose"]
    assert finding.total is not None
    assert (finding.total.amount, finding.total.limit, finding.total.unit) == (125, 100, "mcg")
    assert (finding.total.from_products, finding.total.from_taken) == (("D",), ("Sun drops",))
    assert not finding.must_be_acknowledged


def test_two_products_of_one_name_are_named_twice():
    ours, theirs = (
        rules.Product(
            key=key, name="D3 2,000 IU", substances=(rules.Substance(name="Vitamin D3"),),
            daily_amounts=(rules.DailyAmount(substance="Vitamin D3", amount=Decimal(75), unit="mcg"),),
        )
        for key in ("ours", "theirs")
    )  # fmt: skip
    assert over(checked(ours, theirs))[0] == ("ours", "150 mcg a day (from D3 2,000 IU, D3 2,000 IU)")


def test_a_label_that_says_a_nutrient_and_its_form_says_one_amount_twice():
    both = product("d", ("Vitamin D", "50", "mcg"), ("Vitamin D3", "2000", "IU"))
    assert [total.amount for total in checked(both).totals] == [50]
    forms = product("d", ("Vitamin D2", "30", "mcg"), ("Vitamin D3", "30", "mcg"))
    assert [total.amount for total in checked(forms).totals] == [60]


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("133.33333333", "133.3"),
        ("100.0004", "100.0004"),
        ("100", "100"),
        ("1234567", "1234567"),
        ("0.5", "0.5"),
    ],
)
def test_a_total_is_shown_in_few_digits_but_never_as_the_limit_it_exceeds(amount, shown):
    [total] = checked(product("d", ("Vitamin D3", amount, "mcg"))).totals
    assert f"{total.amount:f}" == shown


def test_natural_and_synthetic_vitamin_e_weigh_differently():
    natural = checked(product("e", ("d-alpha-tocopherol", "1000", "IU"))).totals[0].amount
    synthetic = checked(product("e", ("dl-alpha-tocopherol", "1000", "IU"))).totals[0].amount
    assert (natural, synthetic) == (670, 450)


def test_without_a_birthday_no_limit_is_guessed():
    found = checked(product("d", ("Vitamin D3", "9000", "IU")), born=None)
    assert found.totals == ()
    assert {one.reason for one in found.unknown_amounts} == {"age_not_known"}
