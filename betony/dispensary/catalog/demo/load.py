"""Stores the demo catalogue, in bulk and through the role that migrates."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from django.db import models, transaction

from betony.dispensary.catalog import rules
from betony.dispensary.catalog.demo import brands, choices, claims, generator, ingredients
from betony.dispensary.catalog.demo.records import DemoProduct, stable_id
from betony.dispensary.catalog.models import (
    Allergen,
    Brand,
    Certification,
    CustomDosage,
    FavouriteProduct,
    FavouritesCategory,
    Ingredient,
    Product,
    ProductIngredient,
    ProductPermission,
    SupplementType,
    Variant,
)

Record = TypeVar("Record", bound=models.Model)
_BATCH = 2000


def load_catalogue(*, today: date, using: str = "migration") -> int:
    """Store brands, words and products, and return the number of variants. Does nothing a second time.

    `today` is the day from which backordered variants count the days until they are back.
    """
    products = generator.demo_products()
    with transaction.atomic(using=using):
        if not Brand.objects.using(using).exists():
            _store_words(using)
            _store_products(products, today, using)
        return Variant.objects.using(using).count()


def load_choices(*, organization_id: UUID, refused: Sequence[str] = (), using: str = "migration") -> None:
    """Store the favourites of one dispensary and the products (by their keys) it does not permit."""
    by_key = {product.key: product.id for product in generator.demo_products()}
    with transaction.atomic(using=using):
        _store(using, [
            ProductPermission(organization_id=organization_id, product_id=by_key[key], is_permitted=False)
            for key in refused
        ])  # fmt: skip
        for name, keys in choices.FAVOURITES.items():
            category = FavouritesCategory(
                id=stable_id(f"category of {organization_id}", name),
                organization_id=organization_id,
                name=name,
            )
            _store(using, [category])
            _store(using, [
                FavouriteProduct(organization_id=organization_id, category=category, product_id=by_key[key])
                for key in keys
            ])  # fmt: skip


def load_dosages(*, organization_id: UUID, practitioner_id: UUID, using: str = "migration") -> None:
    """Store the dosages that one practitioner has saved."""
    by_key = {product.key: product.id for product in generator.demo_products()}
    _store(using, [
        CustomDosage(
            organization_id=organization_id, practitioner_id=practitioner_id, product_id=by_key[key],
            **dataclasses.asdict(dosage),
        )
        for key, dosage in choices.DOSAGES.items()
    ])  # fmt: skip


def _store_words(using: str) -> None:
    _store(using, [
        Brand(
            id=stable_id("brand", brand.key), name=brand.name, prefix=brand.prefix, colour=brand.colour,
            countries=list(brand.countries), is_available=brand.is_available,
        )
        for brand in brands.DEMO_BRANDS
    ])  # fmt: skip
    _store(using, [Ingredient(id=one.id, name=one.name) for one in generator.demo_ingredients()])
    _store(using, [
        SupplementType(id=stable_id("type", name), name=name) for name in ingredients.supplement_type_names()
    ])  # fmt: skip
    _store(
        using, [Allergen(id=stable_id("allergen", key), name=name) for key, name in claims.FREE_OF.items()]
    )
    _store(using, [
        Certification(id=stable_id("certification", key), name=name)
        for key, name in claims.CERTIFICATIONS.items()
    ])  # fmt: skip


def _store_products(products: Sequence[DemoProduct], today: date, using: str) -> None:
    _store(using, [_product(product) for product in products])
    _store(using, [
        ProductIngredient(
            product_id=product.id, ingredient_id=item.ingredient.id, position=position,
            amount=item.amount, unit=item.unit, detail=item.detail,
        )
        for product in products
        for position, item in enumerate(product.ingredients)
    ])  # fmt: skip
    _store(using, [variant for product in products for variant in _variants(product, today)])
    for links, name, kind in (
        (Product.supplement_types.through, "supplementtype", "type"),
        (Product.free_of.through, "allergen", "allergen"),
        (Product.certifications.through, "certification", "certification"),
    ):
        _store(using, [
            links(**{"product_id": product.id, f"{name}_id": stable_id(kind, key)})
            for product in products
            for key in _keys(product, kind)
        ])  # fmt: skip


def _keys(product: DemoProduct, kind: str) -> tuple[str, ...]:
    by_kind = {
        "type": product.supplement_types,
        "allergen": product.free_of,
        "certification": product.certifications,
    }
    return by_kind[kind]


def _product(product: DemoProduct) -> Product:
    brand = brands.BRANDS_BY_KEY[product.brand_key]
    names = [product.name, brand.name, *(item.ingredient.name for item in product.ingredients)]
    return Product(
        id=product.id,
        brand_id=stable_id("brand", brand.key),
        name=product.name,
        form=product.form,
        description_html=product.description_html,
        dosage_amount=product.dosage.amount,
        dosage_frequency=product.dosage.frequency,
        dosage_duration=product.dosage.duration,
        dosage_format=product.dosage_format,
        dosage_additional_info=product.dosage.additional_info,
        popularity=product.popularity,
        search_text=rules.plain(" ".join([*names, *(variant.sku for variant in product.variants)])),
    )


def _variants(product: DemoProduct, today: date) -> Iterable[Variant]:
    for one in product.variants:
        back = None if one.back_in_days is None else today + timedelta(days=one.back_in_days)
        yield Variant(
            id=one.id, product_id=product.id, sku=one.sku, supplier_sku=one.supplier_sku, upc=one.upc,
            units=one.units, unit_of_measure=one.unit_of_measure, msrp=one.msrp, wholesale=one.wholesale,
            status=one.status, expected_back_date=back, is_primary=one.is_primary,
        )  # fmt: skip


def _store(using: str, rows: Sequence[Record]) -> None:
    if rows:
        type(rows[0])._default_manager.using(using).bulk_create(rows, batch_size=_BATCH)
