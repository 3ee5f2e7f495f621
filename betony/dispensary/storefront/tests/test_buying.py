"""From the plan to the order: prices with the discount, one order a cart, and never another's."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Organization
from betony.dispensary.catalog import factories as catalog
from betony.dispensary.catalog.models import Variant
from betony.dispensary.orders.models import Cart, Order
from betony.dispensary.patients import factories
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices import factories as practices
from betony.dispensary.practices.models import Practitioner
from betony.dispensary.storefront.tests.conftest import MARKUP, Shopper
from betony.dispensary.treatment_plans import actions as plan_actions
from betony.dispensary.treatment_plans import factories as plans
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.dispensary.treatment_plans.rules import MOST_RECOMMENDATIONS as MOST
from betony.dispensary.webhooks.models import Event
from betony.kit import tenancy

pytestmark = pytest.mark.slow

ADDRESS = {
    "address1": "12 Mill Lane", "address2": MARKUP, "city": "Ithaca", "state": "NY", "zipcode": "14850",
    "card_number": "4242 4242 4242 4242",
}  # fmt: skip


def filled(browser: Client, plan: TreatmentPlan) -> dict[str, Any]:
    """What the checkout page sends, once the plan's products are in the cart."""
    answer = browser.post(f"/shop/cedar/plans/{plan.pk}/cart/", {"order": "1"})
    assert answer["Location"] == "/shop/cedar/checkout/"
    form = browser.get("/shop/cedar/checkout/").context["form"]
    return {**ADDRESS, "cart": str(form.initial["cart"]), "total": str(form.initial["total"])}


def test_the_plan_shows_its_products_and_remembers_that_it_was_opened(
    browser: Shopper, plan: TreatmentPlan
) -> None:
    shown = browser.get(f"/shop/cedar/plans/{plan.pk}/").content.decode()
    assert "$10.88 USD" in shown  # 12.80 less 15 percent
    assert "$12.80 USD" in shown
    assert "1-2 capsules, once per day" in shown
    plan.refresh_from_db()
    opened = plan.opened_at
    assert opened is not None
    browser.get(f"/shop/cedar/plans/{plan.pk}/")
    plan.refresh_from_db()
    assert plan.opened_at == opened
    event = Event.objects.get(type="treatment_plan.updated")
    assert (event.data["treatment_plan"]["state"], "opened_at" in event.data["treatment_plan"]) == (
        "active", True,
    )  # fmt: skip


def test_no_text_becomes_markup(browser: Shopper, plan: TreatmentPlan) -> None:
    sent = filled(browser, plan)
    placed = browser.post("/shop/cedar/checkout/", sent)
    for path in (
        "/shop/cedar/plans/",
        f"/shop/cedar/plans/{plan.pk}/",
        "/shop/cedar/orders/",
        placed["Location"],
    ):
        shown = browser.get(path).content.decode()
        assert "<img src=x" not in shown
        for piece in ("<b>Sons</b>", "<b>30</b>", "<i>Okafor</i>", "<u>O'Brien</u>"):
            assert piece not in shown


def test_an_order_is_placed_with_its_totals(browser: Shopper, plan: TreatmentPlan) -> None:
    answer = browser.post("/shop/cedar/checkout/", filled(browser, plan))
    order = Order.objects.get()
    assert answer["Location"] == f"/shop/cedar/orders/{order.number}/"
    assert (order.item_total, order.msrp_total) == (Decimal("21.76"), Decimal("25.60"))
    assert (order.shipping_total, order.payment_total) == (Decimal("6.95"), Decimal("28.71"))
    assert order.shipped_to is not None
    assert order.shipped_to["city"] == "Ithaca"
    shown = browser.get(answer["Location"]).content.decode()
    assert f"Order {order.number} is placed" in shown
    assert Event.objects.filter(type="order.placed", subject_id=order.pk).count() == 1
    assert browser.get("/shop/cedar/cart/").context["seen"] is None


def test_the_same_checkout_sent_twice_places_one_order(browser: Shopper, plan: TreatmentPlan) -> None:
    sent = filled(browser, plan)
    first, second = (browser.post("/shop/cedar/checkout/", sent) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Order.objects.count() == 1


@pytest.mark.parametrize("number", ["4000 0000 0000 0002", "4111 1111 1111 1111", "", "<b>"])
def test_any_other_card_places_nothing(browser: Shopper, plan: TreatmentPlan, number: str) -> None:
    answer = browser.post("/shop/cedar/checkout/", {**filled(browser, plan), "card_number": number})
    assert answer.status_code == 422
    assert Order.objects.count() == 0


def test_a_price_that_changed_is_shown_before_it_is_paid(browser: Shopper, plan: TreatmentPlan) -> None:
    sent = filled(browser, plan)
    Variant.objects.update(msrp=Decimal("20.00"))
    answer = browser.post("/shop/cedar/checkout/", sent)
    assert answer.status_code == 422
    assert "The total has changed" in answer.content.decode()
    again = answer.context["form"]
    browser.post("/shop/cedar/checkout/", {**sent, "total": again.data["total"]})
    assert Order.objects.get().item_total == Decimal("34.00")


def test_what_cannot_be_ordered_is_not(browser: Shopper, plan: TreatmentPlan) -> None:
    sent = filled(browser, plan)
    Variant.objects.update(status="discontinued")
    browser.post("/shop/cedar/checkout/", sent)
    assert Order.objects.count() == 0
    assert "Cannot be ordered now" in browser.get("/shop/cedar/cart/").content.decode()


def test_a_cancelled_plan_is_readable_and_cannot_be_ordered(
    cedar: Organization, browser: Shopper, plan: TreatmentPlan
) -> None:
    sent = filled(browser, plan)
    plan_actions.cancel_plan(by=factories.alice(cedar), plan_id=plan.pk)
    browser.post("/shop/cedar/checkout/", sent)
    browser.post(f"/shop/cedar/plans/{plan.pk}/cart/", {"order": "1"})
    assert Order.objects.count() == 0
    assert "This plan was cancelled" in browser.get(f"/shop/cedar/plans/{plan.pk}/").content.decode()


def test_quantities_are_changed_and_taken_out(browser: Shopper, plan: TreatmentPlan) -> None:
    browser.post(f"/shop/cedar/plans/{plan.pk}/cart/")
    line = Cart.objects.get().lines.get()
    browser.post("/shop/cedar/cart/", {f"quantity-{line.pk}": "5", "quantity-nonsense": "1"})
    assert Cart.objects.get().lines.get().quantity == 5
    browser.post("/shop/cedar/cart/", {f"quantity-{line.pk}": "0"})
    assert Cart.objects.get().lines.count() == 0


def test_drafts_and_other_peoples_things_do_not_exist(
    cedar: Organization, browser: Shopper, carol: Patient, plan: TreatmentPlan
) -> None:
    doctor = practices.practitioner(cedar)
    by = factories.alice(cedar)
    draft = plans.draft(by=by, patient=carol, practitioner=doctor)
    other = plans.active(by=by, patient=factories.patient(cedar), practitioner=doctor)
    for hidden in (draft, other):
        assert browser.get(f"/shop/cedar/plans/{hidden.pk}/").status_code == 404
        assert browser.post(f"/shop/cedar/plans/{hidden.pk}/cart/").status_code == 404
    assert browser.get(f"/welcome/cedar/{other.invitation_token}")["Location"] == "/shop/cedar/plans/"
    assert browser.get("/shop/cedar/orders/R123456789/").status_code == 404
    carols = filled(browser, plan)
    stranger = Shopper()
    factories.patient(cedar, email="dan@example.com", password=factories.PASSWORD)
    stranger.sign_in("dan@example.com", factories.PASSWORD)
    assert stranger.post("/shop/cedar/checkout/", carols)["Location"] == "/shop/cedar/cart/"
    assert Order.objects.count() == 0


def test_two_clicks_at_once_place_one_order(committed_db, at_once) -> None:
    organization = accounts.organization(slug="cedar")
    with tenancy.organization(organization.pk):
        carol = factories.patient(organization, email="c@example.com", password=factories.PASSWORD)
        plan = plans.active(
            by=factories.alice(organization), patient=carol,
            practitioner=practices.practitioner(organization),
        )  # fmt: skip
    browser = Shopper()
    browser.sign_in("c@example.com", factories.PASSWORD)
    sent = filled(browser, plan)

    def click() -> str:
        again = Client()
        again.cookies["betony_shop"] = browser.cookies["betony_shop"].value
        return str(again.post("/shop/cedar/checkout/", sent)["Location"])

    first, second = at_once(click, click)
    with tenancy.organization(organization.pk):
        assert first == second == f"/shop/cedar/orders/{Order.objects.get().number}/"
        assert Event.objects.filter(type="order.placed").count() == 1


def test_a_plan_as_long_as_one_can_be_is_shown_and_ordered(
    browser: Shopper, cedar: Organization, doctor: Practitioner, carol: Patient,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    """Its products stand there many times, as one that is taken in several ways."""
    rows = [catalog.variant(name=f"Long {number}") for number in range(25)]
    long = plans.active(
        by=factories.alice(cedar), patient=carol, practitioner=doctor,
        recommendations=[plans.recommendation(variant_id=one.pk) for one in rows * (MOST // 25)],
    )  # fmt: skip
    assert long.recommendations.count() == MOST
    with django_assert_max_num_queries(25):
        shown = browser.get(f"/shop/cedar/plans/{long.pk}/").content.decode()
    assert shown.count("Long 24<") >= MOST // 25
    ordered = browser.post("/shop/cedar/checkout/", filled(browser, long))
    assert ordered.status_code == 302
    assert Order.objects.get().lines.count() == 25
