"""What a prescription says, as values: its message and products, kept in changes and versions, and compared."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from betony.clinic.prescriptions.dispensary import shapes
from betony.clinic.prescriptions.models import PrescriptionItem

Item = Mapping[str, Any]
Line = TypeVar("Line")

NAMES = ("product_id", "variant_id", "product_name", "brand_name", "size", "currency")
DIRECTIONS = (
    "amount", "frequency", "duration", "format", "time_of_day", "take_with", "additional_info", "quantity", "refill",
)  # fmt: skip
MOST_UNITS = 99


def of_items(items: Iterable[PrescriptionItem]) -> list[dict[str, Any]]:
    """Return the products in their order, as they are kept."""
    return [
        {name: getattr(one, name) for name in (*NAMES, *DIRECTIONS)}
        | {"price": None if one.price is None else str(one.price), "time_of_day": list(one.time_of_day)}
        for one in sorted(items, key=lambda item: (item.position, str(item.pk)))
    ]


def as_items(kept: Iterable[Item]) -> list[PrescriptionItem]:
    """Return the products as unsaved records, for showing and copying."""
    found = []
    lines = numbered(kept, lambda one: str(one["variant_id"]))
    for position, (one, line) in enumerate(lines, start=1):
        values = {name: one[name] for name in (*NAMES, *DIRECTIONS) if name in one}
        price = Decimal(one["price"]) if one.get("price") is not None else None
        found.append(PrescriptionItem(position=position, line=line, price=price, **values))
    return found


def directions_of(one: shapes.Recommendation) -> dict[str, Any]:
    """Return how a product is taken and bought, within what is kept here."""
    return {
        "amount": one.dosage.amount[:80], "frequency": one.dosage.frequency[:80],
        "duration": one.dosage.duration[:80], "format": one.dosage.format[:40],
        "time_of_day": [time[:40] for time in one.dosage.time_of_day][:10], "take_with": one.take_with[:80],
        "additional_info": one.dosage.additional_info, "quantity": min(one.quantity, MOST_UNITS),
        "refill": one.refill,
    }  # fmt: skip


def of_plan(plan: shapes.Plan) -> list[dict[str, Any]]:
    """Return the products the dispensary has; one that is taken in two ways stands there twice."""
    return [{"variant_id": one.variant_id, **directions_of(one)} for one in plan.recommendations]


def numbered(lines: Iterable[Line], variant_id: Callable[[Line], str]) -> list[tuple[Line, int]]:
    """Return the lines in their order, each with which it is among those of the same variant, from 1."""
    count: Counter[str] = Counter()
    found = []
    for one in lines:
        count[variant_id(one)] += 1
        found.append((one, count[variant_id(one)]))
    return found


def recommendations(kept: Iterable[Item]) -> tuple[shapes.Recommendation, ...]:
    """Return the products as they are sent."""
    return tuple(
        shapes.Recommendation(
            variant_id=one["variant_id"], quantity=one["quantity"], refill=one["refill"],
            take_with=one["take_with"],
            dosage=shapes.Dosage(
                amount=one["amount"], frequency=one["frequency"], duration=one["duration"],
                format=one["format"], time_of_day=tuple(one["time_of_day"]),
                additional_info=one["additional_info"],
            ),
        )
        for one in kept
    )  # fmt: skip


def is_same(ours: Iterable[Item], theirs: Iterable[Item]) -> bool:
    """Tell whether the same products are to be taken in the same way, in the same order."""
    return [_key(one) for one in ours] == [_key(one) for one in theirs]


def _key(one: Item) -> tuple[object, ...]:
    """Return what counts; the dispensary trims and folds white space."""
    return (one["variant_id"], *(_plain(one[name]) for name in DIRECTIONS))


def _plain(value: object) -> object:
    if isinstance(value, str):
        return " ".join(value.split())
    return [_plain(each) for each in value] if isinstance(value, list) else value
