"""What products are known to hold, and how much of it the directions come to in a day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from betony.clinic.prescriptions.models import KnownSubstance
from betony.clinic.prescriptions.models.substances import Origin
from betony.clinic.safety import rules as safety
from betony.clinic.safety.rules import servings


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one product holds, from every origin, and how much of it as far as its description says."""

    substances: tuple[safety.Substance, ...] = ()
    strengths: tuple[servings.Strength, ...] = ()

    def a_day(self, directions: Iterable[servings.Directions]) -> tuple[safety.DailyAmount, ...]:
        """Return the amounts of a day, of a product that is taken in each of these ways."""
        return tuple(
            amount for one in directions for amount in servings.daily_amounts(self.strengths, directions=one)
        )


NOTHING_KNOWN = Holding()


def of_products(*, environment: str, product_ids: Iterable[str]) -> dict[str, Holding]:
    """Return what the products hold, by their ids; one about which nothing was learned is left out."""
    rows = KnownSubstance.objects.filter(
        environment=environment, product_id__in={one for one in product_ids if one}
    ).order_by("-origin", "name", "id")
    found: dict[str, list[KnownSubstance]] = defaultdict(list)
    for row in rows:
        found[row.product_id].append(row)
    return {product_id: _holding(of_one) for product_id, of_one in found.items()}


def _holding(rows: Sequence[KnownSubstance]) -> Holding:
    """Put together what was learned of a product; what two origins tell is one substance that names both."""
    by_name: dict[str, list[KnownSubstance]] = defaultdict(list)
    for row in rows:
        by_name[row.name.casefold()].append(row)
    return Holding(
        substances=tuple(_substance(of_name) for of_name in by_name.values()),
        strengths=tuple(strength for row in rows if (strength := _strength(row)) is not None),
    )


def _substance(rows: Sequence[KnownSubstance]) -> safety.Substance:
    return safety.Substance(
        name=rows[0].name,
        origin=", ".join(str(Origin(row.origin).label) for row in rows),
        seen_on=max(row.seen_at for row in rows).date(),
    )


def _strength(row: KnownSubstance) -> servings.Strength | None:
    if row.strength_amount is None or row.serving_count is None:
        return None
    return servings.Strength(
        substance=row.name,
        amount=row.strength_amount,
        unit=row.strength_unit,
        serving=servings.Serving(count=row.serving_count, unit=row.serving_unit),
    )
