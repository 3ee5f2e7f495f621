"""The only roads from a person or program and an id to an order or a cart. Unknown and foreign look the same."""

from typing import TypeVar
from uuid import UUID

from betony.dispensary.orders import rules
from betony.dispensary.orders.models import Cart, Order
from betony.kit.actor import Actor, NotPermitted
from betony.kit.tenancy.models import TenantQuerySet

Record = TypeVar("Record")


def orders(*, by: Actor) -> TenantQuerySet[Order]:
    """The orders of the actor's own dispensary. Raises NotPermitted for patients and strangers."""
    if by.organization_id is None or by.kind not in ("staff", "application", "system"):
        raise NotPermitted("orders")
    return Order.objects.for_organization(by.organization_id).select_related("organization", "patient")


def order(*, by: Actor, order_id: UUID) -> Order:
    """The order of this id. Raises NotPermitted."""
    return _known(orders(by=by).filter(pk=order_id).first())


def own_orders(*, by: Actor) -> TenantQuerySet[Order]:
    """The orders of the patient who is signed in at the shop. Raises NotPermitted."""
    if by.kind != "patient" or by.organization_id is None or by.id is None:
        raise NotPermitted("orders")
    rows = Order.objects.for_organization(by.organization_id).filter(patient_id=by.id)
    return rows.select_related("organization", "patient")


def own_order(*, by: Actor, number: str) -> Order:
    """The patient's own order of this number. Raises NotPermitted."""
    return _known(own_orders(by=by).filter(number=number).first())


def own_cart(*, by: Actor, cart_id: UUID | None = None) -> Cart | None:
    """The patient's cart at the shop: the open one, or the one of this id in any state; None without.

    Raises NotPermitted for anybody else.
    """
    if by.kind != "patient" or by.organization_id is None or by.id is None:
        raise NotPermitted("cart")
    rows = Cart.objects.for_organization(by.organization_id).filter(patient_id=by.id, door=rules.SHOP)
    rows = rows.filter(pk=cart_id) if cart_id else rows.filter(state=rules.OPEN)
    return rows.select_related("organization", "patient").first()


def office_cart(*, by: Actor, patient_id: UUID, cart_id: UUID | None = None) -> Cart | None:
    """The cart of the practice's own checkout: the patient's open one, or the one of this id in any state.

    None without; raises NotPermitted for anybody but the practice's own people.
    """
    if by.kind != "staff" or by.organization_id is None:
        raise NotPermitted("cart")
    rows = Cart.objects.for_organization(by.organization_id).filter(patient_id=patient_id, door=rules.OFFICE)
    rows = rows.filter(pk=cart_id) if cart_id else rows.filter(state=rules.OPEN)
    return rows.select_related("organization", "patient").first()


def _known(found: Record | None) -> Record:
    if found is None:
        raise NotPermitted("order")
    return found
