"""Reading the catalogue as one dispensary sees it. Nothing is asked of the database until rows are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value, When

from betony.dispensary.accounts.models import Organization
from betony.dispensary.catalog import pictures, rules
from betony.dispensary.catalog.models import (
    Brand,
    CustomDosage,
    FavouriteProduct,
    FavouritesCategory,
    Product,
    ProductPermission,
    Variant,
)
from betony.kit.identifiers import read_uuid


class Permission(TypedDict):
    """Whether a dispensary sells the product."""

    is_permitted_here: bool


class Size(TypedDict):
    """How many products a category holds."""

    product_count: int


# The types of rows with what a query adds to them, for the type checker only.
if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    SeenProduct = WithAnnotations[Product, Permission]
    SeenVariant = WithAnnotations[Variant, Permission]
    CountedCategory = WithAnnotations[FavouritesCategory, Size]
else:
    SeenProduct, SeenVariant, CountedCategory = Product, Variant, FavouritesCategory


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a search is narrowed to. Of ingredients and types any one is enough; claims must all be made."""

    brand_id: UUID | None = None
    ingredient_ids: Sequence[UUID] = ()
    supplement_type_ids: Sequence[UUID] = ()
    allergen_ids: Sequence[UUID] = ()
    certification_ids: Sequence[UUID] = ()


NO_FILTER = Filter()
_SHORT = 2
_LONG_ENOUGH_TO_MISSPELL = 5


def for_dispensary(organization: Organization) -> QuerySet[SeenProduct]:
    """Every product with its brand and sizes, and in `is_permitted_here` whether this dispensary sells it.

    A product is permitted when its brand is sold in the dispensary's country and the dispensary has not
    decided against it. Sizes are in `product.variants.all()`, the primary one first: two queries in all.
    """
    sizes = Variant.objects.order_by("-is_primary", "units", "id")
    return (
        Product.objects.select_related("brand")
        .prefetch_related(Prefetch("variants", sizes))
        .annotate(is_permitted_here=_permission(organization, product="pk", brand="brand"))
    )


def permitted(organization: Organization) -> QuerySet[SeenProduct]:
    """The products this dispensary may sell."""
    return for_dispensary(organization).filter(is_permitted_here=True)


def refused(organization: Organization) -> QuerySet[SeenProduct]:
    """The products this dispensary has decided not to sell."""
    decisions = ProductPermission.objects.for_organization(organization.pk).filter(is_permitted=False)
    return for_dispensary(organization).filter(pk__in=decisions.values("product_id"))


def listed(organization: Organization) -> QuerySet[SeenProduct]:
    """Every product by name."""
    return for_dispensary(organization).order_by("name", "id")


def searched(
    organization: Organization, *, text: str = "", narrowed: Filter = NO_FILTER
) -> QuerySet[SeenProduct]:
    """The permitted products that have every word of `text` in name, brand, ingredients or SKU, best first.

    A word may be part of a longer one or slightly misspelt; a word of one or two letters begins a word.
    Products that bear the words in their own name come first, then those found exactly, then the misspelt;
    within each, the popular ones.
    """
    products = _narrowed(permitted(organization), narrowed)
    words = rules.search_words(text)
    if not words:
        return products.none() if text.strip() else products.order_by("-popularity", "id")
    for word in words:
        products = products.filter(_exact(word) | _near(word))
    in_name = [_starts("name__unaccent__i", word) for word in words]
    exactly = [_exact(word) for word in words]
    place = Case(When(Q(*in_name), then=0), When(Q(*exactly), then=1), default=Value(2))
    return products.annotate(place=place).order_by("place", "-popularity", "id")


def similar(organization: Organization, product: Product) -> QuerySet[SeenProduct]:
    """The permitted products that hold the product's leading ingredient, the popular ones first."""
    leading = product.contents.filter(position=0).values("ingredient_id")
    return (
        permitted(organization)
        .filter(contents__ingredient_id__in=leading)
        .exclude(pk=product.pk)
        .order_by("-popularity", "id")
    )


def variants(organization: Organization) -> QuerySet[SeenVariant]:
    """Every variant with its product and brand, and `is_permitted_here` as products have it."""
    permission = _permission(organization, product="product", brand="product__brand")
    return Variant.objects.select_related("product__brand").annotate(is_permitted_here=permission)


def variants_named(organization: Organization, names: Iterable[str]) -> dict[str, SeenVariant]:
    """The variants that go by these ids or SKUs, by the name asked for; unknown names are left out.

    One query. Older clients of the API send a SKU where an id is expected.
    """
    asked = {name.strip(): read_uuid(name.strip()) for name in names}
    ids = [one for one in asked.values() if one is not None]
    found = list(variants(organization).filter(Q(pk__in=ids) | Q(sku__in=list(asked))))
    by_name: dict[object, SeenVariant] = {variant.sku: variant for variant in found}
    by_name.update((variant.pk, variant) for variant in found)
    keys = {name: by_name.get(one if one is not None else name) for name, one in asked.items()}
    return {name: variant for name, variant in keys.items() if variant is not None}


def brands(
    organization: Organization, *, only_available: bool = False, only_permitted: bool = False
) -> QuerySet[Brand]:
    """The brands by name: all, those with products to be had, those sold in the dispensary's country."""
    found = Brand.objects.order_by("name", "id")
    if only_available:
        found = found.filter(is_available=True)
    if only_permitted:
        found = found.filter(countries__contains=[organization.country])
    return found


def categories(organization: Organization) -> QuerySet[CountedCategory]:
    """The dispensary's favourites categories by name, with `product_count`."""
    return (
        FavouritesCategory.objects.for_organization(organization.pk)
        .annotate(product_count=Count("places"))
        .order_by("name", "id")
    )


def category_products(organization: Organization, category: FavouritesCategory) -> QuerySet[SeenProduct]:
    """The products of a category by name, those included that are not permitted any more."""
    places = FavouriteProduct.objects.for_organization(organization.pk).filter(category=category)
    return listed(organization).filter(pk__in=places.values("product_id"))


def custom_dosage(
    organization: Organization, *, product_id: UUID, practitioner_id: UUID
) -> CustomDosage | None:
    """The dosage the practitioner has saved for the product, if any."""
    saved = CustomDosage.objects.for_organization(organization.pk)
    return saved.filter(product_id=product_id, practitioner_id=practitioner_id).first()


def pack(variant_id: UUID) -> pictures.Pack | None:
    """What the picture of a variant shows; None when there is no such variant."""
    found = Variant.objects.select_related("product__brand").filter(pk=variant_id).first()
    if found is None:
        return None
    return pictures.Pack(
        product_name=found.product.name,
        brand_name=found.product.brand.name,
        colour=found.product.brand.colour,
        form=found.product.form,
        size=f"{found.units} {found.unit_of_measure}",
    )


def _permission(organization: Organization, *, product: str, brand: str) -> Case:
    refused = ProductPermission.objects.for_organization(organization.pk).filter(
        product_id=OuterRef(product), is_permitted=False
    )
    is_sold = Q(**{f"{brand}__countries__contains": [organization.country]})
    return Case(
        When(is_sold & ~Exists(refused), then=True),
        default=Value(False),
        output_field=models.BooleanField(),
    )


def _narrowed(products: QuerySet[SeenProduct], narrowed: Filter) -> QuerySet[SeenProduct]:
    if narrowed.brand_id:
        products = products.filter(brand_id=narrowed.brand_id)
    if narrowed.ingredient_ids:
        products = _with_any(products, Product.ingredients.through, "ingredient", narrowed.ingredient_ids)
    if narrowed.supplement_type_ids:
        products = _with_any(
            products, Product.supplement_types.through, "supplementtype", narrowed.supplement_type_ids
        )
    for allergen_id in set(narrowed.allergen_ids):
        products = _with_any(products, Product.free_of.through, "allergen", [allergen_id])
    for certification_id in set(narrowed.certification_ids):
        products = _with_any(products, Product.certifications.through, "certification", [certification_id])
    return products


def _exact(word: str) -> Q:
    return _starts("search_text__", word)


def _starts(lookup: str, word: str) -> Q:
    """The word anywhere, or, where it is too short to mean anything inside another, at a word's beginning."""
    if len(word) > _SHORT:
        return Q(**{f"{lookup}contains": word})
    return Q(**{f"{lookup}startswith": word}) | Q(**{f"{lookup}contains": f" {word}"})


def _near(word: str) -> Q:
    # An empty condition adds nothing to an "or".
    return Q(search_text__trigram_word_similar=word) if len(word) >= _LONG_ENOUGH_TO_MISSPELL else Q()


def _with_any(
    products: QuerySet[SeenProduct], link: type[models.Model], name: str, ids: Sequence[UUID]
) -> QuerySet[SeenProduct]:
    """The products linked to any of the ids, each once."""
    links = link._default_manager.filter(**{"product_id": OuterRef("pk"), f"{name}_id__in": ids})
    return products.filter(Exists(links))
