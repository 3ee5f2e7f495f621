"""The only roads from a person or program and an id to a patient. Unknown and foreign look the same."""

from uuid import UUID

from betony.dispensary.patients.models import Patient, PatientQuerySet
from betony.kit.actor import Actor, NotPermitted


def patients(*, by: Actor) -> PatientQuerySet:
    """Every patient of the actor's own dispensary, archived ones too. Raises NotPermitted without one."""
    if by.organization_id is None or by.kind not in ("staff", "application", "system"):
        raise NotPermitted("patients")
    return Patient.objects.for_organization(by.organization_id)


def patient(*, by: Actor, patient_id: UUID) -> Patient:
    """The patient of this id. Raises NotPermitted."""
    return _known(patients(by=by).select_related("organization").filter(pk=patient_id).first())


def patient_by_number(*, by: Actor, number: int) -> Patient:
    """The patient of this number. Raises NotPermitted."""
    return _known(patients(by=by).select_related("organization").filter(number=number).first())


def own_record(*, by: Actor) -> Patient:
    """The patient who is signed in at the shop. Raises NotPermitted for everybody else."""
    if by.kind != "patient" or by.organization_id is None or by.id is None:
        raise NotPermitted("patients")
    rows = Patient.objects.for_organization(by.organization_id).active()
    return _known(rows.select_related("organization").filter(pk=by.id).first())


def _known(found: Patient | None) -> Patient:
    if found is None:
        raise NotPermitted("patient")
    return found
