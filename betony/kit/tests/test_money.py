"""Money is exact, of one currency, and rounded in one place."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betony.kit.money import CurrencyMismatch, Money

pytestmark = pytest.mark.once

amounts = st.decimals(min_value=-10_000, max_value=10_000, places=4)


def test_a_float_and_an_unknown_currency_are_refused() -> None:
    with pytest.raises(TypeError):
        Money(1.5, "USD")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="XYZ"):
        Money(Decimal(1), "XYZ")


def test_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(Decimal(1), "USD") + Money(Decimal(1), "CAD")


def test_halves_go_to_even() -> None:
    assert Money(Decimal("0.125"), "USD").rounded() == Money(Decimal("0.12"), "USD")
    assert Money(Decimal("0.135"), "USD").rounded() == Money(Decimal("0.14"), "USD")


@given(amounts, amounts)
def test_a_sum_less_one_part_is_the_other(first: Decimal, second: Decimal) -> None:
    assert Money(first, "CAD") + Money(second, "CAD") - Money(second, "CAD") == Money(first, "CAD")
