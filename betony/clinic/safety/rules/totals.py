"""The daily amount over everything, beside the published upper limit for this person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from betony.clinic.safety.rules import units
from betony.clinic.safety.rules.knowledge import Knowledge, Limit
from betony.clinic.safety.rules.matching import Held, Other
from betony.clinic.safety.rules.values import DailyAmount, Finding, Product, Side, Total, UnknownAmount


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
    holders: tuple[Holder, ...]
    unknown: tuple[UnknownAmount, ...]


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
    unknown: list[UnknownAmount] = []
    holding: list[Holder] = []
    for holder in everything:
        if not holder.amounts and limit.substance not in holder.families:
            continue
        known, trouble = _amount_in(holder, limit.substance, knowledge=knowledge)
        if known is None and trouble is None:
            continue
        holding.append(holder)
        total += known or Decimal(0)
        if trouble is not None:
            unknown.append(trouble)
    return Sum(limit=limit, micrograms=total, holders=tuple(holding), unknown=tuple(unknown))


def _amount_in(
    holder: Holder, substance: str, *, knowledge: Knowledge
) -> tuple[Decimal | None, UnknownAmount | None]:
    """The micrograms a holder gives in a day, and what is not known of them; both None when it holds none."""
    known: Decimal | None = None
    trouble: UnknownAmount | None = None
    name = knowledge.label(substance)
    above = knowledge.family(substance) - {substance}
    for amount in holder.amounts:
        written = knowledge.known(amount.substance).ids
        ids = _of(substance, written, knowledge=knowledge)
        if not ids:
            if written and written <= above:
                trouble = UnknownAmount(substance=name, held_by=holder.label, reason="form_not_known")
            continue
        if all(knowledge.by_id[one].amount_is_compound for one in ids):
            trouble = UnknownAmount(substance=name, held_by=holder.label, reason="compound_weight")
            continue
        weight = units.to_micrograms(amount.amount, amount.unit, substance_ids=ids, knowledge=knowledge)
        if weight is None:
            trouble = UnknownAmount(substance=name, held_by=holder.label, reason="unit_not_known")
        else:
            known = (known or Decimal(0)) + weight
    holds = substance in holder.families
    if holds and known is None and trouble is None:
        trouble = UnknownAmount(substance=name, held_by=holder.label, reason="no_amount")
    return known, trouble


def _of(substance: str, ids: Iterable[str], *, knowledge: Knowledge) -> frozenset[str]:
    return frozenset(one for one in ids if substance in knowledge.family(one))


def as_total(found: Sum, *, knowledge: Knowledge) -> Total:
    """A sum as the page shows it, in the unit of its limit."""
    return Total(
        substance=knowledge.label(found.limit.substance),
        amount=units.from_micrograms(found.micrograms, found.limit.unit),
        limit=found.limit.amount,
        unit=found.limit.unit,
        is_complete=not found.unknown,
    )


def over_limit(found: Sum, *, knowledge: Knowledge) -> Iterator[Finding]:
    """One finding for every product that adds to a total over its limit."""
    limit = found.limit
    if found.micrograms <= limit.amount * units.MICROGRAMS[limit.unit]:
        return
    total = as_total(found, knowledge=knowledge)
    at_least = "" if total.is_complete else "at least "
    for holder in found.holders:
        if holder.product is None:
            continue
        yield Finding(
            key="|".join((limit.id, holder.product.key, "total")),
            product=holder.product,
            kind="total_dose",
            severity=limit.severity,
            left=Side(label=total.substance),
            right=Side(
                label=f"{at_least}{total.amount:f} {limit.unit} a day", known_as=_names(found.holders)
            ),
            text=limit.text,
            source=limit.source,
            reviewed_by=limit.reviewed_by,
        )


def _names(holders_of_it: Iterable[Holder]) -> str:
    return "from " + ", ".join(dict.fromkeys(holder.label for holder in holders_of_it))
