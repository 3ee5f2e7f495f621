"""Changes of prescriptions that were sent: on their way, and what the prescription said before."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from betony.clinic.prescriptions.rules import ChangeKind, ChangeState
from betony.kit.tenancy.models import TenantForeignKey, TenantModel

KINDS = [(ChangeKind.CHANGE, _("Change")), (ChangeKind.CANCEL, _("Cancellation"))]
STATES = [
    (ChangeState.WAITING, _("Waiting to send")),
    (ChangeState.DONE, _("Accepted")),
    (ChangeState.NOT_SENT, _("Not sent")),
]


class PrescriptionChange(TenantModel):
    """A change or cancellation somebody asked for. Until the dispensary accepts it the prescription stays.

    `message` and `items` are the whole content wanted, `before_message` and `before_items` what it was asked
    upon, and `before_updated_at` when that last changed there. `is_automatic`: Betony asked for it itself, in the
    name of who sent the prescription, and with any live connection.
    """

    prescription = TenantForeignKey("clinic_prescriptions.Prescription", related_name="changes")
    kind = models.CharField(max_length=8, choices=KINDS)
    state = models.CharField(max_length=12, choices=STATES)
    asked_by = TenantForeignKey("clinic_accounts.Membership", related_name="+")
    asked_by_name = models.CharField(max_length=240, blank=True)
    asked_at = models.DateTimeField()
    message = models.TextField(blank=True)
    items = models.JSONField(default=list)
    before_message = models.TextField(blank=True)
    before_items = models.JSONField(default=list)
    before_updated_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)
    is_automatic = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    sending_began_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["prescription"],
                condition=models.Q(state=ChangeState.WAITING),
                name="change_one_waiting_per_prescription",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=ChangeKind.CANCEL) | ~models.Q(why=""),
                name="cancellation_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["organization", "state"], name="change_by_state")]


class PrescriptionVersion(TenantModel):
    """What a prescription said until it was changed, here or at the dispensary."""

    prescription = TenantForeignKey("clinic_prescriptions.Prescription", related_name="versions")
    number = models.PositiveIntegerField()
    message = models.TextField(blank=True)
    items = models.JSONField(default=list)
    replaced_at = models.DateTimeField()
    replaced_by_name = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prescription", "number"], name="version_once")]
