"""The outbox: what a worker may send now, and what became of it."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from betony.clinic.patients.merging import records
from betony.clinic.prescriptions import events as our_events
from betony.clinic.prescriptions import queries, rules
from betony.clinic.prescriptions.actions import linking, orders, receiving, writing
from betony.clinic.prescriptions.dispensary import shapes
from betony.clinic.prescriptions.models import (
    Connection,
    Dispensary,
    PatientLink,
    Prescription,
    PrescriptionItem,
)
from betony.clinic.prescriptions.rules import LinkState, PrescriptionState
from betony.kit import clock, events
from betony.kit.actor import Actor
from betony.kit.audit import trail


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A prescription ready to go: the connection to use, and whether an earlier try may have arrived.

    With a `refusal` it must not be sent (any more), and with `waits_for` not now; both are looked up all the
    same, because an earlier try may have arrived.
    """

    connection: Connection
    plan: shapes.NewPlan
    was_begun: bool
    refusal: str = ""
    waits_for: str = ""


class NotNow(Exception):
    """It cannot be sent until something else happens, which queues it again.

    `reason` is one of the WAITS_FOR words.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoLongerAllowed(Exception):
    """It must not be sent: who saved it may no longer write for its prescriber.

    `reason` is one of the words of `rules.REFUSALS`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def begin(*, prescription_id: UUID) -> Parcel | None:
    """Mark that sending begins, and return what to send; None when there is nothing to send any more.

    What allowed it when it was saved is looked at again. Raises NoLongerAllowed when that has ended, and
    NotNow when the author is not connected, the patient is not linked yet, or the patient's email was
    changed here and nobody has said what becomes of the dispensary's.
    """
    link = _held_link(prescription_id)
    prescription = (
        Prescription.objects.select_for_update(of=("self",))
        .select_related("dispensary", "prescriber", "sender__user", "patient")
        .filter(pk=prescription_id, state=PrescriptionState.WAITING)
        .first()
    )
    if prescription is None:
        return None
    was_begun = prescription.sending_began_at is not None
    refusal = queries.refusal_to_send(prescription)
    if refusal and not was_begun:
        raise NoLongerAllowed(refusal)
    connection = _connection(prescription)
    if connection is None:
        raise NotNow(rules.WAITS_FOR_CONNECTION)
    waits_for = _waits_for(prescription, link)
    if waits_for and not was_begun:
        raise NotNow(waits_for)
    if not was_begun:
        prescription.sending_began_at = clock.now()
        prescription.is_without_mail = prescription.patient.refuses_email
        prescription.save(update_fields=["sending_began_at", "is_without_mail"])
    plan = _new_plan(prescription, to=str(link.remote_id) if link else "")
    return Parcel(connection=connection, plan=plan, was_begun=was_begun, refusal=refusal, waits_for=waits_for)


def _held_link(prescription_id: UUID) -> PatientLink | None:
    """Return the link of a prescription's patient for writing, locked before the prescription is.

    So either unlinking comes first, and nothing is sent, or it finds the prescription on its way. The patient
    is held, too: no merge moves the prescription away from the link.
    """
    held: UUID | None = None
    rows = Prescription.objects.filter(pk=prescription_id, state=PrescriptionState.WAITING)
    while (found := rows.values("patient_id", "dispensary_id").first()) and found["patient_id"] != held:
        held = found["patient_id"]
        records.hold(found["patient_id"])
    if found is None or held is None:
        return None
    links = PatientLink.objects.for_writing().select_for_update(of=("self",), no_key=True)
    return links.filter(dispensary_id=found["dispensary_id"], patient_id=held).first()


def _waits_for(prescription: Prescription, link: PatientLink | None) -> str:
    """Return what must happen before it may go to the patient there, as one of the WAITS_FOR words, or ""."""
    if link is None or link.remote_id is None or link.state != LinkState.LINKED:
        return rules.WAITS_FOR_LINK
    is_asked = queries.email_standing(link, prescription.patient) == "changed_here"
    return rules.WAITS_FOR_EMAIL if is_asked or link.email_update_asked_at is not None else ""


def _new_plan(prescription: Prescription, *, to: str) -> shapes.NewPlan:
    assert prescription.prescriber is not None  # noqa: S101  (saving sets it)
    return shapes.NewPlan(
        patient_id=to,
        practitioner_id=prescription.prescriber.remote_id,
        message=prescription.message,
        metadata_id=str(prescription.pk),
        is_mailed=not prescription.patient.refuses_email,
        recommendations=tuple(
            _recommendation(item) for item in prescription.items.order_by("position", "pk")
        ),
    )


def _connection(prescription: Prescription) -> Connection | None:
    """Return the sender's connection to the prescription's own dispensary, if it is live."""
    if prescription.sender_id is None:
        return None
    return (
        Connection.objects.live()
        .select_related("dispensary")
        .filter(membership_id=prescription.sender_id, dispensary_id=prescription.dispensary_id)
        .first()
    )


def _recommendation(item: PrescriptionItem) -> shapes.Recommendation:
    return shapes.Recommendation(
        variant_id=item.variant_id,
        quantity=item.quantity,
        refill=item.refill,
        take_with=item.take_with,
        dosage=shapes.Dosage(
            amount=item.amount, frequency=item.frequency, duration=item.duration, format=item.format,
            time_of_day=tuple(item.time_of_day), additional_info=item.additional_info,
        ),
    )  # fmt: skip


@transaction.atomic
def note_sent(
    *, by: Actor, prescription_id: UUID, plan: shapes.Plan, is_without_mail: bool | None = None
) -> None:
    """Note that the dispensary has the prescription, or that it was cancelled there by now.

    `is_without_mail`: whether the call that made it asked for no mail; None when an earlier one made it. One that
    reached somebody the patient was unlinked from meanwhile is taken back. Noting it twice changes nothing.
    """
    of = Prescription.objects.select_related("dispensary").get(pk=prescription_id)
    link = linking.locked_by_remote(of.dispensary, plan.patient_id)
    rows = Prescription.objects.select_for_update(of=("self",)).select_related("patient")
    prescription = rows.get(pk=prescription_id)
    state = PrescriptionState.CANCELLED if plan.is_cancelled else PrescriptionState.SENT
    before = prescription.state
    if prescription.remote_id is not None or not rules.may_move(before, state):
        return
    prescription.state = state
    prescription.cancelled_at = plan.updated_at if state == PrescriptionState.CANCELLED else None
    prescription.remote_id = plan.id
    prescription.remote_patient_id = plan.patient_id
    prescription.remote_updated_at = plan.updated_at
    prescription.sent_at = clock.now()
    prescription.sent_to_email = receiving.went_to(prescription, plan)
    prescription.reason = ""
    if is_without_mail is not None:
        prescription.is_without_mail = is_without_mail
    prescription.version += 1
    prescription.save()
    orders.note_orders(prescription)
    receiving.note_arrived(
        by=by, prescription=prescription, before=before,
        changes={"state": [before, state], "remote_id": [None, plan.id]},
    )  # fmt: skip
    receiving.take_back_if_cancelled(by=by, prescription=prescription, before=before)
    if receiving.is_astray(prescription, link):
        receiving.take_back_if_sent(by=by, prescription=prescription)


@transaction.atomic
def note_waits(*, by: Actor, prescription_id: UUID, reason: str, never_arrived: bool = False) -> None:
    """Say why a prescription still waits. `never_arrived`: whatever was tried, it is certainly not there."""
    prescription = _locked_waiting(prescription_id, never_arrived=never_arrived)
    if prescription is None or prescription.reason == reason:
        return
    before = prescription.reason
    prescription.reason = reason
    prescription.version += 1
    prescription.save(update_fields=["reason", "version"])
    trail.record(
        by=by, action="prescriptions.prescription_waits", subject=prescription,
        patient_ids=[prescription.patient_id], changes={"reason": [before, reason]},
    )  # fmt: skip


def _locked_waiting(prescription_id: UUID, *, never_arrived: bool) -> Prescription | None:
    """Return a prescription that waits, locked; what never arrived counts as never begun."""
    rows = Prescription.objects.select_for_update().filter(
        pk=prescription_id, state=PrescriptionState.WAITING
    )
    prescription = rows.first()
    if prescription is not None and never_arrived and prescription.sending_began_at is not None:
        prescription.sending_began_at = None
        prescription.save(update_fields=["sending_began_at"])
    return prescription


@transaction.atomic
def note_not_sent(*, by: Actor, prescription_id: UUID, reason: str, never_arrived: bool = False) -> None:
    """Give up on a prescription, for a reason its author can act on. `never_arrived`: as for `note_waits`."""
    prescription = _locked_waiting(prescription_id, never_arrived=never_arrived)
    if prescription is None:
        return
    prescription.state, prescription.reason = PrescriptionState.NOT_SENT, reason
    prescription.version += 1
    prescription.save(update_fields=["state", "reason", "version"])
    trail.record(
        by=by, action="prescriptions.prescription_not_sent", subject=prescription,
        patient_ids=[prescription.patient_id], reason=reason,
        changes={"state": [PrescriptionState.WAITING, PrescriptionState.NOT_SENT]},
    )  # fmt: skip
    events.publish(
        our_events.PrescriptionNotSent(
            organization_id=prescription.organization_id, prescription_id=prescription.pk
        )
    )


@transaction.atomic
def give_up_on_patient(*, by: Actor, patient_id: UUID, dispensary: Dispensary, reason: str) -> None:
    """Mark as not sent what waits for a patient who cannot be set up at the dispensary."""
    waiting = Prescription.objects.filter(
        patient_id=patient_id, dispensary=dispensary, state=PrescriptionState.WAITING
    ).order_by("pk")
    for prescription_id in list(waiting.values_list("pk", flat=True)):
        note_not_sent(by=by, prescription_id=prescription_id, reason=reason)


@transaction.atomic
def send_what_waits(*, by: Actor, patient_id: UUID | None = None) -> int:
    """Queue again what waits, of one patient or of all, and return how many.

    Whatever it waits for: a run that is under way may be about to say so. One that has nothing to do does nothing.
    """
    rows = Prescription.objects.filter(organization_id=by.organization, state=PrescriptionState.WAITING)
    if patient_id is not None:
        rows = rows.filter(patient_id=patient_id)
    waiting = list(rows.order_by("pk"))
    for prescription in waiting:
        writing.queue_sending(prescription)
    return len(waiting)
