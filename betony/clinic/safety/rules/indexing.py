"""Joins names, rows and limits into one table, and refuses what contradicts itself."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from betony.clinic.safety.rules import names as writing
from betony.clinic.safety.rules.knowledge import Knowledge, Limit, Name, Origin, Row, UnitFactor

# What may stand on the right of a row of each kind; the left is always what a product holds.
_LEFT = frozenset({"ingredient", "allergen", "class"})
_RIGHT = {
    "drug": frozenset({"drug", "class"}),
    "ingredient": frozenset({"ingredient", "allergen", "class"}),
    "condition": frozenset({"condition"}),
    "allergy": frozenset({"allergen", "class"}),
}


class Inconsistent(Exception):
    """Two entries contradict each other, or one speaks of something that is not there."""


def build(
    *,
    origins: Mapping[str, Origin],
    names: Sequence[Name],
    rows: Sequence[Row],
    limits: Sequence[Limit],
    factors: Sequence[UnitFactor],
) -> Knowledge:
    """Join everything into one table. Raises Inconsistent."""
    by_id = _unique(names)
    _check_rows(rows, by_id)
    _check_limits(limits, by_id)
    _all_known((factor.substance for factor in factors), by_id, "a unit")
    return Knowledge(
        by_id=by_id,
        by_written=_by_written(names),
        origins=MappingProxyType(dict(origins)),
        rows=tuple(rows),
        limits=tuple(limits),
        unit_factors=MappingProxyType({factor.substance: factor for factor in factors}),
        families=MappingProxyType({name_id: _family(name_id, by_id) for name_id in by_id}),
        rows_by_pair=_by_pair(rows),
    )


def _unique(names: Iterable[Name]) -> Mapping[str, Name]:
    by_id: dict[str, Name] = {}
    for name in names:
        if name.id in by_id:
            raise Inconsistent(f"the id {name.id} stands twice")
        by_id[name.id] = name
    for name in names:
        _all_known(name.is_one_of, by_id, name.id)
    return MappingProxyType(by_id)


def _all_known(ids: Iterable[str], by_id: Mapping[str, Name], where: str) -> None:
    for name_id in ids:
        if name_id not in by_id:
            raise Inconsistent(f"{where} speaks of {name_id}, which is no name of the table")


def _by_written(names: Iterable[Name]) -> Mapping[str, str]:
    by_written: dict[str, str] = {}
    for name in names:
        for written in (name.name, *name.synonyms):
            plain = writing.normalise(written)
            if not plain:
                raise Inconsistent(f"{name.id} has a name without letters: {written!r}")
            if by_written.setdefault(plain, name.id) != name.id:
                raise Inconsistent(f"{written!r} is a name of both {by_written[plain]} and {name.id}")
    return MappingProxyType(by_written)


def _family(name_id: str, by_id: Mapping[str, Name]) -> frozenset[str]:
    family: set[str] = set()
    waiting = [name_id]
    while waiting:
        one = waiting.pop()
        if one not in family:
            family.add(one)
            waiting.extend(by_id[one].is_one_of)
    return frozenset(family)


def _check_rows(rows: Sequence[Row], by_id: Mapping[str, Name]) -> None:
    ids: set[str] = set()
    pairs: set[tuple[str, frozenset[str]]] = set()
    for row in rows:
        _all_known((row.left, row.right), by_id, row.id)
        if row.id in ids:
            raise Inconsistent(f"the row {row.id} stands twice")
        pair = (row.kind, frozenset({row.left, row.right}))
        if pair in pairs or len(pair[1]) == 1:
            raise Inconsistent(f"the pair of {row.id} stands twice, or is one thing with itself")
        if by_id[row.left].kind not in _LEFT or by_id[row.right].kind not in _RIGHT[row.kind]:
            raise Inconsistent(f"{row.id}: {row.left} and {row.right} do not make a row of kind {row.kind}")
        ids.add(row.id)
        pairs.add(pair)


def _check_limits(limits: Sequence[Limit], by_id: Mapping[str, Name]) -> None:
    seen: set[str] = set()
    for limit in limits:
        _all_known((limit.substance,), by_id, limit.id)
        if limit.id in seen:
            raise Inconsistent(f"the limit {limit.id} stands twice")
        seen.add(limit.id)
    for one in limits:
        for other in limits:
            if one is not other and _overlap(one, other):
                raise Inconsistent(f"{one.id} and {other.id} are for the same people")


def _overlap(one: Limit, other: Limit) -> bool:
    if (one.substance, one.group) != (other.substance, other.group):
        return False
    never = 1000
    return one.from_age < (other.to_age or never) and other.from_age < (one.to_age or never)


def _by_pair(rows: Iterable[Row]) -> Mapping[str, Mapping[str, tuple[Row, ...]]]:
    pairs: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        pairs[row.left][row.right].append(row)
        pairs[row.right][row.left].append(row)
    return MappingProxyType(
        {
            left: MappingProxyType({right: tuple(found) for right, found in partners.items()})
            for left, partners in pairs.items()
        }
    )
