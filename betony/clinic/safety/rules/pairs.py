"""Findings of two sides: rows of the table, the patient's own allergies, and the same ingredient twice."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from betony.clinic.safety.rules import names
from betony.clinic.safety.rules.knowledge import Knowledge, Row, RowKind
from betony.clinic.safety.rules.matching import Held, Met, Other, counts
from betony.clinic.safety.rules.values import (
    SEVERITIES,
    Finding,
    FindingKind,
    NoData,
    Product,
    Severity,
    Side,
    Source,
    TakenKind,
)

# Pairs that a page shows again and again.
_CACHED_PAIRS = 20_000
COMPUTED = "Computed from the chart and the products; no outside source"


@dataclass(frozen=True, slots=True)
class _Worst:
    """What the table says of two groups of names: the worst row, between which names, and the other sources."""

    row: Row
    left: Side
    right_known_as: str
    further: tuple[Source, ...]


def from_rows(
    held: Held, other: Other | Held, *, kinds: frozenset[RowKind], knowledge: Knowledge
) -> Iterator[Finding]:
    """What the table says of a product and something on the other side: the worst for each substance."""
    rights = frozenset().union(*(met.ids for met in other.met or ()))
    for left in held.met or ():
        worst = _worst(knowledge, left.label, left.ids, rights, kinds)
        if worst is not None:
            yield Finding(
                key=_key(worst.row.id, held.product, other.label),
                product=held.product,
                kind=worst.row.kind,
                severity=worst.row.severity,
                left=worst.left,
                right=Side(label=other.label, known_as=worst.right_known_as),
                text=worst.row.text,
                source=worst.row.source,
                reviewed_by=worst.row.reviewed_by,
                further=worst.further,
            )


@lru_cache(maxsize=_CACHED_PAIRS)
def _worst(
    knowledge: Knowledge,
    label: str,
    lefts: frozenset[str],
    rights: frozenset[str],
    kinds: frozenset[RowKind],
) -> _Worst | None:
    """The worst row; between equals the one that names these very things, then the newest."""
    found = [
        (row, left, right)
        for left in sorted(lefts)
        for right in sorted(rights)
        for row in knowledge.rows_between(left, right)
        if row.kind in kinds
    ]
    if not found:
        return None

    def rank(one: tuple[Row, str, str]) -> tuple[int, int, str]:
        row, left, right = one
        exact = len({left, right} & {row.left, row.right})
        return (-SEVERITIES.index(row.severity), exact, row.origin.date)

    row, left, right = max(found, key=rank)
    others = {one.id: one.source for one, _, _ in found if one is not row}
    known_as = Side(label=label, known_as=knowledge.label(left))
    return _Worst(row, known_as, knowledge.label(right), tuple(others.values()))


def own_allergy(held: Held, other: Other, *, knowledge: Knowledge, today: date) -> Iterator[Finding]:
    """A product that holds the very thing the patient is allergic to, or one of its family.

    Always severe: how bad it was the last time does not say how bad it will be.
    """
    for left in held.met or ():
        for right in other.met:
            shared = _shared_allergen(left, right, knowledge=knowledge)
            if shared is None:
                continue
            known_as = knowledge.label(shared) if shared else ""
            recorded = other.allergy.severity if other.allergy else "unknown"
            yield _computed(
                "allergy",
                "severe",
                held,
                left=left,
                right=Side(label=other.label, known_as=known_as),
                text=f"The patient's chart records an allergy to {other.label} (recorded severity: {recorded}).",
                source=Source(
                    title="The patient's allergy list and the product's ingredients",
                    locator=left.origin or "ingredients as given",
                    url="",
                    date=(left.seen_on or today).isoformat(),
                    licence=COMPUTED,
                ),
            )


def _shared_allergen(left: Met, right: Met, *, knowledge: Knowledge) -> str | None:
    if left.plain == right.plain:
        return ""
    for allergy_id in right.ids:
        allergy_family = knowledge.family(allergy_id)
        for held_id in left.ids:
            held_family = knowledge.family(held_id)
            if allergy_id in held_family:
                return allergy_id
            for one in held_family & allergy_family:
                if knowledge.by_id[one].kind == "allergen":
                    return one
    return None


_WHERE: dict[TakenKind, str] = {
    "medication": "a current medication",
    "supplement": "a current supplement",
    "prescribed": "prescribed already",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """An ingredient that a product and something else both hold."""

    name: str
    held: Held
    left: Met
    right: Met
    other: str
    where: str


def shared(held: Held, other: Other | Held, *, knowledge: Knowledge) -> Iterator[Shared]:
    """The ingredients that a product has in common with something the patient takes or is to take."""
    taken = other.taken if isinstance(other, Other) else None
    where = _WHERE[taken.kind] if taken else "on this prescription"
    for left in held.met or ():
        for right in other.met or ():
            for name in _same(left, right, knowledge=knowledge):
                yield Shared(name=name, held=held, left=left, right=right, other=other.label, where=where)


def duplicates(found: Iterable[Shared], *, today: date) -> Iterator[Finding]:
    """One finding for each ingredient of a product that is taken elsewhere too, however often that is."""
    groups: dict[tuple[str, str], list[Shared]] = {}
    for one in found:
        groups.setdefault((one.held.product.key, one.left.plain), []).append(one)
    for group in groups.values():
        first = group[0]
        names_of_it = {one.name for one in group}
        # Vitamin D3 in one place and vitamin D in the next: what the product calls it covers both.
        name = first.name if len(names_of_it) == 1 else first.left.label
        others = dict.fromkeys(one.other for one in group)
        told = dict.fromkeys(f"{one.other} ({one.where})" for one in group)
        origins = dict.fromkeys(met.origin or "as written" for one in group for met in (one.left, one.right))
        yield _computed(
            "duplicate",
            "mild",
            first.held,
            left=first.left,
            right=Side(label=", ".join(others), known_as=name),
            text=f"{name} is in {first.held.product.name}, and also in {_listed(list(told))}.",
            source=Source(
                title="The ingredients of all of them" if len(others) > 1 else "The ingredients of both",
                locator="; ".join(origins),
                url="",
                date=(first.left.seen_on or today).isoformat(),
                licence=COMPUTED,
            ),
        )


def _listed(things: Sequence[str]) -> str:
    """Return "A", "A and B" or "A, B and C"."""
    return " and ".join(part for part in (", ".join(things[:-1]), things[-1]) if part)


def _same(left: Met, right: Met, *, knowledge: Knowledge) -> Iterable[str]:
    if not left.ids and not right.ids:
        return (left.label,) if left.plain == right.plain else ()
    shared: set[str] = set()
    for left_id in left.ids:
        for right_id in right.ids:
            shared |= knowledge.family(left_id) & knowledge.family(right_id)
    counted = {one for one in shared if counts(one, knowledge=knowledge)}
    above = {
        general
        for one in counted
        for general in knowledge.family(one)
        if general != one and general in counted
    }
    return sorted(knowledge.label(one) for one in counted - above)


def _computed(
    kind: FindingKind, severity: Severity, held: Held, *, left: Met, right: Side, text: str, source: Source
) -> Finding:
    return Finding(
        key=_key(f"{kind}:{names.normalise(right.known_as or left.label)}", held.product, right.label),
        product=held.product,
        kind=kind,
        severity=severity,
        left=Side(label=left.label),
        right=right,
        text=text,
        source=source,
    )


def _key(what: str, product: Product, other: str) -> str:
    return "|".join((what, product.key, names.normalise(other)))


def no_data(held: Held, other: Other | Held) -> NoData:
    """The word for a pair about which the table is silent."""
    is_known = held.reach.is_known and other.reach.is_known
    return NoData(product=held.product, right=other.label, reason="no_row" if is_known else "name_not_known")
