"""Orders that patients (or the practice for them) placed at the dispensary."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from betony.kit.tenancy.models import TenantForeignKey, TenantModel


class Order(TenantModel):
    """An order at the dispensary, with the prescriptions it came from (by their ids there)."""

    dispensary = TenantForeignKey("clinic_prescriptions.Dispensary", related_name="orders")
    patient = TenantForeignKey("clinic_patients.Patient", related_name="+")
    remote_id = models.CharField(max_length=64)
    order_number = models.CharField(max_length=40)
    completed_at = models.DateTimeField(null=True)
    prescription_remote_ids = ArrayField(models.CharField(max_length=64), default=list)
    payment_total = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispensary", "remote_id"], name="order_once_per_remote")
        ]
        indexes = [models.Index(fields=["organization", "patient", "-completed_at"], name="order_history")]


class OrderLine(TenantModel):
    """One product of an order."""

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    variant_id = models.CharField(max_length=64)
    product_name = models.CharField(max_length=300, blank=True)
    quantity = models.PositiveIntegerField()
