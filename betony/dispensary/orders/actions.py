"""Filling carts and placing orders: one function, one transaction, one audit event."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from betony.dispensary.orders import queries, rules, shapes
from betony.dispensary.orders.models import Cart, CartLine, Order, OrderLine
from betony.dispensary.patients.models import Patient
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.dispensary.treatment_plans.rules import ACTIVE
from betony.dispensary.webhooks import actions as webhooks
from betony.dispensary.webhooks.rules import ORDER_PLACED
from betony.kit import clock
from betony.kit.actor import Actor, NotPermitted
from betony.kit.audit import trail


class PlanNotActive(Exception):
    """Only an active plan can be ordered from."""


class TotalChanged(Exception):
    """The cart costs something else than was agreed to: prices, or the cart, changed since it was shown."""


class CannotBeOrdered(Exception):
    """The cart is empty, or holds something that cannot be ordered now."""


@transaction.atomic
def add_plan_to_cart(*, by: Actor, plan: TreatmentPlan) -> Cart:
    """Put what the plan recommends in the patient's cart at the shop. Raises PlanNotActive."""
    cart = _open_cart(plan, rules.SHOP)
    _fill(cart, plan)
    trail.record(by=by, action="orders.plan_added_to_cart", subject=cart, patient_ids=[plan.patient_id])
    return cart


@transaction.atomic
def start_office_cart(*, by: Actor, plan: TreatmentPlan) -> Cart:
    """Empty the cart of the practice's own checkout and fill it from the plan. Raises PlanNotActive."""
    cart = _open_cart(plan, rules.OFFICE)
    CartLine.objects.for_organization(cart.organization_id).filter(cart=cart).delete()
    _fill(cart, plan)
    trail.record(by=by, action="orders.office_cart_started", subject=cart, patient_ids=[plan.patient_id])
    return cart


@transaction.atomic
def set_quantities(*, by: Actor, cart: Cart, quantities: Mapping[UUID, int]) -> Cart:
    """Set how many packs of each line are wanted; 0 takes the line out. Ordered carts stay as they are."""
    cart = _locked(by, cart.pk)
    if not rules.may_become(cart.state, rules.ORDERED):
        return cart
    changes: dict[str, list[int]] = {}
    lines = CartLine.objects.for_organization(cart.organization_id).filter(cart=cart).order_by("pk")
    for line in lines.select_for_update(of=("self",)):
        wanted = max(0, min(quantities.get(line.pk, line.quantity), rules.MOST_OF_ONE))
        if wanted == line.quantity:
            continue
        changes[str(line.variant_id)] = [line.quantity, wanted]
        if wanted:
            line.quantity = wanted
            line.save(update_fields=["quantity"])
        else:
            line.delete()
    trail.record(
        by=by, action="orders.quantities_set", subject=cart, patient_ids=[cart.patient_id], changes=changes
    )
    return cart


@transaction.atomic
def place_order(
    *,
    by: Actor,
    cart: Cart,
    payment: str,
    shipped_to: Mapping[str, str] | None = None,
    agreed: Decimal | None = None,
) -> Order:
    """Turn the cart into an order and tell the applications; asked again, return the order it became.

    `agreed` is what the person saw that it costs. Raises CannotBeOrdered, TotalChanged.
    """
    cart = _locked(by, cart.pk)
    if cart.state == rules.ORDERED:
        return Order.objects.for_organization(cart.organization_id).get(cart=cart)
    seen = queries.seen(cart, is_shipped=shipped_to is not None)
    may_order = rules.may_become(cart.state, rules.ORDERED) and not cart.patient.is_archived
    if not may_order or not seen.can_be_ordered:
        raise CannotBeOrdered
    if agreed is not None and seen.totals.payment.amount != agreed:
        raise TotalChanged
    order = Order.objects.create(
        organization=cart.organization, cart=cart, patient=cart.patient, completed_at=clock.now(),
        currency=cart.organization.currency, discount_percent=seen.discount_percent, payment=payment,
        shipped_to=dict(shipped_to) if shipped_to else None, **seen.totals.columns(),
    )  # fmt: skip
    _put_lines(order, seen)
    cart.state = rules.ORDERED
    cart.save(update_fields=["state", "updated_at"])
    trail.record(
        by=by, action="orders.order_placed", subject=order, patient_ids=[order.patient_id],
        changes={"payment_total": [None, str(order.payment_total)]},
    )  # fmt: skip
    webhooks.record_event(
        by=by, organization_id=order.organization_id, event_type=ORDER_PLACED, subject_id=order.pk,
        data=shapes.in_event(order),
    )  # fmt: skip
    return order


def _open_cart(plan: TreatmentPlan, door: str) -> Cart:
    """The patient's open cart at this door, held until the transaction ends; made when there is none."""
    if plan.state != ACTIVE:
        raise PlanNotActive
    # The patient's row is the lock under which carts are made: two at once make one.
    Patient.objects.for_organization(plan.organization_id).select_for_update(of=("self",)).get(
        pk=plan.patient_id
    )
    cart, _is_new = Cart.objects.get_or_create(
        organization_id=plan.organization_id, patient_id=plan.patient_id, door=door, state=rules.OPEN
    )
    return cart


def _fill(cart: Cart, plan: TreatmentPlan) -> None:
    wanted: dict[UUID, int] = {}
    for one in plan.recommendations.order_by("position"):
        wanted[one.variant_id] = wanted.get(one.variant_id, 0) + one.units_to_purchase
    for variant_id, quantity in wanted.items():
        CartLine.objects.update_or_create(
            organization_id=cart.organization_id, cart=cart, treatment_plan=plan, variant_id=variant_id,
            defaults={"quantity": min(quantity, rules.MOST_OF_ONE)},
        )  # fmt: skip


def _put_lines(order: Order, seen: queries.SeenCart) -> None:
    OrderLine.objects.bulk_create(
        OrderLine(
            organization_id=order.organization_id, order=order, position=position,
            treatment_plan_id=one.line.treatment_plan_id, variant_id=one.line.variant_id,
            quantity=one.line.quantity, msrp=one.priced.msrp.amount, price=one.priced.price.amount,
            total=one.priced.total.amount,
        )
        for position, one in enumerate(seen.lines, start=1)
    )  # fmt: skip


def _locked(by: Actor, cart_id: UUID) -> Cart:
    if by.organization_id is None:
        raise NotPermitted("cart")
    rows = Cart.objects.for_organization(by.organization_id).select_related("organization", "patient")
    found = rows.select_for_update(of=("self",)).filter(pk=cart_id).first()
    if found is None or (by.kind == "patient" and found.patient_id != by.id):
        raise NotPermitted("cart")
    return found
