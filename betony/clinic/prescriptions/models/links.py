"""Who is who: which dispensary patient a chart's patient is."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from betony.kit.tenancy.models import TenantForeignKey, TenantModel, TenantQuerySet


class LinkState(models.TextChoices):
    """How far the link is. `question` waits for a person to answer who is who."""

    CREATING = "creating", _("Being set up at Fullscript")
    LINKED = "linked", _("Linked")
    QUESTION = "question", _("Waiting for your answer")
    FAILED = "failed", _("Not set up at Fullscript")


class PatientLinkQuerySet(TenantQuerySet["PatientLink"]):
    """Links, by whether they count."""

    def current(self) -> "PatientLinkQuerySet":
        return self.filter(ended_at=None)


class PatientLink(TenantModel):
    """A chart's patient and the dispensary's patient that is the same person."""

    dispensary = TenantForeignKey("clinic_prescriptions.Dispensary", related_name="links")
    patient = TenantForeignKey("clinic_patients.Patient", related_name="+")
    state = models.CharField(max_length=12, choices=LinkState.choices)
    remote_id = models.CharField(max_length=64, null=True)  # noqa: DJ001  (unique among those known)
    remote_name = models.CharField(max_length=240, blank=True)
    how = models.CharField(max_length=12, blank=True)
    reason = models.TextField(blank=True)
    made_by = TenantForeignKey("clinic_accounts.Membership", null=True, related_name="+")
    created_at = models.DateTimeField()
    linked_at = models.DateTimeField(null=True)
    imported_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[PatientLinkQuerySet] = PatientLinkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispensary", "patient"],
                condition=models.Q(ended_at=None),
                name="link_one_per_patient",
            ),
            models.UniqueConstraint(
                fields=["dispensary", "remote_id"],
                condition=models.Q(ended_at=None),
                name="link_one_per_remote_patient",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="linked") | models.Q(remote_id__isnull=False),
                name="link_knows_whom",
            ),
        ]
        indexes = [models.Index(fields=["organization", "patient"], name="link_by_patient")]
