"""What the check says, of the table that ships."""

from datetime import date

import pytest

from betony.clinic.safety import rules

TODAY = date(2026, 11, 22)
GROWN = rules.Person(sex="female", birth_date=date(1980, 5, 1))
WORT = rules.Product(
    key="wort", name="Quiet Mood", substances=(rules.Substance(name="Hypericum perforatum", origin="label"),)
)
BARE = rules.Product(key="bare", name="Secret Blend", substances=None)


def checked(*products, allergies=(), taken=(), conditions=(), person=GROWN):
    return rules.check(
        products=products, allergies=allergies, taken=taken, conditions=conditions, person=person, today=TODAY
    )


def on(name, kind="medication", substances=None):
    return rules.Taken(name=name, kind=kind, substances=substances)


@pytest.mark.parametrize(
    "written",
    [
        "Warfarin",
        "warfarin 5 mg tablet",
        "Jantoven 2.5mg daily",
        "WARFARIN SODIUM 5 MG",
        "Blood thinner (warfarin)",
    ],
)
def test_a_drug_is_found_however_the_list_writes_it(written):
    [finding] = checked(WORT, taken=[on(written)]).findings
    assert (finding.kind, finding.severity) == ("drug", "severe")
    assert str(finding.left) == "Hypericum perforatum (St. John's wort)"
    assert finding.right.label == written
    assert finding.right.known_as == "Warfarin"


def test_a_drug_is_found_through_its_family():
    [finding] = checked(WORT, taken=[on("Sertraline 50 mg")]).findings
    assert finding.right.known_as == "Sertraline"


def test_every_finding_carries_its_source_with_date_and_licence():
    [finding] = checked(WORT, taken=[on("Digoxin")]).findings
    assert finding.source.title
    assert finding.source.locator
    assert finding.source.url.startswith("https://")
    assert finding.source.date == "2025-05"
    assert finding.source.licence
    assert finding.reviewed_by == ""


def test_names_match_whole_never_in_part():
    for written in ("Warfarinoid", "Not warfarinlike", "Digoxinase"):
        assert checked(WORT, taken=[on(written)]).findings == ()


def test_a_product_without_ingredients_is_unchecked_and_not_passed():
    empty = rules.Product(key="empty", name="Other Blend", substances=())
    found = checked(BARE, empty, taken=[on("Warfarin")])
    assert found.unchecked == (BARE, empty)
    assert found.findings == ()


def test_a_pair_without_a_row_says_no_data():
    found = checked(WORT, taken=[on("Levocetirizine 5 mg")])
    [silent] = found.no_data
    assert (silent.text, silent.reason) == ("No data", "name_not_known")
    assert [name.name for name in found.unknown_names] == ["Levocetirizine 5 mg"]


def test_the_patients_own_allergy_is_always_severe():
    found = checked(WORT, allergies=[rules.Allergy(substance="St John’s Wort", severity="mild")])
    [finding] = found.findings
    assert (finding.kind, finding.severity) == ("allergy", "severe")
    assert finding.source.date == TODAY.isoformat()


def test_an_allergy_nobody_has_in_a_table_still_meets_the_same_word():
    product = rules.Product(key="k", name="Zoo", substances=(rules.Substance(name="Quoll oil"),))
    [finding] = checked(product, allergies=[rules.Allergy(substance="quoll OIL")]).findings
    assert finding.kind == "allergy"


def test_the_same_ingredient_twice_is_told():
    other = rules.Product(
        key="two", name="Sun Drops", substances=(rules.Substance(name="Vitamin D3 (as cholecalciferol)"),)
    )
    found = checked(other, taken=[on("Vitamin D 1000 IU", kind="supplement")])
    assert [(one.kind, one.right.known_as) for one in found.findings] == [("duplicate", "Vitamin D")]


def test_one_ingredient_in_many_places_is_told_once_with_all_of_them():
    product = rules.Product(key="one", name="Sun Drops", substances=(rules.Substance(name="Vitamin D3"),))
    second = rules.Product(key="two", name="Daily Two", substances=(rules.Substance(name="Vitamin D"),))
    earlier = on("Bone Plan", kind="prescribed", substances=(rules.Substance(name="Vitamin D3"),))
    found = checked(product, second, taken=[on("Vitamin D 1000 IU", kind="supplement"), earlier])
    told = [one for one in found.findings if one.product.key == "one"]
    assert [one.text for one in told] == [
        "Vitamin D3 is in Sun Drops, and also in Vitamin D 1000 IU (a current supplement), "
        "Bone Plan (prescribed already) and Daily Two (on this prescription)."
    ]
    assert told[0].right.label == "Vitamin D 1000 IU, Bone Plan, Daily Two"


def test_conditions_are_known_by_name_and_by_code():
    for written in ("Pregnancy", "pregnant", "O26.891", "Z33.1"):
        [finding] = checked(WORT, conditions=[rules.Condition(code_or_name=written)]).findings
        assert finding.kind == "condition"


def test_being_under_age_follows_from_the_birthday():
    young = rules.Person(birth_date=date(2010, 1, 1))
    [finding] = checked(WORT, person=young).findings
    assert finding.right.label == "Under 18 years of age"
