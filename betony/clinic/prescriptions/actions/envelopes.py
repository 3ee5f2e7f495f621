"""Webhooks: stored as they come, worked on later, each event once."""

from uuid import UUID

import structlog
from django.db import transaction

from betony.clinic.prescriptions import jobs as our_jobs
from betony.clinic.prescriptions.models import WebhookEnvelope
from betony.kit import clock, secrets_box
from betony.kit.actor import system
from betony.kit.audit import trail

GAVE_UP = "gave up"

log = structlog.get_logger()


@transaction.atomic
def keep_envelope(*, environment: str, event_id: str, event_type: str, body: str) -> bool:
    """Store a verified webhook and queue the work on it; tell whether it was new."""
    envelope, is_new = WebhookEnvelope.objects.get_or_create(
        environment=environment,
        event_id=event_id,
        defaults={
            "event_type": event_type, "body_sealed": secrets_box.seal(body), "received_at": clock.now()
        },
    )  # fmt: skip
    if is_new:
        trail.record(
            by=system("prescriptions.webhooks"), action="prescriptions.webhook_kept", subject=envelope
        )
        our_jobs.work_on_envelope.queue(envelope_id=envelope.pk)
    return is_new


@transaction.atomic
def note_worked_on(*, envelope_id: UUID, outcome: str) -> None:
    """Note what became of a webhook."""
    envelope = WebhookEnvelope.objects.select_for_update().get(pk=envelope_id)
    before = envelope.outcome or None
    envelope.worked_on_at, envelope.outcome = clock.now(), outcome
    envelope.save(update_fields=["worked_on_at", "outcome"])
    trail.record(
        by=system("prescriptions.webhooks"), action="prescriptions.webhook_worked_on", subject=envelope,
        changes={"outcome": [before, outcome]},
    )  # fmt: skip


@transaction.atomic
def note_given_up(*, envelope_id: UUID) -> None:
    """Note that the tries for a webhook are used up. It counts as not worked on: its job can be run again."""
    envelope = WebhookEnvelope.objects.select_for_update().get(pk=envelope_id)
    if envelope.worked_on_at is not None:
        return
    envelope.outcome = GAVE_UP
    envelope.save(update_fields=["outcome"])
    trail.record(
        by=system("prescriptions.webhooks"), action="prescriptions.webhook_given_up", subject=envelope,
        changes={"outcome": [None, GAVE_UP]},
    )  # fmt: skip
    log.error("webhook_given_up", event_id=envelope.event_id)
