"""Seeing that whatever waits has a job: one job row is not enough for what was promised to be done.

A job can be lost: failed for good because not even that could be noted, or deleted by hand. What waits says so in
its own row, and what has waited for a while and has no job is queued again.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from betony.clinic.prescriptions import jobs as our_jobs
from betony.clinic.prescriptions import rules
from betony.clinic.prescriptions.actions import changing, emails, linking, matching, writing
from betony.clinic.prescriptions.models import (
    Connection,
    Dispensary,
    PatientLink,
    Prescription,
    PrescriptionChange,
    WebhookEnvelope,
)
from betony.clinic.prescriptions.rules import ChangeState, LinkState, PrescriptionState
from betony.kit import clock
from betony.kit.jobs import Job

# A job that was queued with it has begun by then, or waits for another try.
LEFT_BEHIND = timedelta(minutes=10)
# The tries for an envelope are used up by then, and what it told was found by comparing.
ENVELOPES_BACK = timedelta(days=3)
MOST = 500


def queue_looking(organization_id: UUID) -> None:
    """Have somebody look soon for what an organization's rows wait for without a job."""
    our_jobs.queue_again.queue(organization_id=organization_id, once_key=f"queue-again:{organization_id}")


@transaction.atomic
def queue_what_was_left(*, dispensary: Dispensary) -> int:
    """Queue again what waits at this dispensary, can go on, and has no job; return how many were queued."""
    links = PatientLink.objects.for_writing().filter(dispensary=dispensary).order_by("pk")
    long_ago = clock.now() - LEFT_BEHIND
    creating = links.filter(state=LinkState.CREATING, created_at__lt=long_ago)
    updating = links.filter(state=LinkState.LINKED, email_update_asked_at__lt=long_ago)
    return (
        _queue(our_jobs.send, "prescription_id", _prescriptions(dispensary), writing.queue_sending)
        + _queue(our_jobs.send_change, "change_id", _changes(dispensary), changing.queue_sending)
        + _queue(our_jobs.set_up_patient, "patient_id", {one.patient_id: one for one in creating[:MOST]}, _set_up)
        + _queue(our_jobs.update_email, "link_id", {one.pk: one for one in updating[:MOST]}, emails.queue_update)
        + _match(dispensary)
    )  # fmt: skip


def _queue(
    job: Job, argument: str, waiting: Mapping[UUID, Any], queue: Callable[[Any], None]
) -> int:  # fmt: skip
    if not waiting:
        return 0
    at_work_on = job.at_work_on(argument, waiting)
    left = [one for key, one in waiting.items() if str(key) not in at_work_on]
    for one in left:
        queue(one)
    return len(left)


def _set_up(link: PatientLink) -> None:
    linking.queue_set_up(link.organization_id, link.patient_id)


def _prescriptions(dispensary: Dispensary) -> dict[UUID, Prescription]:
    """Return what waits, without those that wait for somebody: for their sender to connect, or for a link."""
    rows = Prescription.objects.filter(dispensary=dispensary, state=PrescriptionState.WAITING)
    rows = rows.filter(saved_at__lt=clock.now() - LEFT_BEHIND)
    is_linked = PatientLink.objects.for_writing().filter(
        dispensary=dispensary, patient_id=OuterRef("patient_id"), state=LinkState.LINKED
    )
    rows = rows.exclude(Q(reason=rules.WAITS_FOR_CONNECTION) & ~_connected(dispensary, "sender_id"))
    rows = rows.exclude(Q(reason=rules.WAITS_FOR_LINK) & ~Exists(is_linked))
    return _by_id(rows.order_by("pk")[:MOST])


def _changes(dispensary: Dispensary) -> dict[UUID, PrescriptionChange]:
    rows = PrescriptionChange.objects.filter(prescription__dispensary=dispensary, state=ChangeState.WAITING)
    rows = rows.filter(asked_at__lt=clock.now() - LEFT_BEHIND)
    rows = rows.exclude(
        Q(reason=rules.WAITS_FOR_CONNECTION, is_automatic=False) & ~_connected(dispensary, "asked_by_id")
    )
    return _by_id(rows.order_by("pk")[:MOST])


def _connected(dispensary: Dispensary, member: str) -> Exists:
    return Exists(Connection.objects.live().filter(dispensary=dispensary, membership_id=OuterRef(member)))


def _by_id(rows: Iterable[Any]) -> dict[UUID, Any]:
    return {one.pk: one for one in rows}


def _match(dispensary: Dispensary) -> int:
    """Queue the matching of all patients when it began and is not over."""
    began_at = dispensary.matching_began_at
    if began_at is None or dispensary.matched_at is not None or began_at > clock.now() - LEFT_BEHIND:
        return 0
    waiting = {dispensary.organization_id: dispensary}
    return _queue(our_jobs.match_patients, "organization_id", waiting, matching.queue_going_on)


@transaction.atomic
def queue_envelopes() -> int:
    """Queue again the webhooks that were neither worked on nor given up; return how many.

    They are nobody's yet, so they are looked for among those of all organizations.
    """
    now = clock.now()
    rows = WebhookEnvelope.objects.filter(
        worked_on_at=None, outcome="", received_at__gt=now - ENVELOPES_BACK, received_at__lt=now - LEFT_BEHIND
    ).order_by("received_at", "pk")
    ids = list(rows.values_list("pk", flat=True)[:MOST])
    return _queue(our_jobs.work_on_envelope, "envelope_id", {one: one for one in ids}, _queue_envelope)


def _queue_envelope(envelope_id: UUID) -> None:
    our_jobs.work_on_envelope.queue(envelope_id=envelope_id, once_key=f"envelope:{envelope_id}")
