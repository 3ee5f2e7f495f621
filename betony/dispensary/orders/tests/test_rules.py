"""What an order costs."""

from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betony.dispensary.orders import rules
from betony.kit.money import Money

CENTS = st.integers(min_value=0, max_value=50_000).map(lambda cents: Decimal(cents) / 100)
LINES = st.lists(st.tuples(CENTS, st.integers(min_value=1, max_value=100)), min_size=1, max_size=8)


def priced(rows: list[tuple[Decimal, int]], discount: int) -> list[rules.PricedLine]:
    return [
        rules.priced(Money(msrp, "CAD"), quantity=quantity, discount_percent=discount)
        for msrp, quantity in rows
    ]


@given(rows=LINES, discount=st.integers(min_value=0, max_value=35), is_shipped=st.booleans())
def test_sums_equal_their_parts_to_the_cent(
    rows: list[tuple[Decimal, int]], discount: int, is_shipped: bool
) -> None:
    lines = priced(rows, discount)
    found = rules.totals(lines, currency="CAD", country="CA", is_shipped=is_shipped)
    assert found.items.amount == sum(line.price.amount * line.quantity for line in lines)
    assert found.payment.amount == found.items.amount + found.shipping.amount + found.tax.amount
    for amount in (found.items, found.shipping, found.tax, found.payment):
        assert amount.amount == amount.amount.quantize(Decimal("0.01"))
        assert amount.amount >= 0
    assert found.items.amount <= found.msrp.amount


def test_delivery_is_free_from_sixty() -> None:
    for msrp, shipping in (("59.99", "6.95"), ("60.00", "0.00")):
        found = rules.totals(priced([(Decimal(msrp), 1)], 0), currency="CAD", country="CA", is_shipped=True)
        assert found.shipping.amount == Decimal(shipping)


def test_supplements_are_taxed_in_canada_only() -> None:
    line = rules.priced(Money(Decimal("100.00"), "USD"), quantity=1, discount_percent=0)
    assert rules.totals([line], currency="USD", country="US", is_shipped=False).tax.amount == 0
    (ours,) = priced([(Decimal("100.00"), 1)], 0)
    assert rules.totals([ours], currency="CAD", country="CA", is_shipped=False).tax.amount == Decimal("5.00")


@pytest.mark.parametrize("text", ["-1", "1e9", "99999", "x", "", "\uff11"])
def test_a_quantity_that_is_no_small_number_is_left_out(text: str) -> None:
    line = uuid4()
    assert rules.quantities({f"quantity-{line}": text, "quantity-x": "1", "other": "1"}) == {}
    assert rules.quantities({f"quantity-{line}": " 3 "}) == {line: 3}
