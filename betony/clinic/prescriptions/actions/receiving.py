"""What comes back from the dispensary about prescriptions, whatever order it arrives in."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from betony.clinic.prescriptions import content, queries, rules
from betony.clinic.prescriptions import events as our_events
from betony.clinic.prescriptions.actions import changing, linking, orders, settling_changes, variants
from betony.clinic.prescriptions.dispensary import shapes
from betony.clinic.prescriptions.models import (
    Dispensary,
    DispensaryPractitioner,
    PatientLink,
    Prescription,
    PrescriptionItem,
    PrescriptionVersion,
)
from betony.clinic.prescriptions.rules import ChangeState, PrescriptionState
from betony.kit import clock, events
from betony.kit.actor import Actor
from betony.kit.audit import trail
from betony.kit.identifiers import read_uuid

# The states of a plan, in the dispensary's words.
STATES = {
    "active": PrescriptionState.SENT,
    "cancelled": PrescriptionState.CANCELLED,
    "draft": PrescriptionState.DRAFT,
}


@transaction.atomic
def keep_plan(*, by: Actor, dispensary: Dispensary, plan: shapes.Plan) -> Prescription | None:
    """Bring a treatment plan into the chart of the patient it is linked to, as it stands now.

    Older news than what is known changes nothing; a draft there is not shown here; a patient nobody is
    linked to brings None, but ours that was on its way is taken back. Keeping the same plan twice changes nothing.
    """
    link = linking.locked_by_remote(dispensary, plan.patient_id)
    if STATES.get(plan.state, PrescriptionState.DRAFT) == PrescriptionState.DRAFT:
        return None
    prescription = _known(dispensary, plan)
    if prescription is None:
        return _new(by, dispensary, link, plan) if link is not None else None
    if is_astray(prescription, link):
        if prescription.remote_id is None:
            renew(by=by, prescription=prescription, plan=plan)
            take_back_if_sent(by=by, prescription=prescription)
        return None
    renew(by=by, prescription=prescription, plan=plan)
    return prescription


def is_astray(prescription: Prescription, link: PatientLink | None) -> bool:
    """Tell whether a prescription stands with somebody there who is not its patient; `link` is that person's."""
    return link is None or link.patient_id != prescription.patient_id


def take_back_if_sent(*, by: Actor, prescription: Prescription) -> None:
    """Have a (locked) prescription that arrived at the wrong person taken back; one that was cancelled is.

    It was on its way when the patient was unlinked, so whoever unlinked could not stop it.
    """
    now = Prescription.objects.get(pk=prescription.pk)
    is_under_way = now.changes.filter(state=ChangeState.WAITING).exists()
    if now.state == PrescriptionState.SENT and not is_under_way:
        changing.take_back(by=by, prescription=now, why=rules.UNLINKED_MEANWHILE)


def take_back_if_cancelled(*, by: Actor, prescription: Prescription, before: str) -> None:
    """Have a (locked) prescription cancelled there that had been cancelled here, as never sent, before it arrived.

    A worker that was believed dead may still have been sending it.
    """
    now = Prescription.objects.get(pk=prescription.pk)
    if before == PrescriptionState.CANCELLED and now.state == PrescriptionState.SENT:
        changing.take_back(by=by, prescription=now, why=rules.CANCELLED_MEANWHILE)


def is_awaited(dispensary: Dispensary, plan: shapes.Plan) -> bool:
    """Tell whether the plan is a prescription of ours that nobody here knows to have arrived."""
    ours = _our_id(plan)
    rows = Prescription.objects.filter(pk=ours, dispensary=dispensary, remote_id=None) if ours else None
    return rows is not None and rows.exclude(state=PrescriptionState.DRAFT).exists()


def _known(dispensary: Dispensary, plan: shapes.Plan) -> Prescription | None:
    """Return the prescription this plan is: by its id there, or by our own mark on it."""
    known = Q(remote_id=plan.id)
    if (ours := _our_id(plan)) is not None:
        known |= Q(pk=ours, remote_id=None) & ~Q(state=PrescriptionState.DRAFT)
    # One locking query: what is marked as sent at this very moment still fits after the wait for its lock.
    rows = Prescription.objects.select_for_update().filter(known, dispensary=dispensary)
    return rows.order_by("pk").first()


def _our_id(plan: shapes.Plan) -> UUID | None:
    """Return the prescription's own id, which we gave the plan as its mark."""
    return read_uuid(plan.metadata_id)


def practitioner(dispensary: Dispensary, remote_id: str) -> DispensaryPractitioner | None:
    """Return the practitioner of this id there, if we know them."""
    return DispensaryPractitioner.objects.filter(dispensary=dispensary, remote_id=remote_id).first()


def _new(by: Actor, dispensary: Dispensary, link: PatientLink, plan: shapes.Plan) -> Prescription:
    prescriber = practitioner(dispensary, plan.practitioner_id)
    state = STATES[plan.state]
    prescription = Prescription.objects.create(
        organization_id=dispensary.organization_id,
        patient_id=link.patient_id,
        dispensary=dispensary,
        state=state,
        prescriber=prescriber,
        prescriber_name=prescriber.full_name if prescriber else "",
        message=plan.message or "",
        remote_id=plan.id,
        remote_patient_id=plan.patient_id,
        remote_updated_at=plan.updated_at,
        written_at=plan.created_at,
        sent_at=plan.created_at,
        opened_at=plan.opened_at,
        cancelled_at=plan.updated_at if state == PrescriptionState.CANCELLED else None,
        brought_by=link,
    )
    _keep_items(prescription, plan)
    orders.note_orders(prescription)
    trail.record(
        by=by, action="prescriptions.prescription_received", subject=prescription,
        patient_ids=[link.patient_id], changes={"state": [None, state], "remote_id": [None, plan.id]},
    )  # fmt: skip
    return prescription


@transaction.atomic
def renew(*, by: Actor, prescription: Prescription, plan: shapes.Plan, renewed_by: str = "") -> None:
    """Take over into a locked prescription what changed at the dispensary; older news changes nothing.

    That it arrived there may itself be such news, when the answer to sending it is late or lost. `renewed_by` names
    whoever here had it changed.
    """
    before, was, state = prescription.remote_updated_at, prescription.state, STATES[plan.state]
    if before is not None and plan.updated_at < before:
        return
    if not _is_believed(prescription, state):
        # Without its date it would be asked for again and again.
        Prescription.objects.filter(pk=prescription.pk).update(remote_updated_at=plan.updated_at)
        return
    if prescription.remote_id is None:
        _arrive(by, prescription, plan, state)
    else:
        _change(by, prescription, plan, state, renewed_by)
    if was == PrescriptionState.SENT and state == PrescriptionState.CANCELLED:
        settling_changes.note_cancelled(by=by, prescription=prescription)


def _is_believed(prescription: Prescription, state: str) -> bool:
    """Tell whether the state a plan is said to be in can be so: what was cancelled there does not come alive again."""
    was = prescription.state
    if was == PrescriptionState.CANCELLED and prescription.remote_id is not None:
        return state == was
    return state == was or rules.may_move(was, state)


def _arrive(by: Actor, prescription: Prescription, plan: shapes.Plan, state: str) -> None:
    was, values = prescription.state, _renewed_values(prescription, plan, state)
    changes = trail.changed_fields(prescription, values)
    _take_over(prescription, plan, {**values, "sent_to_email": went_to(prescription, plan)})
    prescription.remote_id = plan.id
    orders.note_orders(prescription)
    note_arrived(by=by, prescription=prescription, before=was, changes=changes)
    take_back_if_cancelled(by=by, prescription=prescription, before=was)


def _change(by: Actor, prescription: Prescription, plan: shapes.Plan, state: str, renewed_by: str) -> None:
    values = _renewed_values(prescription, plan, state)
    changes = trail.changed_fields(prescription, values)
    is_new_content = "message" in changes or _has_other_items(prescription, plan)
    if is_new_content:
        _keep_version(prescription, renewed_by)
    if not (changes or is_new_content):
        Prescription.objects.filter(pk=prescription.pk).update(remote_updated_at=plan.updated_at)
        return
    _take_over(prescription, plan, values)
    trail.record(
        by=by, action="prescriptions.prescription_renewed", subject=prescription,
        patient_ids=[prescription.patient_id], changes=changes,
    )  # fmt: skip


def _take_over(prescription: Prescription, plan: shapes.Plan, values: Mapping[str, object]) -> None:
    has_other_items = _has_other_items(prescription, plan)
    Prescription.objects.filter(pk=prescription.pk).update(
        remote_updated_at=plan.updated_at, version=F("version") + 1, **values
    )
    if has_other_items:
        _keep_items(prescription, plan)


def note_arrived(
    *, by: Actor, prescription: Prescription, before: str, changes: Mapping[str, object]
) -> None:
    """Say that the dispensary has a (locked) prescription, by whichever way that became known first."""
    trail.record(
        by=by, action="prescriptions.prescription_sent", subject=prescription,
        patient_ids=[prescription.patient_id], changes=changes,
    )  # fmt: skip
    if before == PrescriptionState.NOT_SENT:
        events.publish(
            our_events.PrescriptionMovedOn(
                organization_id=prescription.organization_id, prescription_id=prescription.pk
            )
        )


def went_to(prescription: Prescription, plan: shapes.Plan) -> str:
    """Return the email the dispensary wrote to: the one it has, which need not be ours."""
    links = PatientLink.objects.filter(dispensary_id=prescription.dispensary_id, remote_id=plan.patient_id)
    link = links.order_by("-ended_at", "-id").filter(patient_id=prescription.patient_id).first()
    return (link.remote_email if link else "") or prescription.patient.email


def _renewed_values(prescription: Prescription, plan: shapes.Plan, state: str) -> dict[str, object]:
    is_cancelled = state == PrescriptionState.CANCELLED
    return {
        "state": state,
        "remote_id": plan.id,
        "remote_patient_id": plan.patient_id or prescription.remote_patient_id,
        "message": prescription.message if plan.message is None else plan.message,
        "sent_at": prescription.sent_at or plan.created_at,
        "opened_at": prescription.opened_at or plan.opened_at,
        "cancelled_at": (prescription.cancelled_at or plan.updated_at) if is_cancelled else None,
        # What it waited for, or why it was not sent, is over: it is there.
        "reason": "",
    }


def _keep_version(prescription: Prescription, replaced_by_name: str) -> None:
    """Keep what the prescription said until now."""
    PrescriptionVersion.objects.create(
        organization_id=prescription.organization_id,
        prescription=prescription,
        number=prescription.versions.count() + 1,
        message=prescription.message,
        items=content.of_items(prescription.items.all()),
        replaced_at=clock.now(),
        replaced_by_name=replaced_by_name,
    )


def _has_other_items(prescription: Prescription, plan: shapes.Plan) -> bool:
    """Tell whether the plan lists other products; one without any, as it stands in lists, says nothing about them."""
    ours = content.of_items(prescription.items.all())
    return bool(plan.recommendations) and not content.is_same(ours, content.of_plan(plan))


def _keep_items(prescription: Prescription, plan: shapes.Plan) -> None:
    """Make the products the same as the plan's; names come from what is remembered of the variants."""
    theirs = content.numbered(plan.recommendations, lambda one: one.variant_id)
    known = queries.known_variants(
        prescription.dispensary.environment, {one.variant_id for one, _line in theirs}
    )
    ours = {(item.variant_id, item.line): item for item in prescription.items.all()}
    kept = {(one.variant_id, line) for one, line in theirs}
    prescription.items.filter(pk__in=[item.pk for key, item in ours.items() if key not in kept]).delete()
    for position, (one, line) in enumerate(theirs, start=1):
        variant_id = one.variant_id
        values: dict[str, object] = {"position": position, **content.directions_of(one)}
        if (variant_id, line) in ours:
            PrescriptionItem.objects.filter(pk=ours[variant_id, line].pk).update(**values)
            continue
        name = known.get(variant_id)
        PrescriptionItem.objects.create(
            organization_id=prescription.organization_id,
            prescription=prescription,
            variant_id=variant_id,
            line=line,
            product_id=name.product_id if name else "",
            product_name=name.product_name if name else variant_id,
            brand_name=name.brand_name if name else "",
            size=name.size if name else "",
            price=name.price if name else None,
            currency=variants.currency_of(prescription.dispensary),
            **values,
        )


@transaction.atomic
def note_imported(*, by: Actor, link: PatientLink) -> None:
    """Remember that the history of the link's patient has been brought in."""
    PatientLink.objects.filter(pk=link.pk).update(imported_at=clock.now())
    trail.record(by=by, action="prescriptions.history_imported", subject=link, patient_ids=[link.patient_id])
