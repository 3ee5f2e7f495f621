"""Reads the data files, strictly: an unknown key, a missing source or a name used twice stops the start."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from betony.clinic.safety.rules import indexing
from betony.clinic.safety.rules.knowledge import (
    Knowledge,
    Limit,
    Name,
    NameKind,
    Origin,
    Row,
    RowKind,
    UnitFactor,
)
from betony.clinic.safety.rules.values import Severity

# Good enough for a name, never for a row.
UNDATED = "undated"
DATA = Path(__file__).parent.parent / "data"

_T = TypeVar("_T")
_Table = Mapping[str, object]
_Group = Literal["everybody", "pregnant", "breastfeeding"]
_Counts = Literal["all intake", "supplements only"]


class BadData(Exception):
    """A data file says something that cannot be relied upon; the message names the file and the entry."""


class _Entry:
    """One entry of a data file; every key is asked for once, and none may be left over."""

    def __init__(self, *, where: str, table: _Table) -> None:
        self.where = where
        self.left = dict(table)

    def text(self, key: str, *, may_be_empty: bool = False) -> str:
        value = self._take(key, str, "" if may_be_empty else None)
        if value != value.strip() or (not value and not may_be_empty):
            raise BadData(f"{self.where}: {key} is empty or has spaces around it")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        values: list[object] = self._take(key, list, [])
        if not all(isinstance(value, str) and value and value == value.strip() for value in values):
            raise BadData(f"{self.where}: {key} is a list of words")
        return tuple(str(value) for value in values)

    def flag(self, key: str) -> bool:
        return self._take(key, bool, False)

    def number(self, key: str, default: int | None = None) -> int:
        return self._take(key, int, default)

    def amount(self, key: str) -> Decimal:
        value = self._take(key, str, None)
        try:
            amount = Decimal(value)
        except ArithmeticError:
            raise BadData(f"{self.where}: {key} is no number: {value!r}") from None
        if not amount.is_finite() or amount <= 0:
            raise BadData(f"{self.where}: {key} is not more than nothing")
        return amount

    def day(self, key: str) -> date:
        return self._take(key, date, None)

    def partial_date(self, key: str) -> str:
        value = self.text(key)
        if value == UNDATED:
            return value
        try:
            date.fromisoformat((value + "-01-01")[:10])
        except ValueError:
            raise BadData(f"{self.where}: {key} is no date: {value!r}") from None
        if len(value) not in (4, 7, 10):
            raise BadData(f"{self.where}: {key} is written 2024, 2024-03 or 2024-03-26")
        return value

    def one_of(self, key: str, choices: tuple[str, ...], default: str | None = None) -> Any:
        value = self._take(key, str, default)
        if value not in choices:
            raise BadData(f"{self.where}: {key} is one of {', '.join(choices)}, not {value!r}")
        return value

    def done(self) -> None:
        if self.left:
            raise BadData(f"{self.where}: nobody knows the key {', '.join(sorted(self.left))}")

    def _take(self, key: str, kind: type[_T], default: _T | None) -> _T:
        value = self.left.pop(key, default)
        if value is None:
            raise BadData(f"{self.where}: {key} is missing")
        if type(value) is not kind:
            raise BadData(f"{self.where}: {key} is not a {kind.__name__}")
        return value


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """The table that ships with Betony, read once. Raises BadData when it cannot be relied upon."""
    return read(folder=DATA)


def read(*, folder: Path) -> Knowledge:
    """Read a folder of data files into a validated table. Raises BadData."""
    files = {
        path.relative_to(folder).as_posix(): tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.toml"))
    }
    return parse(files=files)


def parse(*, files: Mapping[str, _Table]) -> Knowledge:
    """Make a validated table of parsed files. Raises BadData."""
    origins = {origin.id: origin for origin in (_origin(entry) for entry in _entries(files, "source"))}
    found = [_name(entry, kind, origins) for kind in get_args(NameKind) for entry in _entries(files, kind)]
    rows = [
        _row(entry, kind, origins) for kind in get_args(RowKind) for entry in _entries(files, f"{kind}_row")
    ]
    limits = [_limit(entry, origins) for entry in _entries(files, "limit")]
    factors = [_factor(entry, origins) for entry in _entries(files, "unit")]
    _no_other_sections(files)
    try:
        return indexing.build(origins=origins, names=found, rows=rows, limits=limits, factors=factors)
    except indexing.Inconsistent as error:
        raise BadData(str(error)) from error


def _entries(files: Mapping[str, _Table], section: str) -> Iterable[_Entry]:
    for path, content in files.items():
        tables = content.get(section, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise BadData(f"{path}: {section} is written [[{section}]]")
        for table in tables:
            yield _Entry(where=f"{path}, {section} {table.get('id', '?')}", table=table)


def _no_other_sections(files: Mapping[str, _Table]) -> None:
    rows = {f"{kind}_row" for kind in get_args(RowKind)}
    known = {"source", "limit", "unit", *get_args(NameKind), *rows}
    for path, content in files.items():
        if unknown := sorted(content.keys() - known):
            raise BadData(f"{path}: nobody knows the section {', '.join(unknown)}")


def _origin(entry: _Entry) -> Origin:
    origin = Origin(
        id=entry.text("id"),
        title=entry.text("title"),
        publisher=entry.text("publisher"),
        url=entry.text("url"),
        date=entry.partial_date("date"),
        read_on=entry.day("read_on"),
        read_in=entry.text("read_in"),
        licence=entry.text("licence"),
    )
    entry.done()
    if not origin.url.startswith("https://"):
        raise BadData(f"{entry.where}: url is an https address")
    return origin


def _name(entry: _Entry, kind: NameKind, origins: Mapping[str, Origin]) -> Name:
    # A drug's brands and families are claims: they say whose.
    origin = _source_of(entry, origins, is_dated=False) if kind == "drug" else None
    name = Name(
        id=entry.text("id"),
        kind=kind,
        name=entry.text("name"),
        synonyms=entry.texts("synonyms"),
        is_one_of=entry.texts("is"),
        is_excipient=entry.flag("excipient"),
        amount_is_compound=entry.flag("amount_is_compound"),
        icd10=entry.texts("icd10"),
        origin=origin,
        locator=entry.text("locator") if origin else "",
    )
    entry.done()
    return name


def _source_of(entry: _Entry, origins: Mapping[str, Origin], *, is_dated: bool = True) -> Origin:
    source = entry.text("source")
    if source not in origins:
        raise BadData(f"{entry.where}: there is no source {source!r}")
    if is_dated and origins[source].date == UNDATED:
        raise BadData(f"{entry.where}: {source!r} has no date")
    return origins[source]


def _row(entry: _Entry, kind: RowKind, origins: Mapping[str, Origin]) -> Row:
    origin, locator = _source_of(entry, origins), entry.text("locator")
    row = Row(
        id=entry.text("id"),
        kind=kind,
        left=entry.text("left"),
        right=entry.text("right"),
        severity=entry.one_of("severity", get_args(Severity)),
        text=entry.text("text"),
        passage=entry.text("passage"),
        origin=origin,
        locator=locator,
        source=origin.at(locator),
        reviewed_by=entry.text("reviewed_by", may_be_empty=True),
    )
    entry.done()
    return row


def _limit(entry: _Entry, origins: Mapping[str, Origin]) -> Limit:
    origin, locator = _source_of(entry, origins), entry.text("locator")
    to_age = entry.number("to_age", 0)
    limit = Limit(
        id=entry.text("id"),
        substance=entry.text("substance"),
        amount=entry.amount("amount"),
        unit=entry.one_of("unit", ("mcg", "mg", "g")),
        from_age=entry.number("from_age"),
        to_age=to_age or None,
        group=entry.one_of("group", get_args(_Group), "everybody"),
        counts=entry.one_of("counts", get_args(_Counts)),
        severity=entry.one_of("severity", get_args(Severity)),
        text=entry.text("text"),
        passage=entry.text("passage"),
        origin=origin,
        locator=locator,
        source=origin.at(locator),
        reviewed_by=entry.text("reviewed_by", may_be_empty=True),
    )
    entry.done()
    return limit


def _factor(entry: _Entry, origins: Mapping[str, Origin]) -> UnitFactor:
    factor = UnitFactor(
        substance=entry.text("id"),
        micrograms=entry.amount("micrograms"),
        origin=_source_of(entry, origins),
        locator=entry.text("locator"),
    )
    entry.done()
    return factor
