"""The check: products against allergies, what is taken, conditions, one another and published limits.

Pure: no Django, no clock, no network. It says what its sources say and names what it could not look at; it
never says that something is safe, and nothing in an Assessment may be worded so.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations

from betony.clinic.safety.rules import matching, pairs, reading, totals
from betony.clinic.safety.rules.knowledge import Knowledge, RowKind
from betony.clinic.safety.rules.matching import Held, Other
from betony.clinic.safety.rules.values import (
    NO_DATA,
    SEVERITIES,
    Allergy,
    Assessment,
    Condition,
    DailyAmount,
    Finding,
    NoData,
    Person,
    Product,
    Side,
    Source,
    Substance,
    Taken,
    Total,
    UnknownAmount,
    UnknownName,
    UnknownReason,
)

__all__ = [
    "NO_DATA",
    "SEVERITIES",
    "Allergy",
    "Assessment",
    "Condition",
    "DailyAmount",
    "Finding",
    "NoData",
    "Person",
    "Product",
    "Side",
    "Source",
    "Substance",
    "Taken",
    "Total",
    "UnknownAmount",
    "UnknownName",
    "UnknownReason",
    "check",
]

_SUBSTANCE_ROWS: frozenset[RowKind] = frozenset({"drug", "ingredient"})
_CONDITION_ROWS: frozenset[RowKind] = frozenset({"condition"})
_ALLERGY_ROWS: frozenset[RowKind] = frozenset({"allergy"})
_GROUPS = {"pregnancy": "pregnant", "breastfeeding": "breastfeeding"}


def check(
    *,
    products: Sequence[Product],
    allergies: Sequence[Allergy],
    taken: Sequence[Taken],
    conditions: Sequence[Condition],
    person: Person,
    today: date,
    knowledge: Knowledge | None = None,
) -> Assessment:
    """Say what is known against giving these products to this person, and what could not be looked at."""
    table = knowledge or reading.knowledge()
    held = [matching.held_by(product, knowledge=table) for product in products]
    known = [one for one in held if one.met is not None]
    takes = [matching.taken_as(one, knowledge=table) for one in taken]
    to = [matching.allergy_to(one, knowledge=table) for one in allergies]
    named = [matching.condition_named(one, knowledge=table) for one in conditions]
    has = [*named, *matching.conditions_of(person, today=today, knowledge=table)]
    met = _Met(today=today, knowledge=table)
    for one in known:
        for other in takes:
            met.substances(one, other)
        for other in to:
            met.allergy(one, other)
        for other in has:
            met.condition(one, other)
    for one, second in combinations(known, 2):
        met.substances(one, second)
    sums, ages = _sums(held, takes, person=person, conditions=has, today=today, knowledge=table)
    over = [finding for found in sums for finding in totals.over_limit(found, knowledge=table)]
    return Assessment(
        findings=_ordered([*met.findings, *pairs.duplicates(met.shared, today=today), *over], products),
        unchecked=tuple(one.product for one in held if one.met is None),
        no_data=tuple(met.silent),
        unknown_names=tuple(_unknown_names(known, takes, to, named, knowledge=table)),
        unknown_amounts=(*(trouble for found in sums for trouble in found.unknown), *ages),
        totals=tuple(totals.as_total(found, knowledge=table) for found in sums),
    )


class _Met:
    """Gathers what is found where two things meet, and where nothing is known."""

    def __init__(self, *, today: date, knowledge: Knowledge) -> None:
        self.today = today
        self.knowledge = knowledge
        self.findings: list[Finding] = []
        self.shared: list[pairs.Shared] = []
        self.silent: list[NoData] = []

    def allergy(self, held: Held, other: Other) -> None:
        found = list(pairs.own_allergy(held, other, knowledge=self.knowledge, today=self.today))
        found += pairs.from_rows(held, other, kinds=_ALLERGY_ROWS, knowledge=self.knowledge)
        self._keep(found, held, other)

    def condition(self, held: Held, other: Other) -> None:
        rows = pairs.from_rows(held, other, kinds=_CONDITION_ROWS, knowledge=self.knowledge)
        self._keep(list(rows), held, other)

    def substances(self, held: Held, other: Other | Held) -> None:
        found: list[Finding] = []
        # Most pairs share nothing; to see that is all that they cost.
        if not held.reach.partners.isdisjoint(other.reach.families):
            found = list(pairs.from_rows(held, other, kinds=_SUBSTANCE_ROWS, knowledge=self.knowledge))
        if not found:
            self.silent.append(pairs.no_data(held, other))
        if not held.reach.things.isdisjoint(other.reach.things):
            self.shared += pairs.shared(held, other, knowledge=self.knowledge)
        self.findings += found

    def _keep(self, found: list[Finding], held: Held, other: Other) -> None:
        self.findings += found
        if not found:
            self.silent.append(pairs.no_data(held, other))


def _sums(
    held: Sequence[Held],
    takes: Sequence[Other],
    *,
    person: Person,
    conditions: Iterable[Other],
    today: date,
    knowledge: Knowledge,
) -> tuple[list[totals.Sum], tuple[UnknownAmount, ...]]:
    """The sums of everything that has a limit and is held by something; without an age there is no limit."""
    everything = totals.holders(held, takes)
    age = matching.age_of(person, today=today)
    if age is None:
        return [], tuple(_without_age(everything, knowledge=knowledge))
    met = {one for other in conditions for met in other.met for one in met.ids}
    groups = frozenset(group for condition, group in _GROUPS.items() if condition in met)
    limits = totals.limits_for(age=age, groups=groups, knowledge=knowledge)
    sums = [totals.add_up(limit, everything, knowledge=knowledge) for limit in limits]
    return [found for found in sums if found.holders], ()


def _without_age(everything: Sequence[totals.Holder], *, knowledge: Knowledge) -> Iterator[UnknownAmount]:
    limited = {limit.substance: limit for limit in knowledge.limits}
    for limit in limited.values():
        for holder in totals.add_up(limit, everything, knowledge=knowledge).holders:
            name = knowledge.label(limit.substance)
            yield UnknownAmount(substance=name, held_by=holder.label, reason="age_not_known")


def _unknown_names(
    held: Iterable[Held],
    takes: Iterable[Other],
    to: Iterable[Other],
    conditions: Iterable[Other],
    *,
    knowledge: Knowledge,
) -> Iterator[UnknownName]:
    for one in held:
        yield from matching.unknown_in(one, knowledge=knowledge)
    for other in takes:
        if not other.reach.is_known:
            yield UnknownName(name=other.label, where="taken")
    for other in to:
        if not other.reach.is_known:
            yield UnknownName(name=other.label, where="allergy")
    for other in conditions:
        if not other.reach.is_known:
            yield UnknownName(name=other.label, where="condition")


def _ordered(findings: Iterable[Finding], products: Sequence[Product]) -> tuple[Finding, ...]:
    """Each warning once, the worst first, then in the order of the products."""
    once = {finding.key: finding for finding in findings}
    place = {product.key: index for index, product in enumerate(products)}
    return tuple(
        sorted(
            once.values(),
            key=lambda found: (SEVERITIES.index(found.severity), place[found.product.key], found.key),
        )
    )
