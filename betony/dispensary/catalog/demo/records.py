"""The records of the finished demo catalogue, ready to be shown or stored."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from betony.dispensary.catalog.demo import formulas


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A brand's, ingredient's, allergen's, type's or certification's id and name."""

    id: UUID
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class DemoIngredient:
    """An ingredient in one serving of a product."""

    ingredient: NamedRecord
    amount: Decimal
    unit: str
    detail: str


@dataclass(frozen=True, slots=True)
class DemoVariant:
    """One pack size of a product, as it is ordered."""

    id: UUID
    sku: str
    supplier_sku: str
    upc: str
    units: int
    unit_of_measure: str
    msrp: Decimal
    wholesale: Decimal
    status: str
    back_in_days: int | None
    is_primary: bool


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product of one brand with everything its label says."""

    id: UUID
    key: str
    name: str
    brand_key: str
    form: str
    dosage_format: str
    dosage: formulas.LabelDosage
    description_html: str
    popularity: int
    ingredients: tuple[DemoIngredient, ...]
    supplement_types: tuple[str, ...]
    free_of: tuple[str, ...]
    certifications: tuple[str, ...]
    variants: tuple[DemoVariant, ...]


def stable_id(kind: str, key: str) -> UUID:
    """The same version 4 identifier for the same thing on every machine and every run."""
    return UUID(bytes=_digest(f"{kind}:{key}")[:16], version=4)


def stable_number(text: str, below: int) -> int:
    """The same number from 0 to `below` for the same text: chance that never changes."""
    return int.from_bytes(_digest(text)[:8], "big") % below


def _digest(text: str) -> bytes:
    return hashlib.sha256(f"betony demo catalogue/{text}".encode()).digest()
