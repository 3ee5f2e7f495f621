"""The demo catalogue is large, believable, consistent and always the same."""

import collections
import hashlib
import re
from decimal import Decimal
from itertools import pairwise

import pytest

from betony.dispensary.catalog.demo import brands, choices, claims, formulas, generator, ingredients
from betony.dispensary.catalog.demo.records import DemoProduct, DemoVariant

PRODUCTS = generator.demo_products()
VARIANTS = [variant for product in PRODUCTS for variant in product.variants]
BY_KEY = {product.key: product for product in PRODUCTS}
FREQUENCIES = {
    "once per day",
    "twice per day",
    "three times per day",
    "four times per day",
    "every morning",
    "every night",
}
STATUSES = {"available", "discontinued", "backordered", "unavailable", "vendor backorder"}


def _primary(key: str) -> DemoVariant:
    return next(variant for variant in BY_KEY[key].variants if variant.is_primary)


def test_it_has_at_least_the_promised_number_of_brands_products_and_variants() -> None:
    assert len({product.brand_key for product in PRODUCTS}) >= 32
    assert len(PRODUCTS) >= 260
    assert len(VARIANTS) >= 440


def test_it_is_the_same_on_every_machine() -> None:
    digest = hashlib.sha256(repr(PRODUCTS).encode()).hexdigest()
    again = hashlib.sha256(repr(generator.demo_products()).encode()).hexdigest()
    assert digest == again
    assert str(_primary("alder-ash/magnesium-glycinate-120-mg").id) == "7a749173-09a2-4ad3-9b02-7ab392d78838"


def test_no_id_code_or_key_is_used_twice() -> None:
    for values in (
        [product.id for product in PRODUCTS],
        [product.key for product in PRODUCTS],
        [variant.id for variant in VARIANTS],
        [variant.sku for variant in VARIANTS],
        [variant.upc for variant in VARIANTS],
        [variant.supplier_sku for variant in VARIANTS],
        [brand.prefix for brand in brands.DEMO_BRANDS],
        [brand.name for brand in brands.DEMO_BRANDS],
    ):
        assert [value for value, count in collections.Counter(values).items() if count > 1] == []


def test_every_id_is_a_version_4_identifier() -> None:
    ids = [product.id for product in PRODUCTS] + [variant.id for variant in VARIANTS]
    assert {one.version for one in [*ids, *(item.id for item in generator.demo_ingredients())]} == {4}


def test_every_upc_lies_in_the_range_for_use_inside_a_shop_and_checks() -> None:
    for variant in VARIANTS:
        assert re.fullmatch(r"2\d{11}", variant.upc)
        digits = [int(digit) for digit in variant.upc]
        assert (3 * sum(digits[0::2]) + sum(digits[1::2])) % 10 == 0


@pytest.mark.parametrize(
    ("key", "units", "unit", "price"),
    [
        ("alder-ash/magnesium-glycinate-120-mg", 180, "capsules", "31.90"),
        ("fernway/magnesium-citrate-powder", 240, "g", "26.40"),
        ("northlight/magnesium-l-threonate", 90, "capsules", "44.00"),
        ("northlight/vitamin-d3-k2-drops", 30, "mL", "22.50"),
        ("kindling/ashwagandha-root", 120, "capsules", "28.00"),
    ],
)
def test_the_products_of_the_pictures_have_their_sizes_and_prices(
    key: str, units: int, unit: str, price: str
) -> None:
    primary = _primary(key)
    assert (primary.units, primary.unit_of_measure, primary.msrp) == (units, unit, Decimal(price))


def test_the_threonate_is_back_in_five_days() -> None:
    primary = _primary("northlight/magnesium-l-threonate")
    assert (primary.status, primary.back_in_days) == ("backordered", 5)


def test_each_product_has_exactly_one_primary_size_and_larger_sizes_cost_more() -> None:
    for product in PRODUCTS:
        assert [variant.is_primary for variant in product.variants].count(True) == 1
        for smaller, larger in pairwise(product.variants):
            assert smaller.units < larger.units
            assert smaller.msrp < larger.msrp


def test_every_price_is_positive_and_above_wholesale() -> None:
    assert all(Decimal("5") < variant.msrp < Decimal("200") for variant in VARIANTS)
    assert all(variant.wholesale < variant.msrp for variant in VARIANTS)


def test_most_variants_are_in_stock_and_every_other_status_occurs() -> None:
    counts = collections.Counter(variant.status for variant in VARIANTS)
    assert set(counts) == STATUSES
    assert counts["available"] > 0.85 * len(VARIANTS)


def test_dosages_use_the_documented_words() -> None:
    for product in PRODUCTS:
        assert re.fullmatch(r"\d+(-\d+|/\d+)?", product.dosage.amount)
        assert product.dosage.frequency in FREQUENCIES
        assert product.dosage.duration in {"as needed", "ongoing"} or product.dosage.duration.isdigit()


def test_nothing_claims_to_be_free_of_what_it_contains() -> None:
    for product in PRODUCTS:
        inside = {
            ingredients.CONTAINED_ALLERGENS[item.ingredient.key][0]
            for item in product.ingredients
            if item.ingredient.key in ingredients.CONTAINED_ALLERGENS
        }
        assert not inside.intersection(product.free_of), product.key
        assert all(f"Contains: {allergen}" in product.description_html for allergen in inside)


def test_glucosamine_says_that_it_comes_from_shellfish() -> None:
    product = BY_KEY["saltmarsh/glucosamine-sulfate-750-mg"]
    assert "Contains: shellfish (shrimp, crab)." in product.description_html


@pytest.mark.parametrize(
    "word",
    [
        "ginkgo",
        "garlic",
        "turmeric",
        "vitamin-k2",
        "vitamin-e",
        "red-yeast-rice",
        "st-johns-wort",
        "fish-oil",
        "glucosamine",
        "iron",
    ],
)
def test_the_ingredients_that_matter_with_warfarin_or_an_allergy_are_sold(word: str) -> None:
    assert any(item.ingredient.key == word for product in PRODUCTS for item in product.ingredients)


def test_every_ingredient_is_used_and_every_claim_is_named() -> None:
    used = {item.ingredient.key for product in PRODUCTS for item in product.ingredients}
    assert used == set(ingredients.ingredient_types())
    assert {claim for product in PRODUCTS for claim in product.free_of} == set(claims.FREE_OF)
    assert {given for product in PRODUCTS for given in product.certifications} == set(claims.CERTIFICATIONS)


def test_descriptions_hold_nothing_but_paragraphs() -> None:
    for product in PRODUCTS:
        assert re.sub(r"</?p>", "", product.description_html).count("<") == 0
        assert re.search(r"&(?!amp;|lt;|gt;)", product.description_html) is None


def test_some_brands_are_sold_in_one_country_only() -> None:
    sold_in = {brand.countries for brand in brands.DEMO_BRANDS}
    assert sold_in == {("US", "CA"), ("US",), ("CA",)}


def test_what_dispensaries_choose_exists() -> None:
    assert set(choices.NOT_PERMITTED_AT_MEADOWLARK) <= set(BY_KEY)
    assert set(choices.DOSAGES) <= set(BY_KEY)
    assert {key for keys in choices.FAVOURITES.values() for key in keys} <= set(BY_KEY)


def test_names_are_short_enough_for_a_list() -> None:
    longest = max((product.name for product in PRODUCTS), key=len)
    assert len(longest) <= 60, longest


def test_a_line_that_cannot_be_read_is_quoted_in_the_error() -> None:
    with pytest.raises(formulas.TableError, match="magnesium many"):
        formulas.read_contents("magnesium many mg")


def test_the_more_popular_of_two_is_the_one_written_first() -> None:
    popularity: dict[str, DemoProduct] = BY_KEY
    assert (
        popularity["alder-ash/magnesium-glycinate-120-mg"].popularity
        > popularity["fernway/magnesium-citrate-powder"].popularity
        > popularity["northlight/magnesium-l-threonate"].popularity
        > popularity["quillbrook/magnesium-glycinate-100-mg"].popularity
    )
