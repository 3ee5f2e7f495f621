"""Reading health records. Every query runs in the organization of the transaction.

Callers decide first whether the person may see a health record at all.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from betony.clinic.health_record.models import (
    Allergy,
    Condition,
    ConditionKind,
    Kind,
    MedicationStatement,
    Severity,
    Status,
)

_WORST_FIRST = Case(
    When(severity=Severity.SEVERE, then=Value(0)),
    When(severity=Severity.MODERATE, then=Value(1)),
    When(severity=Severity.UNKNOWN, then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)

_STATES_FIRST = Case(
    When(kind=ConditionKind.PREGNANCY, then=Value(0)),
    When(kind=ConditionKind.BREASTFEEDING, then=Value(1)),
    default=Value(2),
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
    conditions: list[Condition]
    past_conditions: list[Condition]

    @property
    def states(self) -> list[Condition]:
        """The pregnancy and the breastfeeding of today."""
        return [one for one in self.conditions if one.kind != ConditionKind.CONDITION]

    @property
    def is_pregnant(self) -> bool:
        """Whether a pregnancy is recorded as current."""
        return any(one.kind == ConditionKind.PREGNANCY for one in self.conditions)

    @property
    def is_breastfeeding(self) -> bool:
        """Whether breastfeeding is recorded as current."""
        return any(one.kind == ConditionKind.BREASTFEEDING for one in self.conditions)


def of_patient(organization_id: UUID, patient_id: UUID) -> HealthRecord:
    """Return the whole record of a patient, in three queries."""
    allergies = list(_allergies(organization_id, patient_id))
    taken = list(
        MedicationStatement.objects.filter(
            organization_id=organization_id, patient_id=patient_id
        ).order_by("name", "id")
    )  # fmt: skip
    conditions = list(_conditions(organization_id, patient_id))
    current = [one for one in taken if one.status == Status.ACTIVE]
    return HealthRecord(
        allergies=[one for one in allergies if one.status == Status.ACTIVE],
        medications=[one for one in current if one.kind == Kind.MEDICATION],
        supplements=[one for one in current if one.kind == Kind.SUPPLEMENT],
        past_allergies=[one for one in allergies if one.status != Status.ACTIVE],
        past_medications=[one for one in taken if one.status != Status.ACTIVE],
        conditions=[one for one in conditions if one.status == Status.ACTIVE],
        past_conditions=[one for one in conditions if one.status != Status.ACTIVE],
    )


def current_allergies(organization_id: UUID, patient_id: UUID) -> QuerySet[Allergy]:
    """Return the patient's allergies of today, the worst first."""
    return _allergies(organization_id, patient_id).filter(status=Status.ACTIVE)


def current_medications(organization_id: UUID, patient_id: UUID) -> QuerySet[MedicationStatement]:
    """Return what the patient takes today, medications before supplements."""
    return MedicationStatement.objects.filter(
        organization_id=organization_id, patient_id=patient_id, status=Status.ACTIVE
    ).order_by("kind", "name", "id")


def current_conditions(organization_id: UUID, patient_id: UUID) -> QuerySet[Condition]:
    """Return what the patient has today; pregnancy and breastfeeding stand first."""
    return _conditions(organization_id, patient_id).filter(status=Status.ACTIVE)


def current_states(organization_id: UUID, patient_id: UUID) -> QuerySet[Condition]:
    """Return the pregnancy and the breastfeeding of today: what a banner shows."""
    return current_conditions(organization_id, patient_id).exclude(kind=ConditionKind.CONDITION)


def _conditions(organization_id: UUID, patient_id: UUID) -> QuerySet[Condition]:
    rows = Condition.objects.filter(organization_id=organization_id, patient_id=patient_id)
    return rows.order_by(_STATES_FIRST, "name", "id")


def _allergies(organization_id: UUID, patient_id: UUID) -> QuerySet[Allergy]:
    rows = Allergy.objects.filter(organization_id=organization_id, patient_id=patient_id)
    return rows.order_by(_WORST_FIRST, "substance", "id")
