"""What an order costs and when a cart becomes one: pure functions over values."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from betony.kit.money import Money

OPEN, ORDERED = "open", "ordered"
CART_MOVES: Mapping[str, frozenset[str]] = {
    OPEN: frozenset({ORDERED}),
    ORDERED: frozenset(),
}

SHOP, OFFICE = "shop", "office"
TEST_CARD, COLLECTED = "test_card", "collected"
MOST_OF_ONE = 100

SHIPPING = Decimal("6.95")
SHIPPING_IS_FREE_FROM = Decimal("60.00")
# One simple rate a country, on goods and shipping; supplements are untaxed in most of the United States.
TAX_PERCENT: Mapping[str, Decimal] = {"US": Decimal(0), "CA": Decimal(5)}

TEST_CARDS = frozenset({"4242424242424242"})
CARD_THAT_IS_DECLINED = "4000000000000002"


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with what one pack costs before and after the discount."""

    msrp: Money
    price: Money
    quantity: int

    @property
    def total(self) -> Money:
        return self.price * self.quantity

    @property
    def msrp_total(self) -> Money:
        return self.msrp * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What an order adds up to; `payment` is the sum of items, shipping and tax."""

    msrp: Money
    items: Money
    shipping: Money
    tax: Money
    payment: Money

    def columns(self) -> dict[str, Decimal]:
        """Return the amounts as an order's columns hold them; the currency stands beside them there."""
        return {
            "msrp_total": self.msrp.amount,
            "item_total": self.items.amount,
            "shipping_total": self.shipping.amount,
            "tax_total": self.tax.amount,
            "payment_total": self.payment.amount,
        }


def may_become(state: str, wanted: str) -> bool:
    """Tell whether a cart in this state may move to the other."""
    return wanted in CART_MOVES[state]


def price(msrp: Money, *, discount_percent: int) -> Money:
    """Return the price of one pack after the discount, in whole cents."""
    return (msrp * (Decimal(100 - discount_percent) / 100)).rounded()


def priced(msrp: Money, *, quantity: int, discount_percent: int) -> PricedLine:
    """Return a line with its price."""
    return PricedLine(msrp, price(msrp, discount_percent=discount_percent), quantity)


def totals(lines: Sequence[PricedLine], *, currency: str, country: str, is_shipped: bool) -> Totals:
    """Return what the lines add up to with shipping and tax."""
    nothing = Money(Decimal("0.00"), currency)
    items = sum((line.total for line in lines), nothing)
    is_free = not is_shipped or not lines or items.amount >= SHIPPING_IS_FREE_FROM
    shipping = nothing if is_free else Money(SHIPPING, currency)
    tax = ((items + shipping) * (TAX_PERCENT[country] / 100)).rounded()
    return Totals(
        msrp=sum((line.msrp_total for line in lines), nothing),
        items=items,
        shipping=shipping,
        tax=tax,
        payment=items + shipping + tax,
    )


def card_digits(text: str) -> str:
    """Return a card number without the blanks and hyphens people write."""
    return "".join(one for one in text if one not in " -")


def quantities(sent: Mapping[str, object]) -> dict[UUID, int]:
    """Return the quantities a form sent as `quantity-ID`, by line; what is not a number is left out."""
    found: dict[UUID, int] = {}
    for name, value in sent.items():
        text = str(value).strip()
        if name.startswith("quantity-") and re.fullmatch(r"[0-9]{1,4}", text):
            with suppress(ValueError):
                found[UUID(name.removeprefix("quantity-"))] = int(text)
    return found
