"""The one table of the trail."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from betony.kit.identifiers import uuid7


class ChangesEncoder(DjangoJSONEncoder):
    """JSON of whatever a field may hold; a record is written as its id."""

    def default(self, o: Any) -> Any:
        if isinstance(o, models.Model):
            return str(o.pk)
        return super().default(o)


class AuditEvent(models.Model):
    """One change, or one reading of one page or list. Never updated, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization_id = models.UUIDField(null=True)
    occurred_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.UUIDField(null=True)
    actor_role = models.CharField(max_length=80, blank=True)
    action = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.UUIDField(null=True)
    patient_ids = ArrayField(models.UUIDField(), default=list)
    changes = models.JSONField(default=dict, encoder=ChangesEncoder)
    reason = models.TextField(blank=True)
    ip = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organization_id", "id"], name="audit_by_organization"),
            models.Index(fields=["organization_id", "subject_id", "id"], name="audit_by_subject"),
            GinIndex(fields=["patient_ids"], name="audit_by_patient"),
        ]
