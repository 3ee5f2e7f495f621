"""Warnings that somebody prescribed against, with why."""

from django.db import models

from betony.kit.tenancy.models import TenantForeignKey, TenantModel


class Acknowledgement(TenantModel):
    """One severe warning about a prescription, and the reason for prescribing all the same.

    `digest` stands for exactly what was read: the warning's key, severity and text. One that says anything
    else is another warning, and is asked about again. What was read is kept in words, for the table of
    interactions changes.
    """

    prescription = TenantForeignKey(
        "clinic_prescriptions.Prescription", on_delete=models.CASCADE, related_name="acknowledgements"
    )
    digest = models.CharField(max_length=64)
    finding_key = models.TextField()
    product_name = models.CharField(max_length=300)
    severity = models.CharField(max_length=8)
    left = models.TextField()
    right = models.TextField()
    text = models.TextField()
    source = models.TextField(blank=True)
    source_url = models.TextField(blank=True)
    source_date = models.CharField(max_length=10, blank=True)
    reviewed_by = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500)
    acknowledged_by = TenantForeignKey("clinic_accounts.Membership", null=True, related_name="+")
    acknowledged_by_name = models.CharField(max_length=240, blank=True)
    acknowledged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prescription", "digest"], name="acknowledgement_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="acknowledgement_has_a_reason"),
        ]
