"""The table itself: names, families, rows and limits, and the quick ways through them."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from betony.clinic.safety.rules import names
from betony.clinic.safety.rules.values import Severity, Source

NameKind = Literal["ingredient", "drug", "class", "allergen", "condition"]
RowKind = Literal["drug", "ingredient", "condition", "allergy"]

_CACHED_LINES = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A source as it is kept: what a finding shows of it, and how a pharmacist finds the passage again."""

    id: str
    title: str
    publisher: str
    url: str
    date: str
    read_on: datetime.date
    read_in: str
    licence: str

    def at(self, locator: str) -> Source:
        """The source as shown with a finding, opened at one heading."""
        return Source(
            title=f"{self.title} ({self.publisher})",
            locator=locator,
            url=self.url,
            date=self.date,
            licence=self.licence,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """Something with a name, the other names it goes by, and what it is one of."""

    id: str
    kind: NameKind
    name: str
    synonyms: tuple[str, ...] = ()
    is_one_of: tuple[str, ...] = ()
    is_excipient: bool = False
    amount_is_compound: bool = False
    icd10: tuple[str, ...] = ()
    origin: Origin | None = None
    locator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One claim: these two together, how bad, in our words, and the passage it rests on."""

    id: str
    kind: RowKind
    left: str
    right: str
    severity: Severity
    text: str
    passage: str
    origin: Origin
    locator: str
    source: Source
    reviewed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A published upper limit of daily intake for one group of people. Ages in whole years, `to_age` excluded."""

    id: str
    substance: str
    amount: Decimal
    unit: str
    from_age: int
    to_age: int | None
    group: Literal["everybody", "pregnant", "breastfeeding"]
    counts: Literal["all intake", "supplements only"]
    severity: Severity
    text: str
    passage: str
    origin: Origin
    locator: str
    source: Source
    reviewed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFactor:
    """What one international unit of a substance weighs, in micrograms, as its source says."""

    substance: str
    micrograms: Decimal
    origin: Origin
    locator: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a written name turned out to be: ids of the table, and parts under which nothing was found."""

    ids: frozenset[str]
    unknown_parts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Knowledge:
    """The whole table, validated, with its indexes. One table is the same as itself only, so that it can be a key."""

    by_id: Mapping[str, Name]
    by_written: Mapping[str, str]
    origins: Mapping[str, Origin]
    rows: tuple[Row, ...]
    limits: tuple[Limit, ...]
    unit_factors: Mapping[str, UnitFactor]
    families: Mapping[str, frozenset[str]] = field(repr=False)
    rows_by_pair: Mapping[str, Mapping[str, tuple[Row, ...]]] = field(repr=False)

    def family(self, name_id: str) -> frozenset[str]:
        """The name itself and everything it is one of, however far up."""
        return self.families[name_id]

    def known(self, written: str) -> Known:
        """What a line as somebody wrote it means here; nothing is guessed from parts of words."""
        return _known(self, written)

    def rows_between(self, left: str, right: str) -> tuple[Row, ...]:
        """The rows that speak of two names, directly or through what they are one of."""
        return _rows_between(self, left, right)

    def label(self, name_id: str) -> str:
        """The canonical name of an id."""
        return self.by_id[name_id].name


@lru_cache(maxsize=_CACHED_LINES)
def _known(knowledge: Knowledge, written: str) -> Known:
    best = Known(frozenset(), (written,))
    most = 0
    for reading in names.readings(written):
        found = [name for name in reading if name in knowledge.by_written]
        if len(found) <= most:
            continue
        most = len(found)
        ids = frozenset(knowledge.by_written[name] for name in found)
        best = Known(ids, tuple(name for name in reading if name not in knowledge.by_written))
        if not best.unknown_parts:
            break
    return best


@lru_cache(maxsize=_CACHED_LINES)
def _rows_between(knowledge: Knowledge, left: str, right: str) -> tuple[Row, ...]:
    others = knowledge.family(right)
    found: dict[str, Row] = {}
    for one in knowledge.family(left):
        partners = knowledge.rows_by_pair.get(one, {})
        for other in others & partners.keys():
            found.update({row.id: row for row in partners[other]})
    return tuple(found[row_id] for row_id in sorted(found))
