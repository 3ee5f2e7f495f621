"""Writing a prescription: the draft, its products, saving it, and trying again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from django.db import IntegrityError, transaction

from betony.clinic.patients import access as patient_access
from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import events as our_events
from betony.clinic.prescriptions import failures, queries, rules, seen
from betony.clinic.prescriptions import jobs as our_jobs
from betony.clinic.prescriptions.actions import acknowledging, linking, permits, sharing
from betony.clinic.prescriptions.models import (
    Connection,
    Prescription,
    PrescriptionItem,
)
from betony.clinic.prescriptions.rules import PrescriptionState
from betony.kit import clock, events
from betony.kit.actor import Actor
from betony.kit.audit import trail

# The public API names no limit; Betony's own dispensary takes as many.
MOST_ITEMS = 500
_NO_REASONS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """The product chosen, as the dispensary described it just now."""

    product_id: str
    variant_id: str
    product_name: str
    brand_name: str
    size: str
    price: Decimal | None
    currency: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """How it is to be taken, and how much is bought."""

    amount: str = ""
    frequency: str = ""
    duration: str = ""
    format: str = ""
    time_of_day: tuple[str, ...] = ()
    take_with: str = ""
    additional_info: str = ""
    quantity: int = 1
    refill: bool = False


def _connection(by: Actor) -> Connection:
    by.require("prescriptions.write")
    connection = queries.connection_of(by)
    if connection is None:
        raise failures.NobodyConnected
    return connection


@transaction.atomic
def add_product(*, by: Actor, patient: Patient, product: Product, directions: Directions) -> PrescriptionItem:
    """Put a product on the user's draft for this patient, beginning one when there is none.

    Raises NobodyConnected, PatientCannotBeShared, CannotBeOrdered, AlreadyOnPrescription, TooManyProducts.
    """
    connection = _connection(by)
    sharing.check_may_be_known(patient, connection.dispensary)
    if product.status not in rules.CAN_BE_ORDERED:
        raise failures.CannotBeOrdered
    draft = _draft(by, patient, connection)
    last = draft.items.order_by("-position").first()
    if draft.items.count() >= MOST_ITEMS:
        raise failures.TooManyProducts(most=MOST_ITEMS)
    if draft.items.filter(variant_id=product.variant_id).exists():
        raise failures.AlreadyOnPrescription
    values = asdict(product) | asdict(directions)
    del values["status"]
    values["time_of_day"] = list(directions.time_of_day)
    try:
        with transaction.atomic():
            item = PrescriptionItem.objects.create(
                organization_id=draft.organization_id,
                prescription=draft,
                position=last.position + 1 if last else 1,
                **values,
            )
    except IntegrityError as error:
        raise failures.AlreadyOnPrescription from error
    _touch(by, draft, "prescriptions.product_added", {"variant_id": [None, product.variant_id]})
    return item


def _draft(by: Actor, patient: Patient, connection: Connection) -> Prescription:
    """Return the user's draft for the patient, locked; begin one when there is none."""
    patient_access.hold(patient)
    mine = Prescription.objects.select_for_update().filter(
        patient=patient,
        dispensary_id=connection.dispensary_id,
        written_by_id=by.membership,
        state=PrescriptionState.DRAFT,
    )
    draft = mine.first()
    if draft is not None:
        return draft
    try:
        with transaction.atomic():
            draft = Prescription.objects.create(
                organization_id=patient.organization_id,
                patient=patient,
                dispensary_id=connection.dispensary_id,
                state=PrescriptionState.DRAFT,
                written_by_id=by.membership,
                written_by_name=by.name,
                written_at=clock.now(),
            )
    except IntegrityError:
        return mine.get()
    trail.record(by=by, action="prescriptions.draft_begun", subject=draft, patient_ids=[patient.pk])
    return draft


def _locked_draft(prescription_id: UUID) -> Prescription:
    """Return the prescription locked; raise NotADraft when it is one no more."""
    draft = (
        Prescription.objects.select_for_update()
        .filter(pk=prescription_id, state=PrescriptionState.DRAFT)
        .first()
    )
    if draft is None:
        raise failures.NotADraft
    return draft


def _locked_item(item: PrescriptionItem) -> PrescriptionItem:
    """Return the product as it is now; raise ChangedMeanwhile when it was taken off."""
    now = PrescriptionItem.objects.select_for_update().filter(pk=item.pk).first()
    if now is None:
        raise failures.ChangedMeanwhile
    return now


def _touch(by: Actor, draft: Prescription, action: str, changes: Mapping[str, object]) -> None:
    draft.version += 1
    draft.save(update_fields=["version"])
    trail.record(by=by, action=action, subject=draft, patient_ids=[draft.patient_id], changes=changes)


def directions_of(item: PrescriptionItem) -> Directions:
    """Return how a product of a draft is to be taken, as it stands."""
    values = {one.name: getattr(item, one.name) for one in fields(Directions)}
    return Directions(**(values | {"time_of_day": tuple(item.time_of_day)}))


@transaction.atomic
def change_product(
    *, by: Actor, item: PrescriptionItem, directions: Directions, seen_mark: str = ""
) -> PrescriptionItem:
    """Change how a product on a draft is taken. `seen_mark` stands for the directions that were seen before.

    Raises NotADraft, ChangedMeanwhile when it was taken off, DraftChangedMeanwhile when another tab has changed
    them since.
    """
    draft = _locked_draft(item.prescription_id)
    item = _locked_item(item)
    before = directions_of(item)
    if seen_mark and before != directions and seen.mark(before) != seen_mark:
        raise failures.DraftChangedMeanwhile
    values = asdict(directions)
    values["time_of_day"] = list(directions.time_of_day)
    changes = trail.changed_fields(item, values)
    for name, value in values.items():
        setattr(item, name, value)
    item.save(update_fields=list(values))
    _touch(by, draft, "prescriptions.product_changed", changes)
    return item


@transaction.atomic
def remove_product(*, by: Actor, item: PrescriptionItem) -> Prescription:
    """Take a product off a draft and return the draft; raise NotADraft. A second click changes nothing."""
    draft = _locked_draft(item.prescription_id)
    taken_off, _ = PrescriptionItem.objects.filter(pk=item.pk).delete()
    if taken_off:
        _touch(by, draft, "prescriptions.product_removed", {"variant_id": [item.variant_id, None]})
    return draft


@transaction.atomic
def move_product(*, by: Actor, item: PrescriptionItem, direction: Literal["up", "down"]) -> Prescription:
    """Change places with the neighbour above or below and return the draft.

    Raises NotADraft, and ChangedMeanwhile for a product that is not on it any more.
    """
    draft = _locked_draft(item.prescription_id)
    items = list(draft.items.order_by("position", "pk"))
    place = next((index for index, one in enumerate(items) if one.pk == item.pk), None)
    if place is None:
        raise failures.ChangedMeanwhile
    other = place - 1 if direction == "up" else place + 1
    if 0 <= other < len(items):
        items[place], items[other] = items[other], items[place]
        for position, one in enumerate(items, start=1):
            one.position = position
        PrescriptionItem.objects.bulk_update(items, ["position"])
        _touch(by, draft, "prescriptions.product_moved", {"position": [place + 1, other + 1]})
    return draft


@transaction.atomic
def write_message(
    *, by: Actor, prescription: Prescription, message: str, on: seen.Seen | None = None
) -> seen.Kept:
    """Keep the message to the patient as it is typed `on` a page that shows so much of the draft.

    Raises NotADraft, TypedElsewhere when another tab has typed another message since.
    """
    draft = _locked_draft(prescription.pk)
    is_as_seen = seen.is_as_seen(draft, on)
    if draft.message != message:
        if on is not None and draft.message != on.message:
            raise failures.TypedElsewhere(theirs=draft.message)
        draft.message = message
        draft.save(update_fields=["message"])
        _touch(by, draft, "prescriptions.message_written", {})
    return seen.Kept(draft=draft, is_as_seen=is_as_seen)


@transaction.atomic
def save_prescription(
    *, by: Actor, prescription: Prescription, message: str, reasons: Mapping[str, str] = _NO_REASONS,
    on: seen.Seen | None = None,
) -> Prescription:  # fmt: skip
    """Hand the prescription over for sending and return it, waiting. A second click changes nothing.

    It is checked once more as the patient stands now; `reasons` are those for severe warnings, by digest.
    Raises NobodyConnected, NotAllowedAsPractitioner, PatientCannotBeShared, NothingToSend, NotADraft,
    MustBeAcknowledged, ReasonTooLong, DraftChangedMeanwhile when it is not what was seen, and BelongsElsewhere when
    the clinic has gone over to another dispensary since.
    """
    connection = permits.locked_connection(by)
    locked = _locked(prescription.pk)
    if locked.state in (PrescriptionState.WAITING, PrescriptionState.SENT):
        return locked
    _check_may_be_saved(by, locked, connection, on)
    acknowledging.settle(by=by, prescription=locked, reasons=reasons)
    linking.ask_for_link(by=by, patient=locked.patient, dispensary=connection.dispensary)
    now = clock.now()
    locked.state = PrescriptionState.WAITING
    locked.message = message
    locked.sender_id = by.membership
    locked.prescriber = chosen = connection.writes_as
    locked.prescriber_name = chosen.full_name if chosen else ""
    locked.written_at = locked.saved_at = now
    locked.version += 1
    locked.save()
    trail.record(
        by=by, action="prescriptions.prescription_saved", subject=locked, patient_ids=[locked.patient_id],
        changes={
            "state": [PrescriptionState.DRAFT, PrescriptionState.WAITING],
            "products": [None, locked.items.count()],
        },
    )  # fmt: skip
    queue_sending(locked)
    return locked


def _check_may_be_saved(by: Actor, draft: Prescription, connection: Connection, on: seen.Seen | None) -> None:
    """Pass when the draft, with what a page showed of it, may be handed over with this connection."""
    if draft.state != PrescriptionState.DRAFT or draft.revises_id is not None:
        raise failures.NotADraft
    if not seen.is_as_seen(draft, on):
        raise failures.DraftChangedMeanwhile
    permits.check_prescriber(by, connection, connection.writes_as)
    if draft.dispensary_id != connection.dispensary_id:
        raise failures.BelongsElsewhere
    if not draft.items.exists():
        raise failures.NothingToSend


def _locked(prescription_id: UUID) -> Prescription:
    rows = Prescription.objects.select_for_update(of=("self",)).select_related(
        "patient", "prescriber", "dispensary"
    )
    return rows.get(pk=prescription_id)


def queue_sending(prescription: Prescription) -> None:
    """Have the prescription sent by a worker; runs for one prescription never overlap."""
    our_jobs.send.queue(
        organization_id=prescription.organization_id,
        prescription_id=prescription.pk,
        once_key=f"send:{prescription.pk}",
        lock=f"send:{prescription.pk}",
    )


@transaction.atomic
def try_again(*, by: Actor, prescription: Prescription) -> Prescription:
    """Send a prescription that was not sent once more, with the connection of whoever asks.

    Raises NotWaiting, NobodyConnected, NotAllowedAsPractitioner, PatientCannotBeShared, NewWarning, BelongsElsewhere.
    """
    connection = permits.locked_connection(by)
    locked = _locked(prescription.pk)
    if locked.state in (PrescriptionState.WAITING, PrescriptionState.SENT):
        return locked
    if locked.state != PrescriptionState.NOT_SENT:
        raise failures.NotWaiting
    if locked.dispensary_id != connection.dispensary_id:
        raise failures.BelongsElsewhere
    permits.check_prescriber(by, connection, locked.prescriber)
    try:
        acknowledging.settle(by=by, prescription=locked, reasons=_NO_REASONS)
    except failures.MustBeAcknowledged as error:
        raise failures.NewWarning from error
    linking.ask_for_link(by=by, patient=locked.patient, dispensary=connection.dispensary)
    before = locked.sender_id
    locked.state, locked.reason, locked.sender_id = PrescriptionState.WAITING, "", by.membership
    locked.version += 1
    locked.save(update_fields=["state", "reason", "sender", "version"])
    trail.record(
        by=by, action="prescriptions.tried_again", subject=locked, patient_ids=[locked.patient_id],
        changes={"state": [PrescriptionState.NOT_SENT, PrescriptionState.WAITING], "sender": [before, by.membership]},
    )  # fmt: skip
    queue_sending(locked)
    events.publish(
        our_events.PrescriptionMovedOn(organization_id=locked.organization_id, prescription_id=locked.pk)
    )
    return locked


@transaction.atomic
def discard_draft(*, by: Actor, prescription: Prescription, on: seen.Seen | None = None) -> None:
    """Throw an unfinished prescription away. Raises NotADraft, DraftChangedMeanwhile when it is not what was seen."""
    draft = _locked_draft(prescription.pk)
    if not seen.is_as_seen(draft, on):
        raise failures.DraftChangedMeanwhile
    trail.record(by=by, action="prescriptions.draft_discarded", subject=draft, patient_ids=[draft.patient_id])
    draft.delete()
