"""What is known against a prescription: the patient's record and the products, put to the safety check.

Reads the database alone, in a fixed number of queries, and never says that anything is safe.
"""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from betony.clinic.health_record import queries as health_record
from betony.clinic.health_record.models import CodeSystem, Condition
from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import holding, queries, rules
from betony.clinic.prescriptions.models import (
    Acknowledgement,
    Dispensary,
    IngredientIndex,
    Prescription,
    PrescriptionItem,
)
from betony.clinic.prescriptions.rules import PrescriptionState
from betony.clinic.safety import rules as safety
from betony.clinic.safety.rules import servings

# One that was not sent never reached the patient.
_Held = Mapping[tuple[str, str], holding.Holding]
_CURRENT_STATES = (PrescriptionState.WAITING, PrescriptionState.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A product that is, or may be, on the prescription; `key` tells it apart.

    One that is taken in several ways, two capsules in the morning and one in the evening, has the directions of each.
    """

    key: str
    product_id: str
    name: str
    directions: tuple[servings.Directions, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A warning as a page shows it; `digest` stands for exactly what it says."""

    finding: safety.Finding
    digest: str
    acknowledgement: Acknowledgement | None = None

    @property
    def must_be_acknowledged(self) -> bool:
        return self.finding.must_be_acknowledged

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a reason."""
        return self.must_be_acknowledged and self.acknowledgement is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the check said of some products, and what it was told they hold."""

    assessment: safety.Assessment
    warnings: tuple[Warned, ...]
    products: Mapping[str, safety.Product]
    is_still_learning: bool

    @property
    def severe(self) -> list[Warned]:
        return [one for one in self.warnings if one.must_be_acknowledged]

    @property
    def unchecked_keys(self) -> frozenset[str]:
        return frozenset(one.key for one in self.assessment.unchecked)

    def about(self, key: str) -> list[Warned]:
        """Return the warnings of one product."""
        return [one for one in self.warnings if one.finding.product.key == key]


def candidates(items: Iterable[PrescriptionItem]) -> list[Candidate]:
    """Return the products of a prescription, as the check is asked about them: each once, with all its lines."""
    return [
        Candidate(
            key=variant_id,
            product_id=lines[0].product_id,
            name=lines[0].product_name,
            directions=tuple(_directions(one) for one in lines),
        )
        for variant_id, lines in _by_variant(items).items()
    ]


def _by_variant(items: Iterable[PrescriptionItem]) -> dict[str, list[PrescriptionItem]]:
    found: dict[str, list[PrescriptionItem]] = defaultdict(list)
    for one in items:
        found[one.variant_id].append(one)
    return found


def digest_of(finding: safety.Finding) -> str:
    """Return what stands for this warning and all it says; any other words have another digest."""
    said = "\x1f".join((finding.key, finding.severity, str(finding.left), str(finding.right), finding.text))
    return hashlib.sha256(said.encode()).hexdigest()


def check(
    *,
    patient: Patient,
    dispensary: Dispensary,
    products: Sequence[Candidate],
    prescription: Prescription | None,
    today: datetime.date,
) -> Checked:
    """Check the products against the patient's record, earlier prescriptions, and one another.

    `prescription` is the one they stand on: it is not an earlier one, and its acknowledgements count.
    """
    # A draft that changes a prescription stands for it: both are the one that is checked.
    own_ids = [one for one in (prescription.pk, prescription.revises_id) if one] if prescription else []
    earlier = _earlier(patient.pk, but=own_ids, today=today)
    held = _held(dispensary.environment, products, earlier)
    nothing = holding.NOTHING_KNOWN
    asked = [_asked(one, held.get((dispensary.environment, one.product_id), nothing)) for one in products]
    prescribed = [_prescribed(one, held.get((one.environment, one.product_id), nothing)) for one in earlier]
    assessment = safety.check(
        products=asked,
        allergies=_allergies(patient),
        taken=[*_taken(patient), *prescribed],
        conditions=_conditions(patient),
        person=safety.Person(sex=patient.sex, birth_date=patient.date_of_birth),
        today=today,
    )
    known = _acknowledgements(own_ids)
    digests = [(finding, digest_of(finding)) for finding in assessment.findings]
    return Checked(
        assessment=assessment,
        warnings=tuple(
            Warned(finding=finding, digest=digest, acknowledgement=known.get(digest))
            for finding, digest in digests
        ),
        products={one.key: one for one in asked},
        is_still_learning=_is_still_learning(dispensary),
    )


def check_prescription(
    *, prescription: Prescription, items: Iterable[PrescriptionItem], today: datetime.date
) -> Checked:
    """Check a prescription as it stands now."""
    return check(
        patient=prescription.patient,
        dispensary=prescription.dispensary,
        products=candidates(items),
        prescription=prescription,
        today=today,
    )


def _allergies(patient: Patient) -> list[safety.Allergy]:
    rows = health_record.current_allergies(patient.organization_id, patient.pk)
    return [safety.Allergy(substance=row.substance, severity=row.severity) for row in rows]


def _taken(patient: Patient) -> list[safety.Taken]:
    rows = health_record.current_medications(patient.organization_id, patient.pk)
    return [
        safety.Taken(name=row.name, kind="medication" if row.kind == "medication" else "supplement")
        for row in rows
    ]


def _conditions(patient: Patient) -> list[safety.Condition]:
    rows = health_record.current_conditions(patient.organization_id, patient.pk)
    return [safety.Condition(code_or_name=_code_or_name(row), label=row.name) for row in rows]


def _code_or_name(row: Condition) -> str:
    is_icd = row.code_system in (CodeSystem.ICD_10_CM, CodeSystem.ICD_10_CA)
    return row.code if is_icd and row.kind == "condition" else row.name


@dataclass(frozen=True, slots=True, kw_only=True)
class _Earlier:
    """A product of an earlier prescription that may still be taken, and how."""

    environment: str
    product_id: str
    name: str
    directions: tuple[servings.Directions, ...]


def _earlier(patient_id: UUID, *, but: Sequence[UUID], today: datetime.date) -> list[_Earlier]:
    """Return the products of the patient's other prescriptions that may still be taken.

    What several prescribe counts once, as the newest has it, with all its lines there.
    """
    rows = (
        PrescriptionItem.objects.filter(
            ~Q(prescription_id__in=but),
            prescription__patient_id=patient_id,
            prescription__state__in=_CURRENT_STATES,
            prescription__hidden_at=None,
            prescription__written_at__date__gt=today - rules.LONGEST_COURSE,
        )
        .select_related("prescription__dispensary")
        .order_by("-prescription__written_at", "prescription_id", "position", "id")
    )
    current = [
        row
        for row in rows
        if rules.may_still_be_taken(
            written_on=row.prescription.written_at.date(), duration=row.duration, is_refilled=row.refill,
            today=today,
        )
    ]  # fmt: skip
    ids = _product_ids(current)
    return [
        _Earlier(
            environment=lines[0].prescription.dispensary.environment,
            product_id=ids.get(lines[0].pk, ""),
            name=lines[0].product_name,
            directions=tuple(
                _directions(one) for one in lines if one.prescription_id == lines[0].prescription_id
            ),
        )
        for lines in _by_variant(current).values()
    ]


def _product_ids(items: Iterable[PrescriptionItem]) -> dict[UUID, str]:
    """Return the ids of the items' products; where an item has none, by its variant in its own catalogue."""
    found = {one.pk: one.product_id for one in items if one.product_id}
    nameless: dict[str, list[PrescriptionItem]] = defaultdict(list)
    for one in items:
        if not one.product_id:
            nameless[one.prescription.dispensary.environment].append(one)
    for environment, rows in nameless.items():
        known = queries.known_variants(environment, {one.variant_id for one in rows})
        found |= {one.pk: known[one.variant_id].product_id for one in rows if one.variant_id in known}
    return found


def _held(environment: str, products: Sequence[Candidate], earlier: Sequence[_Earlier]) -> _Held:
    """Return what all of them hold, by the catalogue and the id of each: a product of the US is not known in Canada."""
    wanted: dict[str, set[str]] = defaultdict(set)
    wanted[environment] |= {one.product_id for one in products}
    for one in earlier:
        wanted[one.environment].add(one.product_id)
    return {
        (catalogue, product_id): held
        for catalogue, ids in wanted.items()
        for product_id, held in holding.of_products(environment=catalogue, product_ids=ids).items()
    }


def _asked(one: Candidate, held: holding.Holding) -> safety.Product:
    return safety.Product(
        key=one.key,
        name=one.name,
        substances=held.substances or None,
        daily_amounts=held.a_day(one.directions),
    )


def _prescribed(one: _Earlier, held: holding.Holding) -> safety.Taken:
    return safety.Taken(
        name=one.name,
        kind="prescribed",
        substances=held.substances or None,
        daily_amounts=held.a_day(one.directions),
    )


def _directions(row: PrescriptionItem) -> servings.Directions:
    return servings.Directions(
        amount=row.amount, format=row.format, frequency=row.frequency, times_of_day=tuple(row.time_of_day)
    )


def _acknowledgements(own_ids: Sequence[UUID]) -> dict[str, Acknowledgement]:
    """Return what was acknowledged; the first of the ids is the draft's own, and its reasons come first."""
    rows = list(Acknowledgement.objects.filter(prescription_id__in=own_ids))
    rows.sort(key=lambda row: row.prescription_id == own_ids[0])
    return {row.digest: row for row in rows}


def _is_still_learning(dispensary: Dispensary) -> bool:
    """Tell whether the first round of learning ingredients has not come to its end."""
    return not IngredientIndex.objects.filter(dispensary=dispensary, finished_at__isnull=False).exists()
