"""Adding, changing and archiving a patient: the record changes, and applications are told of it."""

from uuid import UUID

from django.db import transaction

from betony.dispensary.patients import actions, shapes
from betony.dispensary.patients.models import Patient
from betony.dispensary.patients.rules import PatientValues
from betony.dispensary.webhooks import actions as webhooks
from betony.dispensary.webhooks.rules import PATIENT_CREATED, PATIENT_UPDATED
from betony.kit.actor import Actor


@transaction.atomic
def add_patient(
    *, by: Actor, values: PatientValues, is_welcomed: bool = True, reference: str = ""
) -> Patient:
    """Add a patient; `reference` is the id the asking application knows them by. Raises InvalidPatient."""
    patient = actions.add_patient(by=by, values=values, is_welcomed=is_welcomed)
    if reference and by.kind == "application" and by.id is not None:
        actions.set_reference(by=by, patient=patient, application_id=by.id, value=reference)
    _tell(by, patient, PATIENT_CREATED)
    return patient


@transaction.atomic
def change_patient(
    *, by: Actor, patient_id: UUID, values: PatientValues, reference: str | None = None
) -> Patient:
    """Change a patient; a `reference` of None stays as it is. Raises InvalidPatient and PatientArchived."""
    patient, is_changed = actions.change_patient(by=by, patient_id=patient_id, values=values)
    if reference is not None and by.kind == "application" and by.id is not None:
        actions.set_reference(by=by, patient=patient, application_id=by.id, value=reference)
    if is_changed:
        _tell(by, patient, PATIENT_UPDATED)
    return patient


@transaction.atomic
def archive_patient(*, by: Actor, patient_id: UUID) -> Patient:
    """Take a patient out of use."""
    patient = actions.archive_patient(by=by, patient_id=patient_id)
    _tell(by, patient, PATIENT_UPDATED)
    return patient


@transaction.atomic
def restore_patient(*, by: Actor, patient_id: UUID) -> Patient:
    """Take an archived patient back into use. Raises InvalidPatient when somebody active has the email."""
    patient = actions.restore_patient(by=by, patient_id=patient_id)
    _tell(by, patient, PATIENT_UPDATED)
    return patient


def _tell(by: Actor, patient: Patient, event_type: str) -> None:
    webhooks.record_event(
        by=by, organization_id=patient.organization_id, event_type=event_type, subject_id=patient.pk,
        data={"patient": shapes.in_event(patient, organization=patient.organization)},
    )  # fmt: skip
