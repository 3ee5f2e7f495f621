"""Products, variants, brands and favourites categories in the public API's own words. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from betony.dispensary.catalog import pictures, rules
from betony.dispensary.catalog.models import Brand, CustomDosage, Product, Variant
from betony.dispensary.catalog.queries import CountedCategory, SeenProduct, SeenVariant
from betony.dispensary.practices.models import PractitionerType

Json = dict[str, Any]
NOT_PERMITTED = "Not permitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What an answer depends on besides the records: the day, and where pictures are served."""

    today: date
    base_url: str


def named(record: Any) -> Json:
    """An ingredient, allergen, supplement type, certification or category in a list."""
    return {"id": str(record.pk), "name": record.name}


def brand_reference(brand: Brand) -> Json:
    """A brand inside a product."""
    return {"id": str(brand.pk), "name": brand.name, "prefix": brand.prefix}


def brand(found: Brand) -> Json:
    """A brand by itself."""
    status = rules.AVAILABLE if found.is_available else rules.UNAVAILABLE
    return {**brand_reference(found), "status": status}


def category(found: CountedCategory) -> Json:
    """A favourites category by itself."""
    return {**named(found), "product_count": found.product_count}


def practitioner_type(found: PractitionerType) -> Json:
    """A credential a practitioner can have."""
    return {"id": str(found.pk), "code": found.code, "description": found.description}


def product_row(product: SeenProduct, *, setting: Setting) -> Json:
    """A product in a list, with its primary size. A product the dispensary does not sell is unavailable."""
    variants = list(product.variants.all())
    primary = next((one for one in variants if one.is_primary), None)
    is_permitted = product.is_permitted_here
    return {
        "id": str(product.pk),
        "name": product.name,
        "brand": brand_reference(product.brand),
        "primary_variant": primary and _variant(primary, is_permitted=is_permitted, setting=setting),
        "variant_count": len(variants),
        "status": _product_status(variants, is_permitted=is_permitted),
    }


def product(found: SeenProduct, *, custom_dosage: CustomDosage | None, setting: Setting) -> Json:
    """A product by itself, with all its sizes, the label's dosage and the practitioner's own."""
    variants = list(found.variants.all())
    is_permitted = found.is_permitted_here
    return {
        "id": str(found.pk),
        "name": found.name,
        "description_html": found.description_html,
        "brand": brand_reference(found.brand),
        "variants": [_variant(one, is_permitted=is_permitted, setting=setting) for one in variants],
        "variant_count": len(variants),
        "status": _product_status(variants, is_permitted=is_permitted),
        "dosage": _label_dosage(found),
        "custom_dosage": custom_dosage and _custom_dosage(custom_dosage),
    }


def variant(found: SeenVariant, *, setting: Setting) -> Json:
    """A variant by itself, with the product it is a size of."""
    parent = found.product
    return {
        **_variant(found, is_permitted=found.is_permitted_here, setting=setting),
        "product": {"id": str(parent.pk), "name": parent.name, "brand": brand_reference(parent.brand)},
    }


def _variant(found: Variant, *, is_permitted: bool, setting: Setting) -> Json:
    status = found.status if is_permitted else rules.UNAVAILABLE
    availability = rules.availability(status, found.expected_back_date, setting.today)
    pictured = f"{setting.base_url}/assets/products/{found.pk}"
    return {
        "id": str(found.pk),
        "sku": found.sku,
        "primary": found.is_primary,
        "units": found.units,
        "unit_of_measure": found.unit_of_measure,
        "availability": availability if is_permitted else NOT_PERMITTED,
        "status": status,
        "upc": found.upc or None,
        "msrp": f"{found.msrp:.2f}",
        "supplier_sku": found.supplier_sku or None,
        **{f"image_url_{size}": f"{pictured}-{size}.svg" for size in pictures.PIXELS},
    }


def _product_status(variants: list[Variant], *, is_permitted: bool) -> str:
    return rules.product_status(one.status for one in variants) if is_permitted else rules.UNAVAILABLE


def _label_dosage(found: Product) -> Json:
    return _dosage(
        found.dosage_amount, found.dosage_frequency, found.dosage_duration, found.dosage_format,
        found.dosage_additional_info,
    )  # fmt: skip


def _custom_dosage(saved: CustomDosage) -> Json:
    return _dosage(saved.amount, saved.frequency, saved.duration, saved.format, saved.additional_info)


def _dosage(amount: str, frequency: str, duration: str, form: str, additional_info: str) -> Json:
    return {
        "recommended_amount": amount or None,
        "recommended_frequency": frequency or None,
        "recommended_duration": duration or None,
        "format": form or None,
        "additional_info": additional_info or None,
    }
