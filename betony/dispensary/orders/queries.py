"""Reading carts and orders."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from betony.dispensary.catalog import queries as catalog
from betony.dispensary.catalog import rules as catalog_rules
from betony.dispensary.orders import rules
from betony.dispensary.orders.models import Cart, CartLine, Order, OrderLine
from betony.dispensary.patients.rules import total_discount
from betony.dispensary.treatment_plans.rules import ACTIVE
from betony.kit.money import Money


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A cart's line with its price, and why it cannot be ordered now (empty when it can)."""

    line: CartLine
    priced: rules.PricedLine
    hindrance: str


@dataclass(frozen=True, slots=True)
class SeenCart:
    """A cart with its lines, what they add up to, and the discount they were priced with."""

    cart: Cart
    lines: Sequence[SeenLine]
    totals: rules.Totals
    discount_percent: int

    @property
    def can_be_ordered(self) -> bool:
        return bool(self.lines) and not any(line.hindrance for line in self.lines)


def seen(cart: Cart, *, is_shipped: bool) -> SeenCart:
    """The cart at today's prices."""
    organization = cart.organization
    discount = total_discount(
        own=cart.patient.discount, practice=organization.discount_percent, country=organization.country
    )
    rows = CartLine.objects.for_organization(cart.organization_id).filter(cart=cart)
    rows = rows.select_related("variant__product__brand", "treatment_plan").order_by("created_at", "pk")
    found = list(rows)
    ids = [row.variant_id for row in found]
    permitted = {one.pk for one in catalog.variants(organization).filter(pk__in=ids) if one.is_permitted_here}
    lines = []
    for row in found:
        msrp = Money(row.variant.msrp, organization.currency)
        priced = rules.priced(msrp, quantity=row.quantity, discount_percent=discount)
        lines.append(SeenLine(row, priced, _hindrance(row, is_permitted=row.variant_id in permitted)))
    totals = rules.totals(
        [line.priced for line in lines], currency=organization.currency, country=organization.country,
        is_shipped=is_shipped,
    )  # fmt: skip
    return SeenCart(cart, lines, totals, discount)


def lines(order: Order) -> QuerySet[OrderLine]:
    """The order's lines with product and brand."""
    return order.lines.select_related("variant__product__brand", "treatment_plan").order_by("position")


def with_lines(orders: QuerySet[Order]) -> QuerySet[Order]:
    """The orders with their lines and those lines' plans at hand."""
    return orders.prefetch_related("lines__treatment_plan")


def _hindrance(row: CartLine, *, is_permitted: bool) -> str:
    if row.treatment_plan.state != ACTIVE:
        return "cancelled"
    if not is_permitted:
        return "not_permitted"
    if not catalog_rules.can_be_ordered(row.variant.status):
        return "not_available"
    return ""
