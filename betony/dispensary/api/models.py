"""Answers kept for programs that ask the same thing twice."""

from django.db import models

from betony.dispensary.accounts.models import Application
from betony.kit.tenancy.models import TenantModel


class KeptAnswer(TenantModel):
    """What a call with an `Idempotency-Key` was answered, for a day."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "application", "key"], name="kept_answer_once_a_key"
            ),
        ]
        indexes = [models.Index(fields=["organization", "created_at"], name="kept_answer_by_age")]
