"""What products are made of, as far as it was learned, and how far the learning is."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from betony.kit.tenancy.models import TenantForeignKey, TenantModel


class Origin(models.TextChoices):
    """Where it was learned that a product holds something."""

    SEARCH = "search", _("Fullscript's ingredient search")
    DESCRIPTION = "description", _("the product's description")


class KnownIngredient(models.Model):
    """An ingredient by which products can be searched there. The catalogue is everybody's: no organization."""

    environment = models.CharField(max_length=2)
    remote_id = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    listed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment", "remote_id"], name="known_ingredient_once")
        ]


class KnownSubstance(models.Model):
    """Something a product holds, with where and when that was learned. No organization, as above.

    `key` tells the substances of one origin apart: the ingredient's id there, or the name as described.
    The strength is a ratio: so much of it in a serving, which is so many capsules, drops, millilitres. Only
    descriptions tell it, and only whole: without the serving an amount says nothing.
    """

    environment = models.CharField(max_length=2)
    product_id = models.CharField(max_length=64)
    origin = models.CharField(max_length=12, choices=Origin.choices)
    key = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    strength_amount = models.DecimalField(max_digits=24, decimal_places=12, null=True)
    strength_unit = models.CharField(max_length=16, blank=True)
    serving_count = models.DecimalField(max_digits=24, decimal_places=12, null=True)
    serving_unit = models.CharField(max_length=16, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "product_id", "origin", "key"], name="known_substance_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    strength_amount=None, strength_unit="", serving_count=None, serving_unit=""
                )
                | (
                    models.Q(strength_amount__gte=0, serving_count__gt=0)
                    & ~models.Q(strength_unit="")
                    & ~models.Q(serving_unit="")
                ),
                name="known_substance_strength_is_whole",
            ),
        ]


class IngredientIndex(TenantModel):
    """How far a round of learning at one dispensary has come; after a stop it goes on from here.

    First the ingredients are listed (`listed_at` is empty until then), then the products of each are read, in
    the order of their ids. `ingredient_id` and `page` say what is read next.
    """

    dispensary = TenantForeignKey("clinic_prescriptions.Dispensary", related_name="+")
    began_at = models.DateTimeField()
    listed_at = models.DateTimeField(null=True)
    ingredient_id = models.CharField(max_length=64, blank=True)
    page = models.PositiveIntegerField(default=1)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispensary"], name="ingredient_index_once_per_dispensary")
        ]
