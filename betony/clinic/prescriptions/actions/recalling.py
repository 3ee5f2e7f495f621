"""Cancelling, and writing again, what certainly never reached the dispensary.

Nothing goes out: it is cancelled here at once, in the way in which other cancellations are kept.
"""

from django.db import IntegrityError, transaction

from betony.clinic.patients import access as patient_access
from betony.clinic.prescriptions import content, failures, queries, rules
from betony.clinic.prescriptions import events as our_events
from betony.clinic.prescriptions.actions import acknowledging, permits, sharing
from betony.clinic.prescriptions.models import Prescription, PrescriptionChange
from betony.clinic.prescriptions.rules import ChangeKind, ChangeState, PrescriptionState
from betony.kit import clock, events
from betony.kit.actor import Actor
from betony.kit.audit import trail


@transaction.atomic
def cancel(*, by: Actor, prescription: Prescription, why: str) -> Prescription:
    """**Cancel prescription** before it was sent, and return it. A second click changes nothing.

    Raises NotYours, MayHaveArrived, and PrescriptionChangedMeanwhile when it was sent meanwhile.
    """
    locked = _locked(by, prescription)
    if not _is_cancelled_here(locked):
        _check_never_arrived(locked)
        _end(by, locked, why=why)
    return locked


@transaction.atomic
def write_again(*, by: Actor, prescription: Prescription) -> Prescription:
    """**Change** before it was sent: cancel it, and return an ordinary draft that says the same.

    A second click returns the draft of the first. Raises NobodyConnected, BelongsElsewhere, NotYours, MayHaveArrived,
    PatientCannotBeShared, IsCancelled, PrescriptionChangedMeanwhile, and UnfinishedDraft when the user has another
    draft for the patient.
    """
    connection = permits.locked_connection(by)
    patient_access.hold(prescription.patient)
    locked = _locked(by, prescription)
    if locked.dispensary_id != connection.dispensary_id:
        raise failures.BelongsElsewhere
    mine = Prescription.objects.select_for_update(of=("self",)).filter(
        patient_id=locked.patient_id, dispensary_id=locked.dispensary_id, written_by_id=by.membership,
        state=PrescriptionState.DRAFT,
    )  # fmt: skip
    draft = mine.first()
    if _is_cancelled_here(locked):
        if draft is None or not _was_written_again(by, locked):
            raise failures.IsCancelled
        return draft
    _check_never_arrived(locked)
    sharing.check_may_be_known(locked.patient, connection.dispensary)
    if draft is not None:
        raise failures.UnfinishedDraft
    draft = _draft_of(by, locked)
    _end(by, locked, why=rules.WRITTEN_AGAIN)
    return draft


def _locked(by: Actor, prescription: Prescription) -> Prescription:
    """Return the prescription locked, when the user may change and cancel it."""
    by.require("prescriptions.write")
    rows = Prescription.objects.select_for_update(of=("self",)).select_related(
        "patient", "prescriber", "dispensary"
    )
    locked = rows.get(pk=prescription.pk)
    if not queries.may_recall(by, locked):
        raise failures.NotYours
    return locked


def _is_cancelled_here(prescription: Prescription) -> bool:
    return prescription.state == PrescriptionState.CANCELLED and prescription.remote_id is None


def _check_never_arrived(prescription: Prescription) -> None:
    if not prescription.is_unsent:
        raise failures.PrescriptionChangedMeanwhile
    if prescription.may_have_arrived:
        raise failures.MayHaveArrived


def _was_written_again(by: Actor, prescription: Prescription) -> bool:
    return prescription.changes.filter(why=rules.WRITTEN_AGAIN, asked_by_id=by.membership).exists()


def _draft_of(by: Actor, original: Prescription) -> Prescription:
    """Begin a draft that says what the original says; the reasons the user gave for warnings go along."""
    try:
        with transaction.atomic():
            draft = Prescription.objects.create(
                organization_id=original.organization_id, patient=original.patient,
                dispensary=original.dispensary, state=PrescriptionState.DRAFT, message=original.message,
                written_by_id=by.membership, written_by_name=by.name, written_at=clock.now(),
            )  # fmt: skip
    except IntegrityError as error:
        raise failures.UnfinishedDraft from error
    copies = content.as_items(content.of_items(original.items.all()))
    for one in copies:
        one.organization_id, one.prescription = draft.organization_id, draft
    draft.items.bulk_create(copies)
    acknowledging.copy_given(given_by=by.membership, original=original, draft=draft)
    trail.record(
        by=by, action="prescriptions.draft_begun", subject=draft, patient_ids=[draft.patient_id],
        changes={"written_again": [original.pk, draft.pk]},
    )  # fmt: skip
    return draft


def _end(by: Actor, prescription: Prescription, *, why: str) -> None:
    """Cancel the (locked) prescription, keep who did it and why, and settle what was said of it."""
    now, before = clock.now(), prescription.state
    items = content.of_items(prescription.items.all())
    PrescriptionChange.objects.create(
        organization_id=prescription.organization_id, prescription=prescription, kind=ChangeKind.CANCEL,
        state=ChangeState.DONE, asked_by_id=by.membership, asked_by_name=by.name, asked_at=now, done_at=now,
        message=prescription.message, items=items, before_message=prescription.message, before_items=items,
        why=why,
    )  # fmt: skip
    prescription.state, prescription.reason = PrescriptionState.CANCELLED, ""
    prescription.cancelled_at = now
    prescription.version += 1
    prescription.save(update_fields=["state", "reason", "cancelled_at", "version"])
    trail.record(
        by=by, action="prescriptions.prescription_cancelled", subject=prescription,
        patient_ids=[prescription.patient_id], reason=why,
        changes={"state": [before, PrescriptionState.CANCELLED]},
    )  # fmt: skip
    if before == PrescriptionState.NOT_SENT:
        events.publish(
            our_events.PrescriptionMovedOn(
                organization_id=prescription.organization_id, prescription_id=prescription.pk
            )
        )
