"""A day's total over a published upper limit is said: label and directions, over all products (story 5.4)."""

from dataclasses import replace

import pytest

from betony.clinic.prescriptions import checking
from betony.clinic.prescriptions.actions import changing, writing
from betony.clinic.prescriptions.exchange import importing
from betony.clinic.prescriptions.models import KnownSubstance, KnownVariant, Prescription, PrescriptionItem
from betony.clinic.prescriptions.tests import cast, worker
from betony.clinic.prescriptions.views import parts
from betony.kit import clock, tenancy
from betony.kit.ui.testing import HTMX, words

pytestmark = pytest.mark.slow

ONCE = writing.Directions(amount="1", frequency="once per day", format="capsule", duration="90")


def _shelf(home, carol):
    """The shelf holds vitamin D by the capsule, two softgels and the drop, and some without an amount."""
    add = home.server.add_product
    home.sun = add("Sun 50", description="<p>One capsule: vitamin D3 2,000 IU.</p>")
    home.noon = add("Noon 75", description="<p>Two softgels: vitamin D3 150 mcg (6,000 IU).</p>")
    home.drops = add("Sun Drops", description="<p>One drop: vitamin D3 1,000 IU.</p>")
    home.bare = add("Bare D", description="<p>With vitamin D3.</p>")


@pytest.fixture
def further():
    return _shelf


@pytest.fixture
def home(settled):
    return settled


def look_at(alice, patient, row, **typed):
    """Open a product in the writer, as everybody does before adding it."""
    address = f"/fullscript/writer/{patient.pk}/products/{row['id']}/"
    return words(alice.post(address, typed, headers=HTMX) if typed else alice.get(address, headers=HTMX))


def add(home, patient, row, **directions):
    with tenancy.organization(home.pk):
        return writing.add_product(
            by=home.actor("Alice"), patient=patient, product=cast.product(home, row),
            directions=replace(ONCE, **directions),
        )  # fmt: skip


def change(home, item, **directions):
    with tenancy.organization(home.pk):
        writing.change_product(by=home.actor("Alice"), item=item, directions=replace(ONCE, **directions))


def shown(home, patient):
    """Return what the draft says of totals, and of what could not be counted."""
    with tenancy.organization(home.pk):
        context = parts.draft(home.actor("Alice"), patient)
    totals = [one["total"] for one in context["warnings"] if one["total"]]
    return totals, [f"{one['substance']} in {one['held_by']}: {one['why']}" for one in context["uncounted"]]


def above(amount):
    return f"Vitamin D: {amount} a day over all products, above the upper limit of 100 mcg"


def test_two_products_that_are_over_the_limit_together_say_so_once(home, carol, alice):
    for row in (home.sun, home.noon):
        look_at(alice, carol, row)
    add(home, carol, home.sun)
    assert shown(home, carol) == ([], [])
    add(home, carol, home.noon)
    assert shown(home, carol) == ([above("125 mcg")], [])
    page = words(alice.get(f"/fullscript/writer/{carol.pk}/", headers=HTMX))
    for said in (
        above("125 mcg"), "Counted from the descriptions and directions of Sun 50, Noon 75.", "Moderate",
        "Not reviewed by a pharmacist.",
        "Vitamin D", "https://ods.od.nih.gov/",
    ):  # fmt: skip
        assert said in page, said
    assert page.count(above("125 mcg")) == 1


def test_the_warning_follows_the_directions(home, carol, alice):
    look_at(alice, carol, home.sun)
    item = add(home, carol, home.sun)
    assert shown(home, carol) == ([], [])
    for directions, totals in (
        ({"amount": "3"}, [above("150 mcg")]),
        ({"amount": "1", "frequency": "four times per day"}, [above("200 mcg")]),
        ({"amount": "2"}, []),
        ({"amount": "1-3"}, [above("up to 150 mcg")]),
        ({"amount": "2 1/2 capsules"}, [above("125 mcg")]),
    ):
        change(home, item, **directions)
        assert shown(home, carol) == (totals, []), directions


@pytest.mark.parametrize(
    "directions",
    [
        {"amount": ""}, {"frequency": ""}, {"frequency": "as needed"}, {"amount": "9 drops"}, {"format": "drops"},
        {"frequency": "with meals"}, {"time_of_day": ("morning", "bedtime")},
    ],
)  # fmt: skip
def test_directions_that_are_not_understood_are_said_to_be(home, carol, alice, directions):
    look_at(alice, carol, home.sun)
    add(home, carol, home.sun, **{"amount": "9", **directions})
    assert shown(home, carol) == (
        [], ["Vitamin D in Sun 50: the directions do not give a daily amount in the label's measure"],
    )  # fmt: skip


def test_what_is_not_known_makes_the_total_at_least(home, carol, alice):
    for row in (home.sun, home.bare):
        look_at(alice, carol, row)
    add(home, carol, home.sun, amount="3")
    add(home, carol, home.bare)
    missing = "Vitamin D in Bare D: the label's amount is not known"
    assert shown(home, carol) == ([above("at least 150 mcg")], [missing])
    page = words(alice.get(f"/fullscript/writer/{carol.pk}/", headers=HTMX))
    assert "1 daily amount not known" in page
    assert "one may be above an upper limit without a warning" in page


def test_what_was_prescribed_earlier_counts_while_it_may_be_taken(home, carol, alice):
    for row in (home.sun, home.noon):
        look_at(alice, carol, row)
    earlier = add(home, carol, home.noon, amount="1").prescription
    cast.save(home, earlier)
    add(home, carol, home.sun)
    assert shown(home, carol) == ([above("125 mcg")], [])
    page = words(alice.get(f"/fullscript/writer/{carol.pk}/", headers=HTMX))
    assert "Already taken or prescribed: Noon 75." in page
    with tenancy.organization(home.pk):
        Prescription.objects.filter(pk=earlier.pk).update(state="cancelled", cancelled_at=clock.now())
    assert shown(home, carol) == ([], [])


def test_what_is_prescribed_again_counts_twice_and_says_so(home, carol, alice):
    look_at(alice, carol, home.sun)
    cast.save(home, add(home, carol, home.sun, amount="2").prescription)
    add(home, carol, home.sun, amount="2")
    assert shown(home, carol) == ([above("200 mcg")], [])
    page = words(alice.get(f"/fullscript/writer/{carol.pk}/", headers=HTMX))
    assert "Counted from the descriptions and directions of Sun 50" in page
    assert "Already taken or prescribed: Sun 50." in page


def test_a_change_is_counted_instead_of_what_it_changes(home, carol, alice):
    look_at(alice, carol, home.sun)
    sent = add(home, carol, home.sun, amount="2").prescription
    cast.link(home, carol)
    cast.save(home, sent)
    worker.work()
    draft = cast.inside(
        home, changing.begin_change, by=home.actor("Alice"), prescription=cast.now(home, sent)
    )
    assert shown(home, carol) == ([], [])
    change(home, cast.inside(home, draft.items.get), amount="3")
    assert shown(home, carol) == ([above("150 mcg")], [])


def test_before_it_is_added_a_product_counts_with_the_directions_it_starts_from(home, carol, alice):
    label = {"recommended_amount": "2", "recommended_frequency": "once per day", "format": "capsule"}
    home.sun["dosage"] = {**home.sun["dosage"], **label, "recommended_duration": "90"}
    assert "above the upper limit" not in look_at(alice, carol, home.sun)
    look_at(alice, carol, home.noon)
    add(home, carol, home.noon)
    page = look_at(alice, carol, home.sun)
    assert above("175 mcg") in page
    assert "Daily totals start from these directions, and follow what you type." in page
    home.sun["dosage"]["recommended_frequency"] = "as needed"
    page = look_at(alice, carol, home.sun)
    assert "above the upper limit" not in page
    assert "Vitamin D in Sun 50: the directions do not give a daily amount" in page


def test_what_was_typed_and_refused_counts_as_typed(home, carol, alice):
    page = look_at(
        alice, carol, home.sun, amount="5", frequency="once per day", format="capsule", quantity="none"
    )
    assert "Use a whole number from 1 to 99." in page
    assert above("250 mcg") in page


def test_another_measure_than_the_labels_is_not_taken_for_it(home, carol, alice):
    look_at(alice, carol, home.drops)
    item = add(home, carol, home.drops, amount="30")
    assert shown(home, carol)[0] == []
    change(home, item, amount="30", format="drops")
    assert shown(home, carol) == ([above("750 mcg")], [])


def test_a_limit_exceeded_asks_no_reason_and_other_amounts_are_another_warning(home, carol, alice):
    look_at(alice, carol, home.sun)
    item = add(home, carol, home.sun, amount="3")

    def digests():
        with tenancy.organization(home.pk):
            found = checking.check_prescription(
                prescription=item.prescription, items=item.prescription.items.all(), today=clock.now().date()
            )
            return [one.digest for one in found.warnings if one.finding.total]

    before = digests()
    change(home, item, amount="4")
    assert len(before) == 1
    assert digests() != before
    assert cast.save(home, item.prescription).state == "waiting"


def test_an_amount_that_only_the_search_knows_of_is_not_known(home, carol, alice):
    KnownSubstance.objects.create(
        environment="us",
        product_id=home.zinc["id"],
        origin="search",
        key="z",
        name="Zinc",
        seen_at=clock.now(),
    )
    add(home, carol, home.zinc)
    assert shown(home, carol) == ([], ["Zinc in Zinc Picolinate 30 mg: the label's amount is not known"])


def test_a_product_in_two_lines_counts_with_both(home, carol, alice):
    for row in (home.sun, home.bare):
        look_at(alice, carol, row)
    plan = home.there.write_plan(
        home.there.patients[0], home.there.practitioners[0], [],
        recommendations=[
            {"variant_id": home.sun["variants"][0]["id"], "refill": False, "units_to_purchase": 1,
             "take_with": None,
             "dosage": {"amount": amount, "frequency": "once per day", "duration": "90", "format": "capsule",
                        "time_of_day": [time], "additional_info": None}}
            for amount, time in (("1", "morning"), ("2", "evening"))
        ],
    )  # fmt: skip
    with tenancy.working_for(home.pk):
        importing.import_plan(home.pk, plan["id"])
    earlier = add(home, carol, home.bare)
    assert shown(home, carol)[0] == [above("at least 150 mcg")]
    with tenancy.organization(home.pk):
        writing.remove_product(by=home.actor("Alice"), item=earlier)
        writing.discard_draft(by=home.actor("Alice"), prescription=earlier.prescription)
        written = Prescription.objects.get(remote_id=plan["id"])
    cast.inside(home, changing.begin_change, by=home.actor("Alice"), prescription=written)
    assert shown(home, carol) == ([above("150 mcg")], [])


def test_a_product_without_its_id_is_looked_up_in_its_own_catalogue(home, carol, alice):
    """The same id may stand for another product in Canada."""
    look_at(alice, carol, home.noon)
    item = add(home, carol, home.noon, amount="2")
    cast.save(home, item.prescription)
    with tenancy.organization(home.pk):
        PrescriptionItem.objects.filter(pk=item.pk).update(product_id="")
    for environment, product in (("us", home.noon), ("ca", home.zinc)):
        KnownVariant.objects.update_or_create(
            environment=environment, remote_id=item.variant_id,
            defaults={"product_id": product["id"], "product_name": "Noon 75", "fetched_at": clock.now()},
        )  # fmt: skip
    look_at(alice, carol, home.bare)
    add(home, carol, home.bare)
    assert shown(home, carol)[0] == [above("at least 150 mcg")]
