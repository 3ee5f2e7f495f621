"""What the safety check is asked about and what it answers: plain values, no Django, no patient rows."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Severity = Literal["severe", "moderate", "mild"]
FindingKind = Literal["drug", "ingredient", "condition", "allergy", "duplicate", "total_dose"]
TakenKind = Literal["medication", "supplement", "prescribed"]
UnknownReason = Literal[
    "no_amount", "no_directions", "unit_not_known", "compound_weight", "form_not_known", "age_not_known"
]

# What stands where the check knows nothing. Nothing here or elsewhere says safe.
NO_DATA = "No data"

SEVERITIES: tuple[Severity, ...] = ("severe", "moderate", "mild")


@dataclass(frozen=True, slots=True, kw_only=True)
class Substance:
    """An ingredient of a product as somebody wrote it, and where and when it was learned.

    `origin` is the caller's word for the place (an ingredient search, a description); it is shown, not judged.
    """

    name: str
    origin: str = ""
    seen_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyAmount:
    """How much of a substance is taken in a day. The unit is text as on a label: mg, mcg, µg, g, IU.

    The amount is None where the label says how much a serving holds and the directions do not say how many are
    taken. `is_up_to` says that the directions leave a choice, of which the most is counted.
    """

    substance: str
    amount: Decimal | None
    unit: str
    is_up_to: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Something that may be prescribed. `key` is the caller's own; `substances` is None or empty when unknown."""

    key: str
    name: str
    substances: tuple[Substance, ...] | None = None
    daily_amounts: tuple[DailyAmount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Something the patient takes already. Where its substances are not known it is looked up by its name."""

    name: str
    kind: TakenKind
    substances: tuple[Substance, ...] | None = None
    daily_amounts: tuple[DailyAmount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy:
    """A substance the patient must not get, and how bad it was, as the chart has it."""

    substance: str
    severity: str = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition by its ICD-10-CM code or its name, and what the chart calls it where that differs.

    Under `label` it is shown, and looked up where the code says nothing to the table.
    """

    code_or_name: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What the limits need to know of a patient. `sex` is `female`, `male`, or anything else for not known."""

    sex: str = "unknown"
    birth_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a finding comes from. `date` is that of the source, as exact as it says: 2024, 2024-03, 2024-03-26.

    For what was computed from the chart and the products alone, `url` is empty and `licence` says so.
    """

    title: str
    locator: str
    url: str
    date: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a finding: what it is called there, and the name under which the table knows it."""

    label: str
    known_as: str = ""

    def __str__(self) -> str:
        if self.known_as and self.known_as.casefold() != self.label.casefold():
            return f"{self.label} ({self.known_as})"
        return self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """The daily amount of a substance over everything that was counted, beside the limit for this person.

    `from_products` and `from_taken` name what adds to it: what is to be prescribed, and what is taken already.
    """

    substance: str
    amount: Decimal
    limit: Decimal
    unit: str
    is_complete: bool
    is_up_to: bool = False
    from_products: tuple[str, ...] = ()
    from_taken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One warning. `left` is on the product's side; `key` is the same for the same warning on another day.

    Where several rows speak of the same two things the worst is the finding; `further` holds the others' sources.
    `total` stands with a daily amount over its limit; each product that adds to it has such a finding.
    """

    key: str
    product: Product
    kind: FindingKind
    severity: Severity
    left: Side
    right: Side
    text: str
    source: Source
    reviewed_by: str = ""
    further: tuple[Source, ...] = ()
    total: Total | None = None

    @property
    def must_be_acknowledged(self) -> bool:
        """Whether it may not be passed without a reason."""
        return self.severity == "severe"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoData:
    """A pair for which no source was found or no name was known. Says nothing about harm, either way."""

    product: Product
    right: str
    reason: Literal["no_row", "name_not_known"]
    text: str = NO_DATA


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownName:
    """A name the table does not know, so that nothing could be looked up under it."""

    name: str
    where: Literal["product", "taken", "allergy", "condition"]
    product: Product | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownAmount:
    """A daily total that is not complete: something holds the substance and nobody says how much."""

    substance: str
    held_by: str
    reason: UnknownReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Everything the check has to say: findings, worst first, and as plainly what it could not look at."""

    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Product, ...] = ()
    no_data: tuple[NoData, ...] = ()
    unknown_names: tuple[UnknownName, ...] = ()
    unknown_amounts: tuple[UnknownAmount, ...] = ()
    totals: tuple[Total, ...] = ()
