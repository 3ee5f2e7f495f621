"""What programs ask of the catalogue: products, their words, and the dispensary's favourites categories."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Model

from betony.dispensary.accounts.models import OwnerType
from betony.dispensary.api import frame
from betony.dispensary.api.frame import routing
from betony.dispensary.catalog import access, queries, shapes
from betony.dispensary.catalog.models import Brand
from betony.dispensary.catalog.shapes import Json
from betony.dispensary.practices.models import Practitioner, PractitionerType
from betony.kit import clock
from betony.kit.identifiers import read_uuid

# An id nothing has, which an unreadable one stands for: it finds nothing.
_NOTHING = UUID(int=0)


def _setting() -> shapes.Setting:
    return shapes.Setting(today=clock.now().date(), base_url=settings.BETONY_PUBLIC_URL)


def _products(call: frame.Call, rows: Any) -> Json:
    setting = _setting()
    return frame.page(call, "products", rows, lambda row: shapes.product_row(row, setting=setting))


@frame.operation("catalog:read")
def list_products(call: frame.Call) -> Json:
    """All products by name, those included that the dispensary does not sell (they are unavailable)."""
    return _products(call, queries.listed(call.organization))


@frame.operation("catalog:read")
def search_products(call: frame.Call) -> Json:
    """The products the dispensary sells that match the words and filters. An unknown brand is not found."""
    asked = call.parameters()
    brand_id = call.parameter("brand_id")
    narrowed = queries.Filter(
        brand_id=_known(Brand, _id(brand_id)).pk if brand_id else None,
        ingredient_ids=_ids(asked, "ingredient_ids"),
        supplement_type_ids=_ids(asked, "supplement_type_ids"),
        allergen_ids=_ids(asked, "allergen_ids"),
        certification_ids=_ids(asked, "third_party_certification_ids"),
    )
    asked.check()
    return _products(
        call, queries.searched(call.organization, text=call.parameter("query"), narrowed=narrowed)
    )


@frame.operation("catalog:read")
def show_product(call: frame.Call, product_id: UUID) -> Json:
    """A product with the dosage that the named practitioner, or the token's owner, has saved for it."""
    found = access.product(call.organization, product_id=product_id)
    practitioner_id = _practitioner_id(call)
    saved = practitioner_id and queries.custom_dosage(
        call.organization, product_id=product_id, practitioner_id=practitioner_id
    )
    return {"product": shapes.product(found, custom_dosage=saved or None, setting=_setting())}


@frame.operation("catalog:read")
def list_similar(call: frame.Call, product_id: UUID) -> Json:
    """The products with the same leading ingredient, the popular ones first."""
    found = access.product(call.organization, product_id=product_id)
    return _products(call, queries.similar(call.organization, found))


@frame.operation("catalog:read")
def show_variant(call: frame.Call, variant_id: UUID) -> Json:
    """A variant with the product it is a size of."""
    found = access.variant(call.organization, variant_id=variant_id)
    return {"variant": shapes.variant(found, setting=_setting())}


@frame.operation("catalog:read")
def list_brands(call: frame.Call) -> Json:
    """The brands by name."""
    asked = call.parameters()
    only_available, only_permitted = asked.boolean("available"), asked.boolean("clinic_permitted")
    asked.check()
    rows = queries.brands(call.organization, only_available=only_available, only_permitted=only_permitted)
    return frame.page(call, "brands", rows, shapes.brand)


@frame.operation("catalog:read")
def show_brand(call: frame.Call, brand_id: UUID) -> Json:
    """A brand."""
    return {"brand": shapes.brand(_known(Brand, brand_id))}


@frame.operation("catalog:read")
def list_practitioner_types(call: frame.Call) -> Json:
    """The credentials a practitioner can have, by code."""
    rows = PractitionerType.objects.order_by("code", "pk")
    return frame.page(call, "practitioner_types", rows, shapes.practitioner_type)


def list_of(model: type[Model], key: str) -> routing.Operation:
    """Return the operation that lists the records of a model by name: ingredients, allergens, …"""

    @frame.operation("catalog:read")
    def list_named(call: frame.Call) -> Json:
        return frame.page(call, key, model._default_manager.order_by("name", "pk"), shapes.named)

    return list_named


def one_of(model: type[Model], key: str) -> routing.Operation:
    """Return the operation that shows one record of a model."""

    @frame.operation("catalog:read")
    def show_named(call: frame.Call, record_id: UUID) -> Json:
        return {key: shapes.named(_known(model, record_id))}

    return show_named


@frame.operation("clinic:read")
def list_categories(call: frame.Call) -> Json:
    """The dispensary's favourites categories by name."""
    return frame.page(call, "categories", queries.categories(call.organization), shapes.named)


@frame.operation("clinic:read")
def show_category(call: frame.Call, category_id: UUID) -> Json:
    """A favourites category with the number of its products."""
    found = queries.categories(call.organization).filter(pk=category_id).first()
    if found is None:
        raise frame.NotFound
    return {"category": shapes.category(found)}


@frame.operation("clinic:read")
def list_category_products(call: frame.Call, category_id: UUID) -> Json:
    """The products of a favourites category by name."""
    category = access.category(by=call.actor, category_id=category_id)
    return _products(call, queries.category_products(call.organization, category))


def _known(model: type[Any], record_id: UUID) -> Any:
    found = model._default_manager.filter(pk=record_id).first()
    if found is None:
        raise frame.NotFound
    return found


def _ids(asked: frame.Fields, name: str) -> Sequence[UUID]:
    return [_id(text) for text in asked.texts(name)]


def _id(text: str) -> UUID:
    return read_uuid(text) or _NOTHING


def _practitioner_id(call: frame.Call) -> UUID | None:
    """The practitioner whose dosage is asked for. Raises NotFound for one the dispensary does not have."""
    named = call.parameter("practitioner_id")
    if not named:
        return call.owner.id if call.owner.type == OwnerType.PRACTITIONER else None
    found = Practitioner.objects.for_organization(call.organization_id).filter(pk=_id(named)).first()
    if found is None:
        raise frame.NotFound
    return found.pk
