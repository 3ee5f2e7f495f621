"""Carts, and the orders they become. An order is never changed: it is a record of what was paid."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from betony.dispensary.catalog.models import Variant
from betony.dispensary.orders import rules
from betony.dispensary.patients.models import Patient
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.kit.tenancy.models import TenantForeignKey, TenantModel, TenantQuerySet


def new_order_number() -> str:
    """Return R and nine random digits."""
    return f"R{100_000_000 + secrets.randbelow(900_000_000)}"


class CartQuerySet(TenantQuerySet["Cart"]):
    """Rows of Cart."""


class Cart(TenantModel):
    """What a patient is about to buy: one at the shop, and one that the practice fills at its own checkout."""

    class Door(models.TextChoices):
        SHOP = rules.SHOP, _("Shop")
        OFFICE = rules.OFFICE, _("In-office checkout")

    class State(models.TextChoices):
        OPEN = rules.OPEN, _("Open")
        ORDERED = rules.ORDERED, _("Ordered")

    patient = TenantForeignKey(Patient, related_name="carts")
    door = models.CharField(max_length=8, choices=Door.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "door"], condition=models.Q(state=rules.OPEN), name="one_open_cart_a_door"
            )
        ]


class CartLineQuerySet(TenantQuerySet["CartLine"]):
    """Rows of CartLine."""


class CartLine(TenantModel):
    """Some packs of one product, as a plan recommends it."""

    cart = TenantForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    treatment_plan = TenantForeignKey(TreatmentPlan, related_name="+")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField(_("Quantity"))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CartLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cart", "treatment_plan", "variant"], name="variant_once_a_cart"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1, quantity__lte=rules.MOST_OF_ONE),
                name="cart_line_has_a_quantity",
            ),
        ]


class OrderQuerySet(TenantQuerySet["Order"]):
    """Rows of Order."""


class Order(TenantModel):
    """What was bought from one cart, and how it was paid."""

    class Payment(models.TextChoices):
        TEST_CARD = rules.TEST_CARD, _("Test card")
        COLLECTED = rules.COLLECTED, _("Collected at the practice")

    number = models.CharField(max_length=10, default=new_order_number, editable=False)
    cart = TenantForeignKey(Cart, related_name="+")
    patient = TenantForeignKey(Patient, related_name="orders")
    completed_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    discount_percent = models.PositiveSmallIntegerField()
    msrp_total = models.DecimalField(max_digits=10, decimal_places=2)
    item_total = models.DecimalField(max_digits=10, decimal_places=2)
    shipping_total = models.DecimalField(max_digits=10, decimal_places=2)
    tax_total = models.DecimalField(max_digits=10, decimal_places=2)
    payment_total = models.DecimalField(max_digits=10, decimal_places=2)
    payment = models.CharField(max_length=16, choices=Payment.choices)
    shipped_to = models.JSONField(null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cart"], name="one_order_a_cart"),
            models.UniqueConstraint(fields=["organization", "number"], name="order_number_once"),
            models.CheckConstraint(
                condition=models.Q(
                    payment_total=models.F("item_total") + models.F("shipping_total") + models.F("tax_total")
                ),
                name="order_adds_up",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "completed_at", "id"], name="order_by_age"),
            models.Index(fields=["organization", "patient", "completed_at"], name="order_by_patient"),
        ]


class OrderLineQuerySet(TenantQuerySet["OrderLine"]):
    """Rows of OrderLine."""


class OrderLine(TenantModel):
    """Some packs of one product in an order, at the price of that day."""

    order = TenantForeignKey(Order, related_name="lines")
    position = models.PositiveSmallIntegerField()
    treatment_plan = TenantForeignKey(TreatmentPlan, related_name="order_lines")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField()
    msrp = models.DecimalField(max_digits=8, decimal_places=2)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    total = models.DecimalField(max_digits=10, decimal_places=2)

    objects = OrderLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="one_order_line_a_position"),
            models.CheckConstraint(
                condition=models.Q(total=models.F("price") * models.F("quantity")), name="order_line_adds_up"
            ),
        ]
