"""Units of labels, brought to micrograms. Whatever cannot be converted is said to be unknown, never guessed."""

from collections.abc import Iterable
from decimal import Decimal

from betony.clinic.safety.rules.knowledge import Knowledge

MICROGRAMS = {
    "mcg": Decimal(1),
    "µg": Decimal(1),
    "\u03bcg": Decimal(1),  # the Greek letter, which is on half of all labels
    "ug": Decimal(1),
    "microgram": Decimal(1),
    "micrograms": Decimal(1),
    "mg": Decimal(1000),
    "milligram": Decimal(1000),
    "milligrams": Decimal(1000),
    "g": Decimal(1_000_000),
    "gm": Decimal(1_000_000),
    "gram": Decimal(1_000_000),
    "grams": Decimal(1_000_000),
    # Retinol activity equivalents weigh what retinol weighs; only preformed vitamin A has a limit.
    "mcg rae": Decimal(1),
    "µg rae": Decimal(1),
}
INTERNATIONAL = frozenset({"iu", "i.u.", "international unit", "international units"})


def to_micrograms(
    amount: Decimal, unit: str, *, substance_ids: Iterable[str], knowledge: Knowledge
) -> Decimal | None:
    """An amount in micrograms, or None when the unit, the amount or the factor for it is not known."""
    plain = " ".join(unit.casefold().split())
    if not amount.is_finite() or amount < 0:
        return None
    if plain in MICROGRAMS:
        return amount * MICROGRAMS[plain]
    if plain in INTERNATIONAL:
        factor = _factor(substance_ids, knowledge=knowledge)
        return None if factor is None else amount * factor
    return None


def _factor(substance_ids: Iterable[str], *, knowledge: Knowledge) -> Decimal | None:
    """The factor of the substance itself, or of what it is one of; None when two differ."""
    factors = {
        knowledge.unit_factors[one].micrograms
        for substance_id in substance_ids
        for one in _nearest(substance_id, knowledge=knowledge)
    }
    return factors.pop() if len(factors) == 1 else None


def _nearest(substance_id: str, *, knowledge: Knowledge) -> frozenset[str]:
    if substance_id in knowledge.unit_factors:
        return frozenset({substance_id})
    return knowledge.family(substance_id) & knowledge.unit_factors.keys()


def from_micrograms(amount: Decimal, unit: str) -> Decimal:
    """An amount of micrograms in the unit of a limit."""
    return (amount / MICROGRAMS[unit]).normalize()
