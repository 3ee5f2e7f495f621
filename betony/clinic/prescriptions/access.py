"""The only roads from a user and an id to a record of this module. Unknown and forbidden look the same."""

from collections.abc import Iterable
from typing import Literal
from uuid import UUID

from django.http import Http404

from betony.clinic.patients import access as patient_access
from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions.models import (
    DispensaryPractitioner,
    LinkCandidate,
    PatientLink,
    Prescription,
    PrescriptionChange,
    PrescriptionItem,
)
from betony.clinic.prescriptions.rules import PrescriptionState
from betony.kit.actor import Actor
from betony.kit.audit import trail

# What a page shows of a patient, by its name in the trail, and which of it draws itself again by itself.
Part = Literal[
    "writer", "connection", "history", "link", "draft", "warnings", "check", "outcome", "unlinking", "email"
]
ASKS_AGAIN: frozenset[Part] = frozenset({"history", "link", "draft", "check", "outcome"})


def patient(*, by: Actor, patient_id: UUID) -> Patient:
    """Return a patient of the actor's organization; the page notes what it shows of them (`note_read`).

    Raises Http404, and MergedIntoAnother for one who was merged.
    """
    found = Patient.objects.filter(organization_id=by.organization, pk=patient_id).first()
    if found is None:
        raise Http404
    patient_access.refuse_merged(found)
    return found


# Who opens the writer: to write, or to see the history and check out. Everybody may connect (story 2.8).
HAVE_WRITER = ("prescriptions.write", "prescriptions.in_office_checkout")


def has_writer(by: Actor) -> bool:
    """Tell whether the actor opens the writer; who does not sees their connection instead."""
    return any(by.may(permission) for permission in HAVE_WRITER)


def prescription(*, by: Actor, prescription_id: UUID) -> Prescription:
    """Return a prescription the actor may see, and note that it was read; or raise Http404."""
    by.require("prescriptions.history")
    found = (
        Prescription.objects.select_related("patient", "dispensary", "prescriber")
        .prefetch_related("items", "changes")
        .filter(organization_id=by.organization, pk=prescription_id)
        .first()
    )
    if found is None or is_anothers_draft(by, found):
        raise Http404
    trail.record_read(
        by=by, action="prescriptions.prescription_shown", subject=found, patient_ids=[found.patient_id]
    )
    return found


def own_draft(*, by: Actor, prescription_id: UUID) -> Prescription:
    """Return a prescription the actor is writing, or raise Http404."""
    by.require("prescriptions.write")
    found = Prescription.objects.filter(
        organization_id=by.organization, pk=prescription_id, written_by_id=by.membership
    ).first()
    if found is None:
        raise Http404
    return found


def draft_item(*, by: Actor, item_id: UUID) -> PrescriptionItem:
    """Return a product of a prescription the actor is writing, or raise Http404."""
    by.require("prescriptions.write")
    found = (
        PrescriptionItem.objects.select_related("prescription")
        .filter(organization_id=by.organization, pk=item_id, prescription__written_by_id=by.membership)
        .first()
    )
    if found is None:
        raise Http404
    return found


def link(*, by: Actor, link_id: UUID) -> PatientLink:
    """Return a patient's link, also one that was undone, or raise Http404."""
    found = (
        PatientLink.objects.select_related("patient", "dispensary")
        .filter(organization_id=by.organization, pk=link_id, patient__merged_into=None)
        .first()
    )
    if found is None:
        raise Http404
    return found


def candidate(*, by: Actor, candidate_id: UUID) -> LinkCandidate:
    """Return somebody at the dispensary whom a question is about, or raise Http404."""
    found = (
        LinkCandidate.objects.select_related("link__patient", "link__dispensary")
        .filter(organization_id=by.organization, pk=candidate_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def note_read(*, by: Actor, part: Part, patient: Patient, named: Iterable[UUID] = ()) -> None:
    """Note that this part of a page was shown, with whoever is named on it besides the patient.

    `warnings`, and their `check` while directions are typed, tell of the patient's health record. A part that draws
    itself again leaves one event for some minutes.
    """
    record = trail.record_repeated_read if part in ASKS_AGAIN else trail.record_read
    ids = sorted({patient.pk, *named})
    record(by=by, action=f"prescriptions.{part}_shown", subject=patient, patient_ids=ids)


def note_questions_read(*, by: Actor, links: Iterable[PatientLink], named: Iterable[UUID]) -> None:
    """Note that these patients were shown beside the people at the dispensary, with those whom these are linked to.

    Without any there is no event.
    """
    ids = sorted({*(one.patient_id for one in links), *named})
    if ids:
        trail.record_read(by=by, action="prescriptions.questions_shown", patient_ids=ids)


def practitioner(*, by: Actor, practitioner_id: UUID) -> DispensaryPractitioner:
    """Return a practitioner of the organization's dispensary, or raise Http404."""
    found = DispensaryPractitioner.objects.filter(
        organization_id=by.organization, pk=practitioner_id, dispensary__ended_at=None
    ).first()
    if found is None:
        raise Http404
    return found


def note_waiting_read(
    *, by: Actor, waiting: Iterable[Prescription | PatientLink], more: Iterable[UUID] = ()
) -> None:
    """Note that the names of patients for whom something waits were shown; without any there is no event."""
    ids = sorted({one.patient_id for one in waiting} | set(more))
    if ids:
        trail.record_read(by=by, action="prescriptions.waiting_shown", patient_ids=ids)


def prescription_state(*, by: Actor, prescription_id: UUID) -> Prescription:
    """Return a prescription for saying how it stands, without its products, which the page notes (`note_read`).

    Raises Http404, also for a draft of somebody else's.
    """
    by.require("prescriptions.history")
    found = (
        Prescription.objects.select_related("patient", "dispensary")
        .prefetch_related("changes")
        .filter(organization_id=by.organization, pk=prescription_id)
        .first()
    )
    if found is None or is_anothers_draft(by, found):
        raise Http404
    return found


def is_anothers_draft(by: Actor, found: Prescription) -> bool:
    """Tell whether it is what a colleague has not finished writing, which is theirs alone."""
    return found.state == PrescriptionState.DRAFT and found.written_by_id != by.membership_id


def change(*, by: Actor, change_id: UUID) -> PrescriptionChange:
    """Return a change of a prescription for saying how it stands, which the page notes; or raise Http404."""
    by.require("prescriptions.history")
    found = (
        PrescriptionChange.objects.select_related("prescription__patient")
        .filter(organization_id=by.organization, pk=change_id, prescription__hidden_at=None)
        .first()
    )
    if found is None:
        raise Http404
    return found
