"""The only roads from a person and an id to a patient. Every one writes the reading to the trail."""

from collections.abc import Iterable
from uuid import UUID

from betony.clinic.patients.models import Patient
from betony.kit.actor import Actor, NotPermitted
from betony.kit.audit import trail


def patient(*, by: Actor, patient_id: UUID, action: str, needs: str = "patients.view") -> Patient:
    """Return the patient, and record that `action` (`module.thing_shown`) read them.

    Raises NotPermitted for the unknown and the forbidden alike: views answer both as if nothing were there.
    """
    organization_id = organization_of(by, needs=needs)
    found = (
        Patient.objects.filter(organization_id=organization_id, pk=patient_id)
        .select_related("primary_practitioner__membership__user")
        .first()
    )
    if found is None:
        raise NotPermitted(needs)
    trail.record_read(by=by, action=action, patient_ids=[found.pk], subject=found)
    return found


def patient_for_change(*, by: Actor, patient_id: UUID, needs: str = "patients.edit") -> Patient:
    """Return the patient locked until the transaction ends; the action that asked writes its own event.

    Raises NotPermitted for the unknown and the forbidden alike.
    """
    organization_id = organization_of(by, needs=needs)
    found = (
        Patient.objects.select_for_update(of=("self",))
        .filter(organization_id=organization_id, pk=patient_id)
        .first()
    )
    if found is None:
        raise NotPermitted(needs)
    return found


def record_list(*, by: Actor, action: str, patients: Iterable[Patient]) -> None:
    """Record that a list showed these patients; a list that showed nobody leaves no event."""
    shown = [patient.pk for patient in patients]
    if shown:
        trail.record_read(by=by, action=action, patient_ids=shown)


def organization_of(by: Actor, *, needs: str) -> UUID:
    """Return the organization the actor works for. Raises NotPermitted without one, or without `needs`."""
    by.require(needs)
    if by.organization_id is None:
        raise NotPermitted(needs)
    return by.organization_id
