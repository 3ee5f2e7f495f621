"""Reading health records. Every query runs in the organization of the transaction.

Callers decide first whether the person may see a health record at all.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from betony.clinic.health_record.models import Allergy, Kind, MedicationStatement, Severity, Status

_WORST_FIRST = Case(
    When(severity=Severity.SEVERE, then=Value(0)),
    When(severity=Severity.MODERATE, then=Value(1)),
    When(severity=Severity.UNKNOWN, then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)


@dataclass(frozen=True, slots=True)
class HealthRecord:
    """A patient's rows: what is current, and what is over or was a mistake."""

    allergies: list[Allergy]
    medications: list[MedicationStatement]
    supplements: list[MedicationStatement]
    past_allergies: list[Allergy]
    past_medications: list[MedicationStatement]


def of_patient(organization_id: UUID, patient_id: UUID) -> HealthRecord:
    """Return the whole record of a patient, in two queries."""
    allergies = list(_allergies(organization_id, patient_id))
    taken = list(
        MedicationStatement.objects.filter(
            organization_id=organization_id, patient_id=patient_id
        ).order_by("name", "id")
    )  # fmt: skip
    current = [one for one in taken if one.status == Status.ACTIVE]
    return HealthRecord(
        allergies=[one for one in allergies if one.status == Status.ACTIVE],
        medications=[one for one in current if one.kind == Kind.MEDICATION],
        supplements=[one for one in current if one.kind == Kind.SUPPLEMENT],
        past_allergies=[one for one in allergies if one.status != Status.ACTIVE],
        past_medications=[one for one in taken if one.status != Status.ACTIVE],
    )


def current_allergies(organization_id: UUID, patient_id: UUID) -> QuerySet[Allergy]:
    """Return the patient's allergies of today, the worst first."""
    return _allergies(organization_id, patient_id).filter(status=Status.ACTIVE)


def current_medications(organization_id: UUID, patient_id: UUID) -> QuerySet[MedicationStatement]:
    """Return what the patient takes today, medications before supplements."""
    return MedicationStatement.objects.filter(
        organization_id=organization_id, patient_id=patient_id, status=Status.ACTIVE
    ).order_by("kind", "name", "id")


def _allergies(organization_id: UUID, patient_id: UUID) -> QuerySet[Allergy]:
    rows = Allergy.objects.filter(organization_id=organization_id, patient_id=patient_id)
    return rows.order_by(_WORST_FIRST, "substance", "id")
