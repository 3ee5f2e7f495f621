"""Webhooks: stored as they come, worked on later, each event once."""

from uuid import UUID

from django.db import transaction

from betony.clinic.prescriptions import jobs as our_jobs
from betony.clinic.prescriptions.models import WebhookEnvelope
from betony.kit import clock, secrets_box
from betony.kit.actor import system
from betony.kit.audit import trail


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
    envelope.worked_on_at, envelope.outcome = clock.now(), outcome
    envelope.save(update_fields=["worked_on_at", "outcome"])
    trail.record(
        by=system("prescriptions.webhooks"), action="prescriptions.webhook_worked_on", subject=envelope,
        changes={"outcome": [None, outcome]},
    )  # fmt: skip
