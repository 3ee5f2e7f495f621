"""The outbox of changes: what a worker may send now, and what became of it."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from betony.clinic.prescriptions import content, queries, rules
from betony.clinic.prescriptions.actions import changing, receiving, sending, settling_changes
from betony.clinic.prescriptions.dispensary import shapes
from betony.clinic.prescriptions.models import Connection, Prescription, PrescriptionChange
from betony.clinic.prescriptions.rules import ChangeKind, ChangeState
from betony.kit import clock
from betony.kit.actor import Actor
from betony.kit.audit import trail


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A change ready to go. `refusal`: it must not be made any more, unless it has arrived already.

    `people` are those at the dispensary who are the prescription's patient now.
    """

    connection: Connection
    change: PrescriptionChange
    plan_id: str
    people: frozenset[str]
    refusal: str = ""

    @property
    def wanted(self) -> shapes.PlanContent:
        return shapes.PlanContent(
            message=self.change.message, recommendations=content.recommendations(self.change.items)
        )


@transaction.atomic
def begin(*, change_id: UUID) -> Parcel | None:
    """Mark that sending begins, and return what to send; None when there is nothing to send any more.

    What allowed it is looked at again, unless nobody asked: what Betony takes back by itself goes with any live
    connection. Raises sending.NoLongerAllowed and sending.NotNow.
    """
    change = _locked(change_id)
    if change is None:
        return None
    prescription = change.prescription
    was_begun = change.sending_began_at is not None
    refusal = "" if change.is_automatic else _refusal(change)
    if refusal and not was_begun:
        raise sending.NoLongerAllowed(refusal)
    connection = _connection(change)
    if connection is None:
        raise sending.NotNow(rules.WAITS_FOR_CONNECTION)
    if not was_begun:
        PrescriptionChange.objects.filter(pk=change.pk).update(sending_began_at=clock.now())
    people = queries.receiving_links(prescription.patient_id, prescription.dispensary)
    return Parcel(
        connection=connection, change=change, plan_id=str(prescription.remote_id), refusal=refusal,
        people=frozenset(str(one) for one in people.values_list("remote_id", flat=True)),
    )  # fmt: skip


def _refusal(change: PrescriptionChange) -> str:
    """Return why the change must not be made any more; a cancellation tells the dispensary nothing new of anybody."""
    prescription = change.prescription
    refusal = ""
    if change.kind == ChangeKind.CHANGE:
        refusal = queries.refusal_to_share(prescription.patient)
        refusal = refusal or ("" if queries.stands_with_patient(prescription) else rules.REACHED_ANOTHER)
    return refusal or queries.refusal_to_write(change.asked_by, prescription)


def _connection(change: PrescriptionChange) -> Connection | None:
    """Return the live connection of who asked; for what nobody asked for, a colleague's will do."""
    live = Connection.objects.live().filter(dispensary_id=change.prescription.dispensary_id)
    found = list(live.select_related("dispensary").order_by("-connected_at", "-id"))
    own = next((one for one in found if one.membership_id == change.asked_by_id), None)
    return own or (found[0] if found and change.is_automatic else None)


def _locked(change_id: UUID) -> PrescriptionChange | None:
    """Return a change that waits, locked after its prescription."""
    found = PrescriptionChange.objects.filter(pk=change_id)
    list(Prescription.objects.select_for_update().filter(pk__in=found.values("prescription_id")))
    return (
        found.filter(state=ChangeState.WAITING)
        .select_for_update(of=("self",))
        .select_related(
            "prescription__dispensary", "prescription__patient", "prescription__prescriber", "asked_by__user"
        )
        .first()
    )


@transaction.atomic
def note_done(*, by: Actor, change_id: UUID, plan: shapes.Plan) -> None:
    """Note that the dispensary has accepted a change, and make the prescription what it says now.

    Noting it twice changes nothing.
    """
    change = _locked(change_id)
    if change is None:
        return
    settling_changes.note_done(by=by, change=change)
    receiving.renew(by=by, prescription=change.prescription, plan=plan, renewed_by=change.asked_by_name)


@transaction.atomic
def note_waits(*, by: Actor, change_id: UUID, reason: str) -> None:
    """Say why a change still waits."""
    change = _locked(change_id)
    if change is None or change.reason == reason:
        return
    before, change.reason = change.reason, reason
    change.version += 1
    change.save(update_fields=["reason", "version"])
    trail.record(
        by=by, action="prescriptions.change_waits", subject=change.prescription,
        patient_ids=[change.prescription.patient_id], changes={"reason": [before, reason]},
    )  # fmt: skip


@transaction.atomic
def note_not_sent(*, by: Actor, change_id: UUID, reason: str) -> None:
    """Give up on a change, for a reason whoever asked for it can act on; the prescription stays as it is."""
    change = _locked(change_id)
    if change is not None:
        settling_changes.give_up(by=by, changes=[change], reason=reason)


@transaction.atomic
def send_what_waits(*, by: Actor) -> int:
    """Queue again the changes that wait, and return how many."""
    waiting = list(
        PrescriptionChange.objects.filter(
            organization_id=by.organization, state=ChangeState.WAITING
        ).order_by("pk")
    )
    for change in waiting:
        changing.queue_sending(change)
    return len(waiting)
