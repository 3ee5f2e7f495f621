"""The only roads from a person and an id to a patient. Every one writes the reading to the trail."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from betony.clinic.patients.diversion import MergedIntoAnother
from betony.clinic.patients.merging import records
from betony.clinic.patients.models import Patient, PatientMerge
from betony.kit.actor import Actor, NotPermitted
from betony.kit.audit import trail


def patient(
    *,
    by: Actor,
    patient_id: UUID,
    action: str,
    needs: str = "patients.view",
    may_be_merged: bool = False,
) -> Patient:
    """Return the patient, and record that `action` (`module.thing_shown`) read them.

    Raises NotPermitted for the unknown and the forbidden alike: views answer both as if nothing were there.
    Raises MergedIntoAnother for one who was merged, unless that is what the page shows (`may_be_merged`).
    """
    organization_id = organization_of(by, needs=needs)
    found = (
        Patient.objects.filter(organization_id=organization_id, pk=patient_id)
        .select_related("primary_practitioner__membership__user")
        .first()
    )
    if found is None:
        raise NotPermitted(needs)
    if not may_be_merged:
        refuse_merged(found)
    trail.record_read(by=by, action=action, patient_ids=[found.pk], subject=found)
    return found


def two_patients(
    *, by: Actor, patient_ids: tuple[UUID, UUID], action: str, needs: str
) -> tuple[Patient, Patient]:
    """Return two different patients, merged ones too, and record that both were read.

    Raises NotPermitted when either is unknown or forbidden, and when they are one.
    """
    organization_id = organization_of(by, needs=needs)
    rows = Patient.objects.filter(organization_id=organization_id, pk__in=patient_ids)
    found = {one.pk: one for one in rows.select_related("primary_practitioner__membership__user")}
    if len(found) != len(patient_ids):
        raise NotPermitted(needs)
    trail.record_read(by=by, action=action, patient_ids=patient_ids, subject=found[patient_ids[0]])
    return found[patient_ids[0]], found[patient_ids[1]]


def merge(*, by: Actor, kept_id: UUID, merge_id: UUID, is_shown: bool = True) -> PatientMerge:
    """Return a merge by the record that was kept, and record that it was shown. Raises NotPermitted."""
    organization_id = organization_of(by, needs="patients.merge")
    found = (
        PatientMerge.objects.filter(organization_id=organization_id, kept_id=kept_id, pk=merge_id)
        .select_related("kept", "merged", "merged_by__user")
        .first()
    )
    if found is None:
        raise NotPermitted("patients.merge")
    if is_shown:
        trail.record_read(
            by=by, action="patients.merge_shown", patient_ids=[found.kept_id, found.merged_id], subject=found.kept
        )  # fmt: skip
    return found


def patient_for_change(*, by: Actor, patient_id: UUID, needs: str = "patients.edit") -> Patient:
    """Return the patient locked until the transaction ends; the action that asked writes its own event.

    Raises NotPermitted for the unknown and the forbidden alike, MergedIntoAnother for one who was merged.
    """
    found = patients_for_change(by=by, patient_ids=[patient_id], needs=needs)[patient_id]
    refuse_merged(found)
    return found


def patients_for_change(*, by: Actor, patient_ids: Collection[UUID], needs: str) -> dict[UUID, Patient]:
    """Return these patients by id, merged ones too, locked in the order of their keys.

    Raises NotPermitted when any of them is unknown or forbidden.
    """
    organization_id = organization_of(by, needs=needs)
    rows = Patient.objects.select_for_update(of=("self",)).order_by("pk")
    found = {one.pk: one for one in rows.filter(organization_id=organization_id, pk__in=patient_ids)}
    if found.keys() != set(patient_ids):
        raise NotPermitted(needs)
    return found


def hold(patient: Patient) -> None:
    """Keep the record from being merged until the transaction ends; raise MergedIntoAnother when it was."""
    if records.hold(patient.pk) != patient.pk:
        raise MergedIntoAnother(patient.pk)


def refuse_merged(patient: Patient) -> None:
    """Pass when the record stands by itself, else raise MergedIntoAnother."""
    if patient.is_merged:
        raise MergedIntoAnother(patient.pk)


def record_list(*, by: Actor, action: str, patients: Iterable[Patient]) -> None:
    """Record that a list showed these patients; a list that showed nobody leaves no event."""
    shown = [patient.pk for patient in patients]
    if shown:
        trail.record_read(by=by, action=action, patient_ids=shown)


def record_ids(*, by: Actor, action: str, patient_ids: Sequence[UUID]) -> None:
    """Record that these patients were taken out of the clinic's pages, into a file."""
    trail.record_read(by=by, action=action, patient_ids=patient_ids)


def organization_of(by: Actor, *, needs: str) -> UUID:
    """Return the organization the actor works for. Raises NotPermitted without one, or without `needs`."""
    by.require(needs)
    if by.organization_id is None:
        raise NotPermitted(needs)
    return by.organization_id
