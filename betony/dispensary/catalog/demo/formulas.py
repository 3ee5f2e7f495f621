"""Reads the hand-written product tables. Pure: text in, records out, a clear error for a bad line."""

import re
from dataclasses import dataclass
from decimal import Decimal

from betony.dispensary.catalog.demo import (
    table_botanicals,
    table_digestion,
    table_minerals,
    table_specialty,
    table_vitamins,
)

_LINES_OF_A_PRODUCT = 4
_CONTENT = re.compile(
    r"(?P<key>[a-z0-9-]+) (?P<amount>[0-9.]+) (?P<unit>mg|mcg|g|IU|mL|billion CFU|million CFU)"
    r"(?: (?P<detail>[^;]+))?"
)


class TableError(ValueError):
    """A line of a product table cannot be read; the message quotes it."""


@dataclass(frozen=True, slots=True)
class Content:
    """One ingredient in one serving, `detail` being its form or source: `as bisglycinate`."""

    key: str
    amount: Decimal
    unit: str
    detail: str


@dataclass(frozen=True, slots=True)
class Size:
    """A pack of `units` pieces, grams or millilitres at the price the leading brand asks."""

    units: int
    price: Decimal
    is_primary: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A brand that sells the formula, with its own strength of the first ingredient where it differs."""

    brand: str
    strength: Decimal | None


@dataclass(frozen=True, slots=True)
class LabelDosage:
    """The supplier's dosage as the label prints it."""

    amount: str
    frequency: str
    duration: str
    additional_info: str


@dataclass(frozen=True, slots=True)
class Formula:
    """What the tables say of one formula, before it is multiplied over its brands."""

    name: str
    form: str
    sizes: tuple[Size, ...]
    offers: tuple[Offer, ...]
    serving: str
    contents: tuple[Content, ...]
    dosage: LabelDosage
    sentence: str


def read_formulas() -> list[Formula]:
    """All formulas of all tables in the order they are written; the earlier, the more popular."""
    tables = (table_minerals, table_vitamins, table_digestion, table_botanicals, table_specialty)
    per_table = [[_formula(block) for block in table.TABLE.strip().split("\n\n")] for table in tables]
    longest = max(len(formulas) for formulas in per_table)
    return [formulas[row] for row in range(longest) for formulas in per_table if row < len(formulas)]


def _formula(block: str) -> Formula:
    lines = block.replace("\n  ", " ").split("\n")
    if len(lines) != _LINES_OF_A_PRODUCT:
        raise TableError(f"A product has four lines, this one has {len(lines)}: {lines[0]}")
    head = [part.strip() for part in lines[0].split("|")]
    if len(head) != _LINES_OF_A_PRODUCT:
        raise TableError(f"A first line is name, form, sizes, brands: {lines[0]}")
    serving, contents = read_contents(lines[1])
    return Formula(
        name=head[0],
        form=head[1],
        sizes=_sizes(head[2]),
        offers=tuple(_offer(word) for word in head[3].split()),
        serving=serving,
        contents=contents,
        dosage=_dosage(lines[2]),
        sentence=lines[3],
    )


def _sizes(text: str) -> tuple[Size, ...]:
    pairs = [word.split("=") for word in text.split()]
    marked = next((index for index, (units, _) in enumerate(pairs) if units.endswith("*")), 0)
    return tuple(
        Size(units=int(units.rstrip("*")), price=Decimal(price), is_primary=index == marked)
        for index, (units, price) in enumerate(pairs)
    )


def _offer(word: str) -> Offer:
    brand, _, strength = word.partition(":")
    return Offer(brand=brand, strength=Decimal(strength) if strength else None)


def read_contents(line: str) -> tuple[str, tuple[Content, ...]]:
    """The serving and its ingredients: `One drop: iodine 150 mcg as iodide`. Raises TableError."""
    serving, colon, listed = line.rpartition(": ")
    return (serving if colon else ""), tuple(_content(part.strip()) for part in listed.split(";"))


def _content(text: str) -> Content:
    match = _CONTENT.fullmatch(text)
    if match is None:
        raise TableError(f"An ingredient is its key, amount, unit and form: {text}")
    return Content(match["key"], Decimal(match["amount"]), match["unit"], match["detail"] or "")


def _dosage(line: str) -> LabelDosage:
    parts = [part.strip() for part in line.split(",", maxsplit=3)]
    if len(parts) != _LINES_OF_A_PRODUCT:
        raise TableError(f"A dosage is amount, frequency, duration, and what else: {line}")
    return LabelDosage(*parts)
