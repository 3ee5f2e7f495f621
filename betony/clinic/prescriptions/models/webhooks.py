"""Webhooks as they arrived."""

from django.db import models

from betony.kit.identifiers import uuid7


class WebhookEnvelope(models.Model):
    """One event, verified and stored sealed before anybody knows whose it is; worked on later."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    environment = models.CharField(max_length=2)
    event_id = models.CharField(max_length=64)
    event_type = models.CharField(max_length=60)
    body_sealed = models.TextField()
    received_at = models.DateTimeField()
    worked_on_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment", "event_id"], name="envelope_once_per_event")
        ]
        indexes = [models.Index(fields=["received_at"], name="envelope_by_arrival")]
