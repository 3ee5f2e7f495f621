"""Carts and orders against the real database."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Organization
from betony.dispensary.orders import actions, factories, queries, rules
from betony.dispensary.orders.models import Cart, Order
from betony.dispensary.patients import factories as patients
from betony.dispensary.practices import factories as practices
from betony.dispensary.treatment_plans import actions as plan_actions
from betony.dispensary.treatment_plans import factories as plans
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.kit import tenancy
from betony.kit.actor import NotPermitted


@pytest.fixture
def cedar(db: None) -> Iterator[Organization]:
    organization = accounts.organization()
    with tenancy.organization(organization.pk):
        yield organization


@pytest.fixture
def plan(cedar: Organization) -> TreatmentPlan:
    return plans.active(
        by=patients.alice(cedar), patient=patients.patient(cedar), practitioner=practices.practitioner(cedar)
    )


@pytest.mark.parametrize(
    "statement",
    [
        "update dispensary_orders_order set payment_total = 0",
        "delete from dispensary_orders_order",
        "update dispensary_orders_orderline set quantity = 1",
        "delete from dispensary_orders_orderline",
    ],
)
def test_an_order_is_never_changed_or_deleted(plan: TreatmentPlan, statement: str) -> None:
    factories.order(plan)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_cart_has_one_order_even_past_the_action(plan: TreatmentPlan) -> None:
    order = factories.order(plan)
    values = {
        field.attname: getattr(order, field.attname)
        for field in Order._meta.concrete_fields
        if field.attname not in ("id", "number")
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.create(**values)


def test_an_order_must_add_up_even_past_the_action(plan: TreatmentPlan) -> None:
    order = factories.order(plan)
    cart = Cart.objects.create(organization_id=order.organization_id, patient=plan.patient, door=rules.SHOP)
    values = {
        field.attname: getattr(order, field.attname)
        for field in Order._meta.concrete_fields
        if field.attname not in ("id", "number", "cart_id", "payment_total")
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.create(**values, cart=cart, payment_total=order.payment_total + 1)


def test_a_patient_cannot_order_from_another_patients_cart(cedar: Organization, plan: TreatmentPlan) -> None:
    cart = actions.add_plan_to_cart(by=patients.carol(plan.patient), plan=plan)
    other = patients.carol(patients.patient(cedar))
    with pytest.raises(NotPermitted):
        actions.place_order(by=other, cart=cart, payment=rules.TEST_CARD)


def test_a_cart_that_changed_after_it_was_seen_is_not_ordered(plan: TreatmentPlan) -> None:
    by = patients.carol(plan.patient)
    cart = actions.add_plan_to_cart(by=by, plan=plan)
    agreed = queries.seen(cart, is_shipped=False).totals.payment.amount
    actions.set_quantities(by=by, cart=cart, quantities={line.pk: 7 for line in cart.lines.all()})
    with pytest.raises(actions.TotalChanged):
        actions.place_order(by=by, cart=cart, payment=rules.TEST_CARD, agreed=agreed)
    assert not Order.objects.exists()
    agreed = queries.seen(cart, is_shipped=False).totals.payment.amount
    order = actions.place_order(by=by, cart=cart, payment=rules.TEST_CARD, agreed=agreed)
    assert order.payment_total == agreed
    assert actions.place_order(by=by, cart=cart, payment=rules.TEST_CARD, agreed=agreed + 1) == order


def test_only_active_plans_fill_a_cart(cedar: Organization, plan: TreatmentPlan) -> None:
    plan = plan_actions.cancel_plan(by=patients.alice(cedar), plan_id=plan.pk)
    for fill in (actions.add_plan_to_cart, actions.start_office_cart):
        with pytest.raises(actions.PlanNotActive):
            fill(by=patients.alice(cedar), plan=plan)


def test_the_doors_have_carts_of_their_own(cedar: Organization, plan: TreatmentPlan) -> None:
    actions.add_plan_to_cart(by=patients.carol(plan.patient), plan=plan)
    actions.start_office_cart(by=patients.alice(cedar), plan=plan)
    assert Cart.objects.filter(state=rules.OPEN).count() == 2


def test_an_empty_cart_is_not_ordered(plan: TreatmentPlan) -> None:
    by = patients.carol(plan.patient)
    cart = actions.add_plan_to_cart(by=by, plan=plan)
    actions.set_quantities(by=by, cart=cart, quantities={line.pk: 0 for line in cart.lines.all()})
    with pytest.raises(actions.CannotBeOrdered):
        actions.place_order(by=by, cart=cart, payment=rules.TEST_CARD)
