"""The daily amount over everything, beside the published upper limit for this person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from betony.clinic.safety.rules import units
from betony.clinic.safety.rules.knowledge import Knowledge, Limit
from betony.clinic.safety.rules.matching import Held, Other
from betony.clinic.safety.rules.values import (
    DailyAmount,
    Finding,
    Product,
    Side,
    Total,
    UnknownAmount,
    UnknownReason,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Something that may add to a total: a product to be prescribed, or something taken."""

    label: str
    product: Product | None
    families: frozenset[str]
    amounts: tuple[DailyAmount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What the holders of one substance come to."""

    limit: Limit
    micrograms: Decimal
    is_up_to: bool
    holders: tuple[Holder, ...]
    unknown: tuple[UnknownAmount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What one holder gives of a substance in a day: the micrograms known, and what is not known of them."""

    micrograms: Decimal | None = None
    is_up_to: bool = False
    unknown: UnknownAmount | None = None


def holders(products: Iterable[Held], taken: Iterable[Other]) -> tuple[Holder, ...]:
    """Everything that may add to a total."""
    to_prescribe = [
        Holder(
            label=held.product.name,
            product=held.product,
            families=held.reach.families,
            amounts=held.product.daily_amounts,
        )
        for held in products
    ]
    already = [
        Holder(
            label=other.label, product=None, families=other.reach.families, amounts=other.taken.daily_amounts
        )
        for other in taken
        if other.taken is not None
    ]
    return (*to_prescribe, *already)


def limits_for(*, age: int, groups: frozenset[str], knowledge: Knowledge) -> tuple[Limit, ...]:
    """The limit of each substance for somebody of this age; a special group's own comes first."""
    chosen: dict[str, Limit] = {}
    for limit in knowledge.limits:
        in_age = limit.from_age <= age and (limit.to_age is None or age < limit.to_age)
        if not in_age or (limit.group != "everybody" and limit.group not in groups):
            continue
        before = chosen.get(limit.substance)
        if before is None or _is_closer(limit, before):
            chosen[limit.substance] = limit
    return tuple(chosen[substance] for substance in sorted(chosen))


def _is_closer(limit: Limit, before: Limit) -> bool:
    if (limit.group == "everybody") != (before.group == "everybody"):
        return before.group == "everybody"
    return limit.amount * units.MICROGRAMS[limit.unit] < before.amount * units.MICROGRAMS[before.unit]


def add_up(limit: Limit, everything: Sequence[Holder], *, knowledge: Knowledge) -> Sum:
    """Add what is known of one substance, and name what is not."""
    total = Decimal(0)
    is_up_to = False
    unknown: list[UnknownAmount] = []
    holding: list[Holder] = []
    for holder in everything:
        if not holder.amounts and limit.substance not in holder.families:
            continue
        weighed = _weighed(holder, limit.substance, knowledge=knowledge)
        if weighed.micrograms is None and weighed.unknown is None:
            continue
        holding.append(holder)
        total += weighed.micrograms or Decimal(0)
        is_up_to = is_up_to or weighed.is_up_to
        if weighed.unknown is not None:
            unknown.append(weighed.unknown)
    return Sum(
        limit=limit, micrograms=total, is_up_to=is_up_to, holders=tuple(holding), unknown=tuple(unknown)
    )


def _weighed(holder: Holder, substance: str, *, knowledge: Knowledge) -> Weighed:
    """What a holder gives of a substance in a day; nothing known and nothing unknown when it holds none."""
    # By name: a label may say a nutrient's amount and, once more, that of the form it is in.
    known: dict[bool, Decimal] = {}
    is_up_to = False
    trouble: UnknownReason | None = None
    for amount in holder.amounts:
        micrograms, reason = _micrograms(amount, substance, knowledge=knowledge)
        trouble = reason or trouble
        if micrograms is not None:
            is_nutrient = substance in knowledge.known(amount.substance).ids
            known[is_nutrient] = known.get(is_nutrient, Decimal(0)) + micrograms
            is_up_to = is_up_to or amount.is_up_to
    if substance in holder.families and not known and trouble is None:
        trouble = "no_amount"
    name = knowledge.label(substance)
    return Weighed(
        micrograms=max(known.values(), default=None),
        is_up_to=is_up_to,
        unknown=UnknownAmount(substance=name, held_by=holder.label, reason=trouble) if trouble else None,
    )


def _micrograms(
    amount: DailyAmount, substance: str, *, knowledge: Knowledge
) -> tuple[Decimal | None, UnknownReason | None]:
    """The micrograms of a substance in an amount, or why they are not known; both None when it is of another."""
    written = knowledge.known(amount.substance).ids
    ids = _of(substance, written, knowledge=knowledge)
    if not ids:
        above = knowledge.family(substance) - {substance}
        return None, "form_not_known" if written and written <= above else None
    if all(knowledge.by_id[one].amount_is_compound for one in ids):
        return None, "compound_weight"
    if amount.amount is None:
        return None, "no_directions"
    weight = units.to_micrograms(amount.amount, amount.unit, substance_ids=ids, knowledge=knowledge)
    return weight, None if weight is not None else "unit_not_known"


def _of(substance: str, ids: Iterable[str], *, knowledge: Knowledge) -> frozenset[str]:
    return frozenset(one for one in ids if substance in knowledge.family(one))


def as_total(found: Sum, *, knowledge: Knowledge) -> Total:
    """A sum as the page shows it, in the unit of its limit."""
    limit = found.limit
    return Total(
        substance=knowledge.label(limit.substance),
        amount=_shown(units.from_micrograms(found.micrograms, limit.unit), limit=limit.amount),
        limit=limit.amount,
        unit=limit.unit,
        is_complete=not found.unknown,
        is_up_to=found.is_up_to,
        from_products=_names(one for one in found.holders if one.product is not None),
        from_taken=_names(one for one in found.holders if one.product is None),
    )


def _shown(amount: Decimal, *, limit: Decimal) -> Decimal:
    """An amount in as few digits as tell it from its limit; four, or those before the point, at the least."""
    for digits in range(max(4, amount.adjusted() + 1), 28):
        rounded = Context(prec=digits).plus(amount).normalize()
        if rounded != limit or amount == limit:
            return rounded
    return amount


def over_limit(found: Sum, *, knowledge: Knowledge) -> Iterator[Finding]:
    """One finding for every product that adds to a total over its limit."""
    limit = found.limit
    if found.micrograms <= limit.amount * units.MICROGRAMS[limit.unit]:
        return
    total = as_total(found, knowledge=knowledge)
    for holder in found.holders:
        if holder.product is None:
            continue
        yield Finding(
            key="|".join((limit.id, holder.product.key, "total")),
            product=holder.product,
            kind="total_dose",
            severity=limit.severity,
            left=Side(label=total.substance),
            right=Side(label=_said(total), known_as="from " + ", ".join(_names(found.holders))),
            text=limit.text,
            source=limit.source,
            reviewed_by=limit.reviewed_by,
            total=total,
        )


def _said(total: Total) -> str:
    """A total in words. They are part of what an acknowledgement stands for, so they say all that was counted."""
    amount = f"{total.amount:f} {total.unit} a day"
    if total.is_up_to:
        return f"up to {amount}" if total.is_complete else f"up to {amount} and an unknown amount more"
    return amount if total.is_complete else f"at least {amount}"


def _names(holders_of_it: Iterable[Holder]) -> tuple[str, ...]:
    """Two of one name, of two brands or prescribed twice, are named twice: both count."""
    return tuple(holder.label for holder in holders_of_it)
