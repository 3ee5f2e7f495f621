"""Ending changes that wait: given up with a reason, or overtaken by a cancellation."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from betony.clinic.prescriptions import events as our_events
from betony.clinic.prescriptions import rules
from betony.clinic.prescriptions.models import Prescription, PrescriptionChange
from betony.clinic.prescriptions.rules import ChangeKind, ChangeState
from betony.kit import clock, events
from betony.kit.actor import Actor
from betony.kit.audit import trail


@transaction.atomic
def give_up(*, by: Actor, changes: Iterable[PrescriptionChange], reason: str) -> None:
    """Mark locked changes as not sent, and let those who asked know; the prescriptions stay as they are."""
    for change in changes:
        _end(by, change, ChangeState.NOT_SENT, reason)
        events.publish(
            our_events.PrescriptionChangeNotSent(organization_id=change.organization_id, change_id=change.pk)
        )


@transaction.atomic
def note_done(*, by: Actor, change: PrescriptionChange) -> None:
    """Mark a locked change as accepted by the dispensary."""
    _end(by, change, ChangeState.DONE, "")


@transaction.atomic
def note_cancelled(*, by: Actor, prescription: Prescription) -> None:
    """End what waits for a (locked) prescription that is cancelled now: a cancellation is done, a change is void."""
    for change in _waiting().filter(prescription=prescription):
        if change.kind == ChangeKind.CANCEL:
            _end(by, change, ChangeState.DONE, "")
        else:
            give_up(by=by, changes=[change], reason=rules.CANCELLED_THERE)


def waiting_of_member(membership_id: UUID, dispensary_id: UUID) -> list[PrescriptionChange]:
    """Return, locked after their prescriptions, the changes that wait for this user's connection."""
    mine = {"asked_by_id": membership_id, "is_automatic": False}
    found = PrescriptionChange.objects.filter(
        prescription__dispensary_id=dispensary_id, state=ChangeState.WAITING, **mine
    )
    ids = list(found.values_list("prescription_id", flat=True))
    list(Prescription.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    return list(_waiting().filter(prescription_id__in=ids, **mine).order_by("pk"))


def _waiting() -> QuerySet[PrescriptionChange]:
    rows = PrescriptionChange.objects.select_for_update(of=("self",)).filter(state=ChangeState.WAITING)
    return rows.select_related("prescription").order_by("pk")


def _end(by: Actor, change: PrescriptionChange, state: str, reason: str) -> None:
    if not rules.may_change_move(change.state, state):
        return
    before = change.state
    change.state, change.reason = state, reason
    change.done_at = clock.now() if state == ChangeState.DONE else None
    change.version += 1
    change.save(update_fields=["state", "reason", "done_at", "version"])
    trail.record(
        by=by, action="prescriptions.change_ended", subject=change.prescription,
        patient_ids=[change.prescription.patient_id],
        changes={"change": [None, change.pk], "state": [before, state]}, reason=reason,
    )  # fmt: skip
