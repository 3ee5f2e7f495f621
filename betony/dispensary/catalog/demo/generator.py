"""Multiplies the formulas over their brands into products and variants: the same result every time."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from betony.dispensary.catalog.demo import brands, exceptions, formulas, ingredients, labels
from betony.dispensary.catalog.demo.records import (
    DemoIngredient,
    DemoProduct,
    DemoVariant,
    NamedRecord,
    stable_id,
    stable_number,
)

_UNITS = {
    "capsule": "capsules",
    "softgel": "softgels",
    "tablet": "tablets",
    "chewable": "chewable tablets",
    "gummy": "gummies",
    "lozenge": "lozenges",
    "packet": "packets",
    "powder": "g",
    "liquid": "mL",
    "drops": "mL",
    "gel": "mL",
}
_FORMATS = {"softgel": "capsule", "gummy": "chewable"}
_MOST_POPULAR = 20_000
_STEP_BETWEEN_FORMULAS = 10
_STEP_BETWEEN_BRANDS = 3_000


def demo_products() -> list[DemoProduct]:
    """Every product of the demo with its variants, in a fixed order."""
    return [
        _product(formula, offer, place=(row, column))
        for row, formula in enumerate(formulas.read_formulas())
        for column, offer in enumerate(formula.offers)
    ]


def demo_ingredients() -> list[NamedRecord]:
    """Every ingredient with its stable id."""
    return [_ingredient(key) for key in ingredients.ingredient_types()]


def _ingredient(key: str) -> NamedRecord:
    return NamedRecord(stable_id("ingredient", key), key, ingredients.ingredient_name(key))


def _product(formula: formulas.Formula, offer: formulas.Offer, *, place: tuple[int, int]) -> DemoProduct:
    row, column = place
    brand = brands.BRANDS_BY_KEY[offer.brand]
    own = _with_strength(formula, offer)
    name = own.name.replace("{s}", labels.strength(own.contents[0]))
    key = f"{brand.key}/{_slug(name)}"
    return DemoProduct(
        id=stable_id("product", key),
        key=key,
        name=name,
        brand_key=brand.key,
        form=own.form,
        dosage_format=_FORMATS.get(own.form, own.form),
        dosage=own.dosage,
        description_html=labels.description_html(own, brand),
        popularity=_MOST_POPULAR - row * _STEP_BETWEEN_FORMULAS - column * _STEP_BETWEEN_BRANDS,
        ingredients=tuple(
            DemoIngredient(_ingredient(content.key), content.amount, content.unit, content.detail)
            for content in own.contents
        ),
        supplement_types=labels.supplement_types(own),
        free_of=labels.free_of(own, brand),
        certifications=labels.certifications(own, brand),
        variants=tuple(_variants(formula, offer, product_key=key, is_leading=column == 0)),
    )


def _with_strength(formula: formulas.Formula, offer: formulas.Offer) -> formulas.Formula:
    if offer.strength is None:
        return formula
    first, *others = formula.contents
    return replace(formula, contents=(replace(first, amount=offer.strength), *others))


def _variants(
    formula: formulas.Formula, offer: formulas.Offer, *, product_key: str, is_leading: bool
) -> Iterator[DemoVariant]:
    brand = brands.BRANDS_BY_KEY[offer.brand]
    sizes = formula.sizes if is_leading else _sizes_of_a_follower(formula.sizes, product_key)
    primary = next((size for size in sizes if size.is_primary), sizes[0])
    for size in sizes:
        sku = f"{brand.prefix}-{_abbreviation(product_key)}-{size.units}"
        msrp = size.price if is_leading else _price_of_a_follower(formula, offer, size)
        status, back_in_days = exceptions.status_of(sku, product_key, brand)
        yield DemoVariant(
            id=stable_id("variant", sku),
            sku=sku,
            supplier_sku=f"{brand.prefix}{stable_number(f'supplier {sku}', 90_000) + 10_000}",
            upc=_upc(sku),
            units=size.units,
            unit_of_measure=_UNITS[formula.form],
            msrp=msrp,
            wholesale=(msrp * Decimal("0.6")).quantize(Decimal("0.01")),
            status=status,
            back_in_days=back_in_days,
            is_primary=size is primary,
        )


def _sizes_of_a_follower(sizes: tuple[formulas.Size, ...], product_key: str) -> tuple[formulas.Size, ...]:
    """Brands that did not invent the formula offer one size of it, or all."""
    chosen = stable_number(f"sizes {product_key}", len(sizes) + 1)
    return sizes if chosen == len(sizes) else (sizes[chosen],)


def _price_of_a_follower(formula: formulas.Formula, offer: formulas.Offer, size: formulas.Size) -> Decimal:
    """The leading price by the brand's level and the root of the strength, to ten cents."""
    level = Decimal(brands.BRANDS_BY_KEY[offer.brand].price_percent) / 100
    stronger = (offer.strength or formula.contents[0].amount) / formula.contents[0].amount
    bounded = min(max(stronger, Decimal("0.4")), Decimal("4"))
    return (size.price * level * bounded.sqrt()).quantize(Decimal("0.1")).quantize(Decimal("0.01"))


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "").replace(",", "")).strip("-")


def _abbreviation(product_key: str) -> str:
    """`magnesium-glycinate-120-mg` is MAGGLY120: three letters a word, numbers whole."""
    words = product_key.partition("/")[2].split("-")
    units = {"mg", "mcg", "iu", "g", "cfu", "of", "the", "with", "for"}
    return "".join(word if word.isdigit() else word[:3].upper() for word in words if word not in units)[:18]


def _upc(sku: str) -> str:
    """Twelve digits in the range kept for use inside a shop (first digit 2), with their check digit."""
    digits = f"2{stable_number(f'upc {sku}', 10**10):010d}"
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
