"""Orders that patients (or the practice for them) placed at the dispensary."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from betony.kit.tenancy.models import TenantForeignKey, TenantModel, TenantQuerySet


class OrdersInSight(models.Manager["Order"]):
    """Without those that a link brought which was undone: nobody sees them until it is made again."""

    def get_queryset(self) -> TenantQuerySet["Order"]:
        return TenantQuerySet["Order"](self.model, using=self._db).filter(hidden_at=None)


class Order(TenantModel):
    """An order at the dispensary, with the prescriptions it came from (by their ids there).

    `brought_by` is the link it came by; `hidden_at` is when that link was undone.
    """

    dispensary = TenantForeignKey("clinic_prescriptions.Dispensary", related_name="orders")
    patient = TenantForeignKey("clinic_patients.Patient", related_name="+")
    remote_id = models.CharField(max_length=64)
    order_number = models.CharField(max_length=40)
    completed_at = models.DateTimeField(null=True)
    prescription_remote_ids = ArrayField(models.CharField(max_length=64), default=list)
    payment_total = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    brought_by = TenantForeignKey("clinic_prescriptions.PatientLink", null=True, related_name="+")
    hidden_at = models.DateTimeField(null=True)

    objects: ClassVar[OrdersInSight] = OrdersInSight()
    including_hidden = TenantQuerySet["Order"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispensary", "remote_id"],
                condition=models.Q(hidden_at=None),
                name="order_once_per_remote",
            ),
            models.CheckConstraint(
                condition=models.Q(hidden_at=None) | models.Q(brought_by__isnull=False),
                name="order_hidden_was_brought",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "patient", "-completed_at"], name="order_history"),
            models.Index(fields=["organization", "brought_by"], name="order_by_link"),
        ]


class OrderLine(TenantModel):
    """One product of an order."""

    order = TenantForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    variant_id = models.CharField(max_length=64)
    product_name = models.CharField(max_length=300, blank=True)
    quantity = models.PositiveIntegerField()
