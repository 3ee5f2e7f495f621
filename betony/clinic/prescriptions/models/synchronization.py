"""How far the clinic is in agreement with its dispensary."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from betony.kit.tenancy.models import TenantForeignKey, TenantModel


class Synchronization(TenantModel):
    """The regular comparison with one dispensary: when it last ended well, and what is in its way.

    `cursor` holds, for each kind of news, the instant up to which all of it is stored here, by the
    dispensary's clock.
    """

    dispensary = TenantForeignKey("clinic_prescriptions.Dispensary", related_name="+")
    asked_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(null=True)
    cursor = models.JSONField(default=dict)
    trouble = models.TextField(blank=True)
    unread_records = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispensary"], name="synchronization_one_per_dispensary")
        ]


class HistoryCursor(TenantModel):
    """How far the prescriptions of one linked patient have been brought in.

    `plan_ids` is what the first import has to fetch, oldest change first, and `plans_done` how many of them
    are here. Afterwards everything that changed there up to `changed_until` is here.
    """

    link = TenantForeignKey(
        "clinic_prescriptions.PatientLink", on_delete=models.CASCADE, related_name="history_cursors"
    )
    plan_ids = ArrayField(models.CharField(max_length=64), default=list)
    plans_done = models.PositiveIntegerField(default=0)
    plans_total = models.PositiveIntegerField(default=0)
    listed_at = models.DateTimeField(null=True)
    changed_until = models.DateTimeField(null=True)
    visited_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link"], name="history_cursor_one_per_link")]
        indexes = [models.Index(fields=["organization", "visited_at"], name="history_cursor_oldest")]
