"""Plans, in-office checkout and favourites in the practice's pages."""

import re
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client

from betony.dispensary.accounts.models import Organization
from betony.dispensary.back_office.tests.conftest import MARKUP
from betony.dispensary.catalog import actions as catalog_actions
from betony.dispensary.catalog import factories as catalog
from betony.dispensary.catalog.models import CustomDosage, FavouritesCategory, Variant
from betony.dispensary.orders.models import Order
from betony.dispensary.patients import factories as patients
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices import actions as practice_actions
from betony.dispensary.practices import factories as practices
from betony.dispensary.practices.models import Practitioner
from betony.dispensary.treatment_plans import factories
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.dispensary.webhooks.models import Event
from betony.kit.jobs import testing

pytestmark = pytest.mark.slow

DOSAGE = {
    "units_to_purchase": "2", "dosage_amount": "1-2", "dosage_format": "capsule",
    "dosage_frequency": "once per day", "dosage_duration": "30", "dosage_time_of_day": ["morning", "bedtime"],
    "take_with": "food", "dosage_additional_info": MARKUP, "refill": "on",
}  # fmt: skip


def test_a_plan_is_written_product_by_product_and_activated_once(
    alice: Client, cedar: Organization, doctor: Practitioner, carol: Patient
) -> None:
    zinc = catalog.variant(name="Zinc Fine")
    new = f"/patients/{carol.pk}/plans/new/"
    assert "Zinc Fine" in alice.get(new, {"q": "zinc"}).content.decode()
    form = alice.get(new, {"variant": str(zinc.pk)}).context["form"]
    assert form.initial["dosage_additional_info"] == "with food"
    made = alice.post(new, {**DOSAGE, "variant": str(zinc.pk)})
    plan = TreatmentPlan.objects.get()
    assert made["Location"] == f"/plans/{plan.pk}/"
    assert (plan.state, plan.practitioner_id) == ("draft", doctor.pk)
    iron = catalog.variant(name="Iron")
    alice.post(f"/plans/{plan.pk}/products/add/", {**DOSAGE, "variant": str(iron.pk)})
    alice.post(f"/plans/{plan.pk}/message/", {"personal_message": MARKUP})
    assert [one.variant_id for one in plan.recommendations.order_by("position")] == [zinc.pk, iron.pk]
    assert plan.recommendations.get(position=1).dosage_time_of_day == ["morning", "bedtime"]
    assert "<img src=x" not in alice.get(f"/plans/{plan.pk}/").content.decode()
    for _ in range(2):
        alice.post(f"/plans/{plan.pk}/activate/")
    testing.run_queued()
    assert len(mail.outbox) == 1
    assert Event.objects.filter(type="treatment_plan.created").count() == 1
    alice.post(f"/plans/{plan.pk}/products/1/remove/")
    assert [one.variant_id for one in plan.recommendations.all()] == [iron.pk]


def test_the_same_page_sent_twice_makes_one_draft_with_the_product_once(
    alice: Client, cedar: Organization, doctor: Practitioner, carol: Patient
) -> None:
    zinc, iron = catalog.variant(name="Zinc Fine"), catalog.variant(name="Iron")
    new = f"/patients/{carol.pk}/plans/new/"
    shown = alice.get(new, {"variant": str(zinc.pk)}).content.decode()
    drawn = re.search(r'name="plan" value="([^"]+)"', shown)
    assert drawn is not None
    page = {**DOSAGE, "variant": str(zinc.pk), "plan": drawn[1]}
    first, second = (alice.post(new, page)["Location"] for _ in range(2))
    plan = TreatmentPlan.objects.get()
    assert first == second == f"/plans/{plan.pk}/"
    assert plan.recommendations.count() == 1
    # Gone back to, changed, and sent once more: nothing that was typed is lost.
    alice.post(new, {**page, "units_to_purchase": "5"})
    assert [one.units_to_purchase for one in plan.recommendations.order_by("position")] == [2, 5]
    for _ in range(2):
        alice.post(f"/plans/{plan.pk}/products/add/", {**DOSAGE, "variant": str(iron.pk)})
    assert plan.recommendations.count() == 3
    assert TreatmentPlan.objects.count() == 1


def test_a_draft_is_not_activated_when_its_writer_has_left_or_a_product_is_not_sold_any_more(
    alice: Client, cedar: Organization, doctor: Practitioner, carol: Patient
) -> None:
    by, gone = patients.alice(cedar), practices.practitioner(cedar)
    of_gone = factories.draft(by=by, patient=carol, practitioner=gone)
    practice_actions.archive_person(by=by, person=gone)
    refused = factories.draft(by=by, patient=carol, practitioner=doctor)
    catalog_actions.set_permission(
        by=by, product=refused.recommendations.get().variant.product, is_permitted=False
    )
    for plan, words in ((of_gone, "no longer works at the practice"), (refused, "is not sold here any more")):
        shown = alice.post(f"/plans/{plan.pk}/activate/", follow=True).content.decode()
        assert words in shown
        plan.refresh_from_db()
        assert plan.state == "draft"
    testing.run_queued()
    assert mail.outbox == []


def test_the_saved_dosage_stands_in_place_of_the_labels(
    alice: Client, cedar: Organization, doctor: Practitioner, carol: Patient
) -> None:
    zinc = catalog.variant()
    CustomDosage.objects.create(
        organization=cedar, practitioner=doctor, product=zinc.product, amount="7", frequency="every night"
    )
    form = alice.get(f"/patients/{carol.pk}/plans/new/", {"variant": str(zinc.pk)}).context["form"]
    assert form.initial["dosage_amount"] == "7"


def test_a_dosage_is_kept_and_let_go_again(
    alice: Client, cedar: Organization, doctor: Practitioner, carol: Patient
) -> None:
    zinc = catalog.variant()
    new = f"/patients/{carol.pk}/plans/new/"
    page = {**DOSAGE, "variant": str(zinc.pk), "dosage_amount": "x" * 80}
    alice.post(new, page)
    assert CustomDosage.objects.count() == 0
    alice.post(new, {**page, "keeps_dosage": "on"})
    saved = CustomDosage.objects.get()
    assert (saved.practitioner_id, saved.product_id) == (doctor.pk, zinc.product_id)
    shown = alice.get(new, {"variant": str(zinc.pk)})
    assert shown.context["form"].initial["dosage_amount"] == saved.amount == "x" * 80
    assert "This is your own dosage of the product." in shown.content.decode()
    forgotten = alice.post(new, {"variant": str(zinc.pk), "forget": "yes"})
    assert forgotten["Location"] == f"{new}?variant={zinc.pk}"
    shown = alice.get(forgotten["Location"])
    assert shown.context["form"].initial["dosage_amount"] == "1"
    assert "your own dosage" not in shown.content.decode()
    assert alice.post(new, {"variant": str(zinc.pk), "forget": "yes"}).status_code == 302


def test_a_dosage_is_not_kept_when_the_plan_is_refused(
    alice: Client, doctor: Practitioner, carol: Patient
) -> None:
    abroad = catalog.product(of_brand=catalog.brand(name="Maple", countries=["CA"])).variants.get()
    page = {**DOSAGE, "variant": str(abroad.pk), "keeps_dosage": "on"}
    assert alice.post(f"/patients/{carol.pk}/plans/new/", page).status_code == 422
    assert CustomDosage.objects.count() == 0


def test_a_product_that_is_not_permitted_is_refused(alice: Client, carol: Patient) -> None:
    abroad = catalog.product(of_brand=catalog.brand(name="Maple", countries=["CA"])).variants.get()
    answer = alice.post(f"/patients/{carol.pk}/plans/new/", {**DOSAGE, "variant": str(abroad.pk)})
    assert answer.status_code == 422
    assert TreatmentPlan.objects.count() == 0


def test_staff_see_plans_and_cannot_prescribe(
    bob: Client, cedar: Organization, doctor: Practitioner, carol: Patient
) -> None:
    plan = factories.draft(by=patients.alice(cedar), patient=carol, practitioner=doctor)
    assert bob.get(f"/plans/{plan.pk}/").status_code == 200
    assert bob.get(f"/patients/{carol.pk}/plans/new/").status_code == 404
    for ending in ("activate/", "cancel/", "message/", "products/add/", "products/1/remove/"):
        assert bob.post(f"/plans/{plan.pk}/{ending}").status_code == 404


def test_a_cancelled_plan_stays_readable(alice: Client, plan: TreatmentPlan) -> None:
    alice.post(f"/plans/{plan.pk}/cancel/")
    plan.refresh_from_db()
    assert plan.state == "cancelled"
    assert Event.objects.filter(type="treatment_plan.updated").count() == 1
    alice.post(f"/plans/{plan.pk}/activate/")
    plan.refresh_from_db()
    assert plan.state == "cancelled"
    assert [one.pk for one in alice.get("/plans/", {"state": "cancelled"}).context["rows"]] == [plan.pk]
    assert alice.get("/plans/", {"state": "active"}).context["rows"] == []


@pytest.mark.parametrize("payment", ["collected", "test_card"])
def test_the_practice_places_an_order_once(
    bob: Client, carol: Patient, plan: TreatmentPlan, payment: str
) -> None:
    address = f"/o/patients/{carol.number}/checkout"
    assert bob.post(f"/plans/{plan.pk}/in-office-checkout/")["Location"] == address
    form = bob.get(address).context["form"]
    sent = {"cart": str(form.initial["cart"]), "total": str(form.initial["total"]), "payment": payment,
            "place": "1"}  # fmt: skip
    first, second = (bob.post(address, sent) for _ in range(2))
    order = Order.objects.get()
    assert first["Location"] == second["Location"] == f"/orders/{order.pk}/"
    assert (order.payment, order.payment_total, order.shipped_to) == (payment, Decimal("23.04"), None)
    assert Event.objects.filter(type="order.placed").count() == 1
    assert "Nothing to check out" in bob.get(address).content.decode()


def test_the_checkout_starts_afresh_from_the_plan(bob: Client, carol: Patient, plan: TreatmentPlan) -> None:
    address = f"/o/patients/{carol.number}/checkout"
    bob.post(f"/plans/{plan.pk}/in-office-checkout/")
    seen = bob.get(address).context["seen"]
    bob.post(address, {"cart": str(seen.cart.pk), f"quantity-{seen.lines[0].line.pk}": "9"})
    assert bob.get(address).context["seen"].lines[0].line.quantity == 9
    bob.post(f"/plans/{plan.pk}/in-office-checkout/")
    assert bob.get(address).context["seen"].lines[0].line.quantity == 2


def test_a_total_that_changed_places_nothing(bob: Client, carol: Patient, plan: TreatmentPlan) -> None:
    address = f"/o/patients/{carol.number}/checkout"
    bob.post(f"/plans/{plan.pk}/in-office-checkout/")
    form = bob.get(address).context["form"]
    Variant.objects.update(msrp=Decimal("99.00"))
    bob.post(
        address, {**form.initial, "cart": str(form.initial["cart"]), "payment": "collected", "place": "1"}
    )
    assert Order.objects.count() == 0


def test_favourites_are_kept_by_category(alice: Client, cedar: Organization) -> None:
    zinc = catalog.variant(name="Zinc Fine").product
    made = alice.post("/favourites/", {"name": MARKUP})
    category = FavouritesCategory.objects.get()
    address = f"/favourites/{category.pk}/"
    assert made["Location"] == address
    assert "Zinc Fine" in alice.get(address, {"q": "zinc"}).content.decode()
    alice.post(f"{address}products/", {"add": str(zinc.pk)})
    alice.post(f"{address}products/", {"add": str(zinc.pk)})
    assert [product.pk for product in alice.get(address).context["products"]] == [zinc.pk]
    assert "<img src=x" not in alice.get(address).content.decode()
    assert "<img src=x" not in alice.get("/favourites/").content.decode()
    assert alice.post("/favourites/", {"name": MARKUP}).status_code == 422
    alice.post(f"{address}products/", {"remove": str(zinc.pk)})
    alice.post(f"{address}rename/", {"name": "Winter"})
    assert FavouritesCategory.objects.get().name == "Winter"
    alice.post(f"{address}remove/")
    assert FavouritesCategory.objects.count() == 0


def test_another_practices_category_does_not_exist(charlie: Client, alice: Client) -> None:
    alice.post("/favourites/", {"name": "Ours"})
    category = FavouritesCategory.objects.get()
    assert charlie.get(f"/favourites/{category.pk}/").status_code == 404
    assert charlie.post(f"/favourites/{category.pk}/remove/").status_code == 404
