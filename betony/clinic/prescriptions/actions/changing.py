"""Changing and cancelling what was sent: asked for here, counted once the dispensary has accepted it."""

from collections.abc import Mapping
from uuid import UUID

from django.db import IntegrityError, transaction

from betony.clinic.prescriptions import content, failures, queries, seen
from betony.clinic.prescriptions import events as our_events
from betony.clinic.prescriptions import jobs as our_jobs
from betony.clinic.prescriptions.actions import acknowledging, permits, sharing
from betony.clinic.prescriptions.models import Prescription, PrescriptionChange
from betony.clinic.prescriptions.rules import ChangeKind, ChangeState, PrescriptionState
from betony.kit import clock, events
from betony.kit.actor import Actor
from betony.kit.audit import trail


@transaction.atomic
def begin_change(*, by: Actor, prescription: Prescription) -> Prescription:
    """Begin a draft of how the prescription should be, and return it; the one already begun is gone on with.

    Raises NobodyConnected, NotAllowedAsPractitioner, NotSentYet, IsCancelled, ChangeWaits, PatientCannotBeShared,
    ReachedAnother, UnfinishedDraft.
    """
    locked = _changeable(by, prescription.pk)
    _check_may_get_more(locked)
    mine = Prescription.objects.filter(
        patient_id=locked.patient_id, dispensary_id=locked.dispensary_id, written_by_id=by.membership,
        state=PrescriptionState.DRAFT,
    ).select_for_update(of=("self",))  # fmt: skip
    for draft in mine:
        if draft.revises_id == locked.pk:
            return draft
        raise failures.UnfinishedDraft
    now = content.of_items(locked.items.all())
    draft = Prescription.objects.create(
        organization_id=locked.organization_id, patient_id=locked.patient_id,
        dispensary_id=locked.dispensary_id, state=PrescriptionState.DRAFT, revises=locked,
        revises_content={"message": locked.message, "items": now},
        prescriber=locked.prescriber, prescriber_name=locked.prescriber_name, message=locked.message,
        written_by_id=by.membership, written_by_name=by.name, written_at=clock.now(),
    )  # fmt: skip
    copies = content.as_items(now)
    for one in copies:
        one.organization_id, one.prescription = draft.organization_id, draft
    draft.items.bulk_create(copies)
    trail.record(
        by=by, action="prescriptions.change_begun", subject=draft, patient_ids=[draft.patient_id],
        changes={"revises": [None, locked.pk]},
    )  # fmt: skip
    return draft


def _changeable(by: Actor, prescription_id: UUID) -> Prescription:
    """Return the sent prescription locked, when the user may change it and nothing waits."""
    connection = permits.locked_connection(by)
    rows = Prescription.objects.select_for_update(of=("self",)).select_related(
        "patient", "prescriber", "dispensary"
    )
    locked = rows.get(pk=prescription_id)
    if locked.dispensary_id != connection.dispensary_id:
        raise failures.BelongsElsewhere
    permits.check_prescriber(by, connection, locked.prescriber)
    if locked.state != PrescriptionState.SENT:
        raise failures.NotSentYet if locked.state != PrescriptionState.CANCELLED else failures.IsCancelled
    if locked.changes.filter(state=ChangeState.WAITING).exists():
        raise failures.ChangeWaits
    return locked


def _check_may_get_more(prescription: Prescription) -> None:
    """Pass when whoever has the prescription there is its patient, and may be told more about it.

    Raises ReachedAnother, PatientCannotBeShared.
    """
    sharing.check_consent(prescription.patient)
    if not queries.stands_with_patient(prescription):
        raise failures.ReachedAnother


@transaction.atomic
def save_change(
    *, by: Actor, draft: Prescription, message: str, reasons: Mapping[str, str] | None = None,
    on: seen.Seen | None = None,
) -> PrescriptionChange:  # fmt: skip
    """Hand a change over for sending and return it. The draft is gone; a second click finds that it is.

    Raises what `begin_change` raises, and NotADraft, NothingToSend, NothingChanged, PrescriptionChangedMeanwhile when
    the prescription no longer says what the change was begun upon, and DraftChangedMeanwhile and MustBeAcknowledged
    as for a new one.
    """
    if draft.revises_id is None:
        raise failures.NotADraft
    original = _changeable(by, draft.revises_id)
    _check_may_get_more(original)
    rows = Prescription.objects.select_for_update(of=("self",)).select_related("patient", "dispensary")
    locked = rows.filter(pk=draft.pk, state=PrescriptionState.DRAFT).first()
    if locked is None or locked.revises_content is None:
        raise failures.NotADraft
    if not seen.is_as_seen(locked, on):
        raise failures.DraftChangedMeanwhile
    before = locked.revises_content
    now, wanted = content.of_items(original.items.all()), content.of_items(locked.items.all())
    if not wanted:
        raise failures.NothingToSend
    if original.message != before["message"] or not content.is_same(now, before["items"]):
        raise failures.PrescriptionChangedMeanwhile
    if message == before["message"] and content.is_same(wanted, now):
        raise failures.NothingChanged
    acknowledging.settle(by=by, prescription=locked, reasons=reasons or {})
    change = _ask(by, original, kind=ChangeKind.CHANGE, message=message, items=wanted)
    acknowledging.hand_on(draft=locked, original=original)
    locked.delete()
    return change


@transaction.atomic
def ask_to_cancel(*, by: Actor, prescription: Prescription, version: int, why: str) -> PrescriptionChange:
    """Hand a cancellation over for sending and return it.

    `version` is the one the user saw, with what was ordered by then. Raises what `begin_change` raises, and
    PrescriptionChangedMeanwhile.
    """
    locked = _changeable(by, prescription.pk)
    if locked.version != version:
        raise failures.PrescriptionChangedMeanwhile
    return _ask(by, locked, kind=ChangeKind.CANCEL, message=locked.message, items=content.of_items(locked.items.all()),
                why=why)  # fmt: skip


@transaction.atomic
def take_back(*, by: Actor, prescription: Prescription, why: str) -> None:
    """Have a (locked) prescription that reached the wrong person cancelled there by itself; its author is told.

    It is asked for in the name of who sent it, as nobody presses a button.
    """
    now = content.of_items(prescription.items.all())
    _ask(
        by,
        prescription,
        kind=ChangeKind.CANCEL,
        message=prescription.message,
        items=now,
        why=why,
        is_automatic=True,
    )
    events.publish(
        our_events.PrescriptionTakenBack(
            organization_id=prescription.organization_id, prescription_id=prescription.pk
        )
    )


def _ask(
    by: Actor,
    original: Prescription,
    *,
    kind: str,
    message: str,
    items: list[dict[str, object]],
    why: str = "",
    is_automatic: bool = False,
) -> PrescriptionChange:
    asked_by_id = original.sender_id if is_automatic and original.sender_id else by.membership
    try:
        with transaction.atomic():
            change = PrescriptionChange.objects.create(
                organization_id=original.organization_id, prescription=original, kind=kind, state=ChangeState.WAITING,
                asked_by_id=asked_by_id, asked_by_name="" if is_automatic else by.name,
                asked_at=clock.now(), message=message, items=items, before_message=original.message,
                before_items=content.of_items(original.items.all()),
                before_updated_at=original.remote_updated_at, why=why, is_automatic=is_automatic,
            )  # fmt: skip
    except IntegrityError as error:
        raise failures.ChangeWaits from error
    _move_on(original)
    trail.record(
        by=by, action="prescriptions.change_saved", subject=original, patient_ids=[original.patient_id],
        changes={"change": [None, change.pk], "kind": [None, kind]}, reason=why,
    )  # fmt: skip
    queue_sending(change)
    return change


def _move_on(prescription: Prescription) -> None:
    """Raise the version, and settle what was said of an earlier change that was not sent."""
    prescription.version += 1
    prescription.save(update_fields=["version"])
    events.publish(
        our_events.PrescriptionMovedOn(
            organization_id=prescription.organization_id, prescription_id=prescription.pk
        )
    )


def queue_sending(change: PrescriptionChange) -> None:
    """Have the change sent by a worker; runs for one prescription never overlap."""
    our_jobs.send_change.queue(
        organization_id=change.organization_id,
        change_id=change.pk,
        once_key=f"change:{change.pk}",
        lock=f"send:{change.prescription_id}",
    )


@transaction.atomic
def try_change_again(*, by: Actor, change: PrescriptionChange) -> PrescriptionChange:
    """Send a change that was not sent once more, with the connection of whoever asks.

    Raises what `begin_change` raises, NotWaiting, and NewWarning when something severe came up since.
    """
    original = _changeable(by, change.prescription_id)
    locked = PrescriptionChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    latest = queries.latest_change(locked.prescription_id)
    if locked.state != ChangeState.NOT_SENT or latest is None or latest.pk != locked.pk:
        raise failures.NotWaiting
    if locked.kind == ChangeKind.CHANGE:
        _check_may_get_more(original)
        acknowledging.check_again(prescription=original, items=content.as_items(locked.items))
    before = locked.asked_by_id
    locked.state, locked.reason, locked.asked_by_id, locked.asked_by_name = (
        ChangeState.WAITING, "", by.membership, by.name,
    )  # fmt: skip
    locked.version += 1
    locked.save(update_fields=["state", "reason", "asked_by", "asked_by_name", "version"])
    _move_on(locked.prescription)
    trail.record(
        by=by, action="prescriptions.change_tried_again", subject=locked.prescription,
        patient_ids=[locked.prescription.patient_id],
        changes={"state": [ChangeState.NOT_SENT, ChangeState.WAITING], "asked_by": [before, by.membership]},
    )  # fmt: skip
    queue_sending(locked)
    return locked
