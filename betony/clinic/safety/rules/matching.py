"""Looks up everything the check was asked about, once: what a product holds and what stands on the other side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from betony.clinic.safety.rules import names
from betony.clinic.safety.rules.knowledge import Knowledge
from betony.clinic.safety.rules.values import (
    Allergy,
    Condition,
    Person,
    Product,
    Substance,
    Taken,
    UnknownName,
)

ADULT_AGE = 18
UNDER_AGE = "under-18"


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A written name and what it is known as here; without ids it is known only as it is written."""

    label: str
    ids: frozenset[str]
    plain: str
    origin: str = ""
    seen_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What a group of names is and what the table pairs it with, so that most pairs are seen at once to be silent."""

    families: frozenset[str]
    partners: frozenset[str]
    things: frozenset[str]
    is_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A product with what it holds; `met` is None when nobody knows."""

    product: Product
    met: tuple[Met, ...] | None
    reach: Reach

    @property
    def label(self) -> str:
        """The product's name."""
        return self.product.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Something on the other side: a thing taken, a condition or an allergy, under the label the chart gives it."""

    label: str
    met: tuple[Met, ...]
    reach: Reach
    taken: Taken | None = None
    allergy: Allergy | None = None


def held_by(product: Product, *, knowledge: Knowledge) -> Held:
    """What a product holds."""
    met = _met(product.substances or (), knowledge=knowledge)
    return Held(product=product, met=met or None, reach=_reach_of(met, knowledge=knowledge))


def taken_as(taken: Taken, *, knowledge: Knowledge) -> Other:
    """Something taken, by what is known to be in it and by its own name."""
    met: tuple[Met, ...] = (_one(taken.name, knowledge=knowledge),)
    if taken.substances:
        met = (*(one for one in met if one.ids), *_met(taken.substances, knowledge=knowledge))
    return _other(taken.name, met, knowledge=knowledge, taken=taken)


def allergy_to(allergy: Allergy, *, knowledge: Knowledge) -> Other:
    """What an allergy is to."""
    met = _one(allergy.substance, knowledge=knowledge)
    return _other(allergy.substance, (met,), knowledge=knowledge, allergy=allergy)


def condition_named(condition: Condition, *, knowledge: Knowledge) -> Other:
    """A condition by its ICD-10-CM code where it is one, or by its name."""
    written = condition.code_or_name
    ids = _by_icd10(knowledge, written.strip().upper().replace(".", ""))
    label = condition.label or written
    if not ids:
        ids = knowledge.known(label).ids
    ids = frozenset(one for one in ids if knowledge.by_id[one].kind == "condition")
    return _other(label, (Met(label=label, ids=ids, plain=names.normalise(label)),), knowledge=knowledge)


def conditions_of(person: Person, *, today: date, knowledge: Knowledge) -> tuple[Other, ...]:
    """What follows from the person alone: being under age."""
    age = age_of(person, today=today)
    if age is None or age >= ADULT_AGE or UNDER_AGE not in knowledge.by_id:
        return ()
    label = knowledge.label(UNDER_AGE)
    met = Met(label=label, ids=frozenset({UNDER_AGE}), plain=names.normalise(label))
    return (_other(label, (met,), knowledge=knowledge),)


def age_of(person: Person, *, today: date) -> int | None:
    """Whole years of life; None when the birthday is not known or lies ahead."""
    born = person.birth_date
    if born is None or born > today:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def unknown_in(held: Held, *, knowledge: Knowledge) -> Iterable[UnknownName]:
    """The names of a product under which nothing is known."""
    for met in held.met or ():
        for part in knowledge.known(met.label).unknown_parts:
            yield UnknownName(name=part, where="product", product=held.product)


def counts(name_id: str, *, knowledge: Knowledge) -> bool:
    """Whether it is worth telling that the same thing stands twice."""
    name = knowledge.by_id[name_id]
    return name.kind in ("ingredient", "allergen") and not name.is_excipient


def _other(
    label: str,
    met: tuple[Met, ...],
    *,
    knowledge: Knowledge,
    taken: Taken | None = None,
    allergy: Allergy | None = None,
) -> Other:
    reach = _reach_of(met, knowledge=knowledge)
    return Other(label=label, met=met, reach=reach, taken=taken, allergy=allergy)


def _reach_of(met: Iterable[Met], *, knowledge: Knowledge) -> Reach:
    return _reach(
        knowledge,
        frozenset().union(*(one.ids for one in met)),
        frozenset(one.plain for one in met if not one.ids),
    )


@lru_cache(maxsize=20_000)
def _reach(knowledge: Knowledge, ids: frozenset[str], unknown: frozenset[str]) -> Reach:
    families = frozenset().union(*(knowledge.family(one) for one in ids))
    partners = frozenset().union(*(knowledge.rows_by_pair.get(one, {}).keys() for one in families))
    things = frozenset(one for one in families if counts(one, knowledge=knowledge))
    # A name nobody knows is only ever the same as itself; the colon keeps it apart from ids.
    return Reach(
        families=families,
        partners=partners,
        things=things | {f":{plain}" for plain in unknown},
        is_known=bool(ids),
    )


def _met(substances: Iterable[Substance], *, knowledge: Knowledge) -> tuple[Met, ...]:
    return tuple(
        _one(substance.name, knowledge=knowledge, origin=substance.origin, seen_on=substance.seen_on)
        for substance in substances
    )


def _one(written: str, *, knowledge: Knowledge, origin: str = "", seen_on: date | None = None) -> Met:
    return Met(
        label=written,
        ids=knowledge.known(written).ids,
        plain=names.normalise(written),
        origin=origin,
        seen_on=seen_on,
    )


@lru_cache(maxsize=5_000)
def _by_icd10(knowledge: Knowledge, code: str) -> frozenset[str]:
    if len(code) < 3 or not code[0].isalpha() or not code[1].isdigit():
        return frozenset()
    return frozenset(
        name.id for name in knowledge.by_id.values() if any(code.startswith(start) for start in name.icd10)
    )
