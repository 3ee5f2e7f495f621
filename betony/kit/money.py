"""Amounts of money: an exact decimal with its currency, rounded in one place."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

MINOR_UNITS = {"USD": 2, "CAD": 2}


class CurrencyMismatch(Exception):
    """Two amounts of different currencies cannot be added or compared."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (ISO 4217). Never made from a float."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError("Money is made from a Decimal.")
        if self.currency not in MINOR_UNITS:
            raise ValueError(f"Unknown currency {self.currency!r}.")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, count: int | Decimal) -> "Money":
        return Money(self.amount * count, self.currency)

    def rounded(self) -> "Money":
        """Return the amount in whole minor units, halves to even."""
        step = Decimal(1).scaleb(-MINOR_UNITS[self.currency])
        return Money(self.amount.quantize(step, rounding=ROUND_HALF_EVEN), self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
