"""Every answer has the keys and types of the public API: not one more, not one less.

The tables below are written from the API's documentation: a key, and the types its value may have.
`status` and `variant_count` of a single product and the pictures of its sizes are additions of ours.
"""

from datetime import date, timedelta

import pytest

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.catalog import access, actions, factories, queries, shapes
from betony.dispensary.catalog.models import Ingredient, Variant
from betony.dispensary.catalog.rules import Dosage
from betony.dispensary.practices import factories as practices
from betony.dispensary.practices.models import PractitionerType
from betony.kit import tenancy

pytestmark = pytest.mark.django_db

SETTING = shapes.Setting(today=date(2026, 11, 21), base_url="http://localhost:8001")
NULL = type(None)

BRAND_REFERENCE = {"id": str, "name": str, "prefix": str}
VARIANT = {
    "id": str,
    "sku": str,
    "primary": bool,
    "units": (int, NULL),
    "unit_of_measure": (str, NULL),
    "availability": str,
    "status": str,
    "upc": (str, NULL),
    "msrp": str,
    "supplier_sku": (str, NULL),
    "image_url_small": str,
    "image_url_medium": str,
    "image_url_large": str,
}
PRODUCT_ROW = {
    "id": str,
    "name": str,
    "brand": BRAND_REFERENCE,
    "primary_variant": VARIANT,
    "variant_count": int,
    "status": str,
}
DOSAGE = {
    "recommended_amount": (str, NULL),
    "recommended_frequency": (str, NULL),
    "recommended_duration": (str, NULL),
    "format": (str, NULL),
    "additional_info": (str, NULL),
}
PRODUCT = {
    "id": str,
    "name": str,
    "description_html": str,
    "brand": BRAND_REFERENCE,
    "variants": [VARIANT],
    "variant_count": int,
    "status": str,
    "dosage": DOSAGE,
    "custom_dosage": DOSAGE,
}
VARIANT_ALONE = {**VARIANT, "product": {"id": str, "name": str, "brand": BRAND_REFERENCE}}
NAMED = {"id": str, "name": str}


def assert_shape(value, expected):
    """The value has exactly the keys and types expected."""
    if isinstance(expected, dict):
        assert set(value) == set(expected)
        for key, inner in expected.items():
            assert_shape(value[key], inner)
    elif isinstance(expected, list):
        assert value
        for one in value:
            assert_shape(one, expected[0])
    else:
        kinds = expected if isinstance(expected, tuple) else (expected,)
        assert type(value) in kinds, f"{value!r} is no {kinds}"


@pytest.fixture
def cedar():
    organization = accounts.organization()
    with tenancy.organization(organization.pk):
        yield organization


def test_a_product_in_a_list(cedar):
    factories.product(statuses=("available", "discontinued"))
    row = shapes.product_row(queries.listed(cedar).get(), setting=SETTING)
    assert_shape(row, PRODUCT_ROW)
    assert (row["variant_count"], row["status"]) == (2, "available")
    assert row["primary_variant"]["msrp"] == "12.80"
    assert row["primary_variant"]["availability"] == "In Stock"


def test_a_product_by_itself_with_a_saved_dosage(cedar):
    made = factories.product(statuses=("available", "backordered"))
    practitioner = practices.practitioner(cedar)
    saved = actions.save_dosage(
        by=factories.alice(cedar),
        practitioner=practitioner,
        product=made,
        dosage=Dosage(amount="2", frequency="every night"),
    )
    found = access.product(cedar, product_id=made.pk)
    answer = shapes.product(found, custom_dosage=saved, setting=SETTING)
    assert_shape(answer, PRODUCT)
    assert answer["dosage"]["recommended_amount"] == "1"
    assert answer["custom_dosage"]["recommended_frequency"] == "every night"
    assert answer["custom_dosage"]["additional_info"] is None
    assert shapes.product(found, custom_dosage=None, setting=SETTING)["custom_dosage"] is None


def test_a_variant_by_itself(cedar):
    product = factories.product()
    found = access.variant(cedar, variant_id=product.variants.get().pk)
    answer = shapes.variant(found, setting=SETTING)
    assert_shape(answer, VARIANT_ALONE)
    assert answer["image_url_small"] == f"http://localhost:8001/assets/products/{found.pk}-small.svg"


def test_a_backordered_variant_says_when_it_is_back(cedar):
    product = factories.product(statuses=("backordered",))
    Variant.objects.filter(product=product).update(expected_back_date=SETTING.today + timedelta(days=5))
    row = shapes.product_row(queries.listed(cedar).get(), setting=SETTING)
    assert (row["status"], row["primary_variant"]["status"]) == ("backordered", "backordered")
    assert row["primary_variant"]["availability"] == "Back in 5 days"


def test_a_product_the_dispensary_does_not_sell_is_unavailable_in_every_answer(cedar):
    product = factories.product()
    actions.set_permission(by=factories.alice(cedar), product=product, is_permitted=False)
    row = shapes.product_row(queries.listed(cedar).get(), setting=SETTING)
    alone = shapes.product(access.product(cedar, product_id=product.pk), custom_dosage=None, setting=SETTING)
    variant = shapes.variant(access.variant(cedar, variant_id=product.variants.get().pk), setting=SETTING)
    assert {row["status"], alone["status"], variant["status"]} == {"unavailable"}
    for shown in (row["primary_variant"], alone["variants"][0], variant):
        assert (shown["availability"], shown["status"]) == ("Not permitted", "unavailable")


def test_brands_words_and_categories(cedar):
    brand = factories.brand()
    assert_shape(shapes.brand_reference(brand), BRAND_REFERENCE)
    assert_shape(shapes.brand(brand), {**BRAND_REFERENCE, "status": str})
    assert shapes.brand(brand)["status"] == "available"
    brand.is_available = False
    assert shapes.brand(brand)["status"] == "unavailable"
    assert_shape(shapes.named(Ingredient.objects.create(name="Zinc")), NAMED)
    actions.add_category(by=factories.alice(cedar), name="Sleep")
    category = queries.categories(cedar).get()
    assert_shape(shapes.named(category), NAMED)
    assert_shape(shapes.category(category), {**NAMED, "product_count": int})


def test_a_practitioner_type(cedar):
    kind = PractitionerType.objects.filter(code="ND").first() or PractitionerType.objects.create(
        code="ND", description="Naturopathic Doctor"
    )
    assert_shape(shapes.practitioner_type(kind), {"id": str, "code": str, "description": str})


def test_no_wholesale_price_leaves_the_house(cedar):
    factories.product()
    row = shapes.product_row(queries.listed(cedar).get(), setting=SETTING)
    assert "7.68" not in str(row)
