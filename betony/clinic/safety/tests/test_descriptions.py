"""What a description names as being inside, and what it names for other reasons."""

from datetime import date

import pytest

from betony.clinic.safety import rules
from betony.clinic.safety.rules import descriptions


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("One capsule: St. John's wort (0.3% hypericin) 450 mg.", ["St. John's wort"]),
        ("One capsule: St John’s Wort 450 mg. Free of soy and dairy.", ["St. John's wort"]),
        ("With HYPERICUM PERFORATUM and niacin.", ["St. John's wort", "Niacin"]),
        ("Does not contain niacin.", []),
        ("A niacin-free formula.", []),
        ("Made in a facility that handles niacin.", []),
        ("Do not take St. John's wort with warfarin.", []),
        ("Environment", []),
        ("", []),
        ("niacin. Niacin! NIACIN", ["Niacin"]),
        ("<script>alert(1)</script>", []),
        ("May change how many medicines work, warfarin among them.", []),
    ],
)
def test_a_description_names_what_is_inside(text, names):
    assert [one.name for one in descriptions.learn(text)] == names


def test_a_long_description_is_read_to_its_limit():
    assert descriptions.learn("word " * 200_000 + "niacin") == ()


def test_a_condition_is_shown_as_the_chart_calls_it_and_looked_up_by_its_code():
    wort = rules.Product(key="w", name="W", substances=(rules.Substance(name="St. John's wort"),))
    person = rules.Person(sex="female", birth_date=date(1990, 1, 1))

    def rights(condition):
        found = rules.check(
            products=[wort], allergies=(), taken=(), conditions=[condition], person=person,
            today=date(2026, 11, 22),
        )  # fmt: skip
        return [one.right.label for one in found.findings]

    assert rights(rules.Condition(code_or_name="Z33.1", label="Expecting twins")) == ["Expecting twins"]
    assert rights(rules.Condition(code_or_name="K21.9", label="Pregnancy")) == ["Pregnancy"]
