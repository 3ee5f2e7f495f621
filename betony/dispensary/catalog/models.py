"""The catalogue, the same for every dispensary, and what each dispensary has made of it."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from betony.dispensary.catalog import rules
from betony.dispensary.practices.models import Practitioner
from betony.kit.tenancy.models import TenantForeignKey, TenantModel, TenantQuerySet


class CatalogModel(models.Model):
    """A row that belongs to no dispensary. Its id is a version 4 UUID, as the public API's ids are."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)

    class Meta:
        abstract = True


class Brand(CatalogModel):
    """Who makes products, and in which countries they are sold."""

    name = models.CharField(_("Brand"), max_length=120, unique=True)
    prefix = models.CharField(max_length=8, unique=True)
    colour = models.CharField(max_length=7)
    countries = ArrayField(models.CharField(max_length=2))
    is_available = models.BooleanField(default=True)


class Ingredient(CatalogModel):
    """A substance products are made of."""

    name = models.CharField(_("Ingredient"), max_length=120, unique=True)


class Allergen(CatalogModel):
    """A claim of absence, as the API's allergens are: `Gluten Free`."""

    name = models.CharField(_("Free of"), max_length=80, unique=True)


class SupplementType(CatalogModel):
    """A kind of supplement: minerals, probiotics."""

    name = models.CharField(_("Supplement type"), max_length=80, unique=True)


class Certification(CatalogModel):
    """What somebody else has confirmed of a product."""

    name = models.CharField(_("Certification"), max_length=120, unique=True)


class Product(CatalogModel):
    """What a brand makes, in one or several sizes (its variants), with the dosage of its label."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(_("Product"), max_length=160)
    form = models.CharField(max_length=16)
    description_html = models.TextField()
    dosage_amount = models.CharField(_("Amount"), max_length=40)
    dosage_frequency = models.CharField(_("Frequency"), max_length=80)
    dosage_duration = models.CharField(_("Duration"), max_length=80)
    dosage_format = models.CharField(max_length=40)
    dosage_additional_info = models.CharField(_("Additional instructions"), max_length=500, blank=True)
    popularity = models.IntegerField(default=0)
    search_text = models.TextField(editable=False)
    ingredients: "models.ManyToManyField[Ingredient, ProductIngredient]" = models.ManyToManyField(
        Ingredient, through="ProductIngredient", related_name="products"
    )
    supplement_types = models.ManyToManyField(SupplementType, related_name="products")
    free_of = models.ManyToManyField(Allergen, related_name="products")
    certifications = models.ManyToManyField(Certification, related_name="products")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="product_name_once_a_brand")]
        indexes = [
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="product_search"),
            models.Index(fields=["name", "id"], name="product_by_name"),
            models.Index(fields=["-popularity", "id"], name="product_by_popularity"),
        ]


class ProductIngredient(models.Model):
    """How much of an ingredient one serving holds, in which form: 120 mg as bisglycinate."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="contents")
    ingredient = models.ForeignKey(Ingredient, on_delete=models.PROTECT, related_name="contents")
    position = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=12, decimal_places=3)
    unit = models.CharField(max_length=20)
    detail = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "ingredient"], name="ingredient_once_a_product"),
        ]


class Variant(CatalogModel):
    """A size of a product, which is what is prescribed and ordered."""

    class Status(models.TextChoices):
        AVAILABLE = rules.AVAILABLE, _("In stock")
        DISCONTINUED = rules.DISCONTINUED, _("Discontinued")
        BACKORDERED = rules.BACKORDERED, _("Back-ordered")
        UNAVAILABLE = rules.UNAVAILABLE, _("Unavailable")
        VENDOR_BACKORDER = rules.VENDOR_BACKORDER, _("Back-ordered by the vendor")

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField(max_length=40, unique=True)
    supplier_sku = models.CharField(max_length=40, blank=True)
    upc = models.CharField(max_length=14, blank=True)
    units = models.PositiveIntegerField()
    unit_of_measure = models.CharField(max_length=40)
    msrp = models.DecimalField(_("Price"), max_digits=8, decimal_places=2)
    wholesale = models.DecimalField(max_digits=8, decimal_places=2)
    status = models.CharField(max_length=20, choices=Status.choices)
    expected_back_date = models.DateField(null=True)
    is_primary = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product"], condition=models.Q(is_primary=True), name="one_primary_variant_a_product"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=rules.VARIANT_STATUSES), name="variant_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(msrp__gte=0, wholesale__gte=0), name="variant_prices_are_not_negative"
            ),
        ]


# The stubs cannot name the manager made from a generic query set, hence the ignored assignments below.
class FavouritesCategory(TenantModel):
    """A dispensary's own list of favourite products: what the API calls a category."""

    name = models.CharField(_("Category"), max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[TenantQuerySet["FavouritesCategory"]] = TenantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", Lower("name"), name="category_name_once_a_dispensary"),
            models.CheckConstraint(condition=~models.Q(name=""), name="category_has_a_name"),
        ]


class FavouriteProduct(TenantModel):
    """A product's place in a category."""

    category = TenantForeignKey(
        FavouritesCategory, on_delete=models.CASCADE, related_name="places", db_index=False
    )
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[TenantQuerySet["FavouriteProduct"]] = TenantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "product"], name="product_once_a_category"),
        ]


class ProductPermission(TenantModel):
    """A dispensary's decision about a product; where there is none, the product is permitted."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", db_index=False)
    is_permitted = models.BooleanField()
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[TenantQuerySet["ProductPermission"]] = TenantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "organization"], name="one_decision_a_product"),
        ]


class CustomDosage(TenantModel):
    """The dosage a practitioner has saved for a product, in place of the label's."""

    practitioner = TenantForeignKey(Practitioner, on_delete=models.CASCADE, related_name="+", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    amount = models.CharField(_("Amount"), max_length=80, blank=True)
    frequency = models.CharField(_("Frequency"), max_length=80, blank=True)
    duration = models.CharField(_("Duration"), max_length=80, blank=True)
    format = models.CharField(max_length=80, blank=True)
    additional_info = models.CharField(_("Additional instructions"), max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[TenantQuerySet["CustomDosage"]] = TenantQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "product"], name="dosage_once_a_practitioner"),
        ]
