"""The only roads from a person and an id to a row of a health record."""

from typing import TypeVar
from uuid import UUID

from betony.clinic.health_record.models import Allergy, Condition, MedicationStatement
from betony.clinic.patients import access as patient_access
from betony.kit.actor import Actor, NotPermitted

Entry = TypeVar("Entry", Allergy, MedicationStatement, Condition)


def allergy(*, by: Actor, patient_id: UUID, entry_id: UUID) -> Allergy:
    """Return one allergy of this patient. Raises NotPermitted for the unknown and the forbidden alike."""
    return _entry(Allergy, by, patient_id, entry_id)


def medication(*, by: Actor, patient_id: UUID, entry_id: UUID) -> MedicationStatement:
    """Return one medication or supplement of this patient. Raises NotPermitted like `allergy`."""
    return _entry(MedicationStatement, by, patient_id, entry_id)


def condition(*, by: Actor, patient_id: UUID, entry_id: UUID) -> Condition:
    """Return one condition of this patient. Raises NotPermitted like `allergy`."""
    return _entry(Condition, by, patient_id, entry_id)


def _entry(model: type[Entry], by: Actor, patient_id: UUID, entry_id: UUID) -> Entry:
    organization_id = patient_access.organization_of(by, needs="health_record.view")
    found = model.objects.filter(organization_id=organization_id, patient_id=patient_id, pk=entry_id).first()
    if found is None:
        raise NotPermitted("health_record.view")
    return found


def entry_for_change(model: type[Entry], *, by: Actor, patient_id: UUID, entry_id: UUID) -> Entry:
    """Return one row locked until the transaction ends. Raises NotPermitted like `allergy`."""
    organization_id = patient_access.organization_of(by, needs="health_record.edit")
    found = (
        model.objects.select_for_update(of=("self",))
        .filter(organization_id=organization_id, patient_id=patient_id, pk=entry_id)
        .first()
    )
    if found is None:
        raise NotPermitted("health_record.edit")
    return found
