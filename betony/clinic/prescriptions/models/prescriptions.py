"""Prescriptions: what the dispensary calls treatment plans."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from betony.clinic.prescriptions.rules import PrescriptionState
from betony.kit.tenancy.models import TenantForeignKey, TenantModel, TenantQuerySet

STATES = [
    (PrescriptionState.DRAFT, _("Draft")),
    (PrescriptionState.WAITING, _("Waiting to send")),
    (PrescriptionState.SENT, _("Sent")),
    (PrescriptionState.NOT_SENT, _("Not sent")),
    (PrescriptionState.CANCELLED, _("Cancelled")),
]


class PrescriptionQuerySet(TenantQuerySet["Prescription"]):
    """Prescriptions, by what a page needs."""

    def newest_first(self) -> "PrescriptionQuerySet":
        """Those written last before those written earlier."""
        return self.order_by("-written_at", "-id")


class PrescriptionsInSight(models.Manager["Prescription"]):
    """Without those that a link brought which was undone: nobody sees them until it is made again."""

    def get_queryset(self) -> PrescriptionQuerySet:
        return PrescriptionQuerySet(self.model, using=self._db).filter(hidden_at=None)

    def newest_first(self) -> PrescriptionQuerySet:
        return self.get_queryset().newest_first()


class Prescription(TenantModel):
    """A prescription for supplements, written here or at the dispensary. It belongs to one dispensary.

    `brought_by` is the link that brought one written there; `hidden_at` is when that link was undone.
    `remote_patient_id` is whose it is there, which stays when its patient is linked to somebody else.
    """

    patient = TenantForeignKey("clinic_patients.Patient", related_name="+")
    dispensary = TenantForeignKey("clinic_prescriptions.Dispensary", related_name="prescriptions")
    state = models.CharField(max_length=12, choices=STATES)
    prescriber = TenantForeignKey("clinic_prescriptions.DispensaryPractitioner", null=True, related_name="+")
    prescriber_name = models.CharField(max_length=240, blank=True)
    written_by = TenantForeignKey("clinic_accounts.Membership", null=True, related_name="+")
    written_by_name = models.CharField(max_length=240, blank=True)
    # Whose connection sends it: who saved it, or who tried again after its author could not.
    sender = TenantForeignKey("clinic_accounts.Membership", null=True, related_name="+")
    message = models.TextField(blank=True)
    remote_id = models.CharField(max_length=64, null=True)  # noqa: DJ001  (unique among those known)
    remote_patient_id = models.CharField(max_length=64, blank=True)
    remote_updated_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)
    sending_began_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_to_email = models.CharField(max_length=254, blank=True)
    # The patient refused email, so the dispensary was asked to send none; not every dispensary listens.
    is_without_mail = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True)
    ordered_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    brought_by = TenantForeignKey("clinic_prescriptions.PatientLink", null=True, related_name="+")
    hidden_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    # A draft of how a sent prescription should be, and what that one said when the draft was begun.
    revises = TenantForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    revises_content = models.JSONField(null=True)

    @property
    def is_unsent(self) -> bool:
        """Whether it waits to be sent, or could not be."""
        return self.state in (PrescriptionState.WAITING, PrescriptionState.NOT_SENT)

    @property
    def may_have_arrived(self) -> bool:
        """Whether it may be at the dispensary although nobody here knows: sending it began, and was not refused."""
        return self.is_unsent and self.sending_began_at is not None

    objects: ClassVar[PrescriptionsInSight] = PrescriptionsInSight()
    including_hidden: ClassVar[PrescriptionQuerySet] = PrescriptionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            # Out of sight in one chart, it may stand in the chart it belongs to.
            models.UniqueConstraint(
                fields=["dispensary", "remote_id"],
                condition=models.Q(hidden_at=None),
                name="prescription_once_per_remote",
            ),
            models.CheckConstraint(
                condition=models.Q(hidden_at=None) | models.Q(brought_by__isnull=False),
                name="prescription_hidden_was_brought",
            ),
            models.UniqueConstraint(
                fields=["dispensary", "patient", "written_by"],
                condition=models.Q(state=PrescriptionState.DRAFT, revises=None),
                name="prescription_one_draft_per_author",
            ),
            models.UniqueConstraint(
                fields=["revises", "written_by"], name="prescription_one_change_draft_per_author"
            ),
            models.CheckConstraint(
                condition=models.Q(revises=None)
                | models.Q(state=PrescriptionState.DRAFT, revises_content__isnull=False),
                name="prescription_only_drafts_revise",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=PrescriptionState.SENT) | models.Q(remote_id__isnull=False),
                name="prescription_sent_is_known_there",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "patient", "-written_at", "-id"], name="prescription_history"
            ),
            models.Index(fields=["organization", "state"], name="prescription_by_state"),
            models.Index(fields=["organization", "brought_by"], name="prescription_by_link"),
        ]


class PrescriptionItem(TenantModel):
    """One product of a prescription, as it was when it was written."""

    prescription = TenantForeignKey(Prescription, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    # The dispensary may list a product twice: one capsule in the morning, two in the evening.
    line = models.PositiveSmallIntegerField(default=1)
    product_id = models.CharField(max_length=64, blank=True)
    variant_id = models.CharField(max_length=64)
    product_name = models.CharField(max_length=300)
    brand_name = models.CharField(max_length=200, blank=True)
    size = models.CharField(max_length=80, blank=True)
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    amount = models.CharField(max_length=80, blank=True)
    frequency = models.CharField(max_length=80, blank=True)
    duration = models.CharField(max_length=80, blank=True)
    format = models.CharField(max_length=40, blank=True)
    time_of_day = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    take_with = models.CharField(max_length=80, blank=True)
    additional_info = models.TextField(blank=True)
    quantity = models.PositiveSmallIntegerField(default=1)
    refill = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prescription", "variant_id", "line"], name="item_once_per_line"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1) & models.Q(quantity__lte=99), name="item_quantity_1_to_99"
            ),
        ]
        indexes = [models.Index(fields=["organization", "prescription", "position"], name="item_in_order")]


class KnownVariant(models.Model):
    """What a variant is called, remembered so that history can be read without asking again.

    The catalogue is the same for every clinic, so it has no organization.
    """

    environment = models.CharField(max_length=2)
    remote_id = models.CharField(max_length=64)
    product_id = models.CharField(max_length=64, blank=True)
    product_name = models.CharField(max_length=300)
    brand_name = models.CharField(max_length=200, blank=True)
    size = models.CharField(max_length=80, blank=True)
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    fetched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment", "remote_id"], name="known_variant_once")
        ]
