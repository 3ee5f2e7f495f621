"""Story 5: finding products, their sizes and dosages, brands, favourites."""

from contracts.people import META, NOT_FOUND, UNKNOWN
from contracts.shapes import ID, MONEY, Each, Maybe, check
from contracts.world import Talk, World

BRAND = {"id": ID, "name": str, "prefix": str}
VARIANT = {
    "id": ID, "sku": str, "primary": bool, "units": int, "unit_of_measure": str, "availability": str,
    "status": "available", "msrp": MONEY, "image_url_small": str, "image_url_medium": str,
    "image_url_large": str,
}  # fmt: skip
ROW = {"id": ID, "name": str, "brand": BRAND, "primary_variant": VARIANT, "variant_count": 1,
       "status": "available"}  # fmt: skip
LABEL = {"recommended_amount": Maybe(str), "recommended_frequency": Maybe(str),
         "recommended_duration": Maybe(str), "format": Maybe(str), "additional_info": Maybe(str)}  # fmt: skip


def products_are_found_by_words(world: World) -> None:
    talk = Talk(world, world.owner)
    body = talk.get("catalog/search/products", query="zinc", page__number=1, page__size=20).is_like(
        200, {"products": [ROW], "meta": META}
    )
    check(body["products"][0], {"id": world.zinc.id, "name": world.zinc.name})
    check(body["products"][0]["primary_variant"]["id"], world.zinc.variant_id)
    talk.get("catalog/search/products", query="nosuchthing").is_like(200, {"products": []})


def products_are_found_by_brand(world: World) -> None:
    talk = Talk(world, world.owner)
    body = talk.get("catalog/search/products", query="", brand_id=world.magnesium.brand_id).is_like(
        200, {"products": [ROW]}
    )
    check(body["products"][0]["id"], world.magnesium.id)
    talk.get("catalog/search/products", query="", brand_id=UNKNOWN).is_like(404, NOT_FOUND)


def a_product_shows_its_sizes_and_dosages(world: World) -> None:
    talk = Talk(world, world.owner)
    shape = {"id": world.zinc.id, "name": world.zinc.name, "description_html": str, "status": "available",
             "brand": {**BRAND, "id": world.zinc.brand_id, "name": world.zinc.brand_name},
             "variants": [{**VARIANT, "id": world.zinc.variant_id}], "dosage": LABEL,
             "custom_dosage": Maybe(LABEL)}  # fmt: skip
    talk.get(f"catalog/products/{world.zinc.id}").is_like(200, {"product": shape})
    talk.get(f"catalog/products/{world.zinc.id}", practitioner_id=world.colleague.id).is_like(
        200, {"product": shape}
    )
    talk.get(f"catalog/products/{UNKNOWN}").is_like(404, NOT_FOUND)


def a_variant_names_its_product_and_brand(world: World) -> None:
    talk = Talk(world, world.owner)
    product = {
        "id": world.zinc.id,
        "name": world.zinc.name,
        "brand": {**BRAND, "name": world.zinc.brand_name},
    }
    talk.get(f"catalog/variants/{world.zinc.variant_id}").is_like(
        200, {"variant": {**VARIANT, "id": world.zinc.variant_id, "product": product}}
    )
    talk.get(f"catalog/variants/{UNKNOWN}").is_like(404, NOT_FOUND)


def brands_are_listed_by_name(world: World) -> None:
    body = (
        Talk(world, world.owner)
        .get("catalog/brands", available="true", page__number=1)
        .is_like(200, {"brands": Each({**BRAND, "status": "available"}, least=2), "meta": META})
    )
    names = [one["name"] for one in body["brands"]]
    check(names, sorted(names))
    check({world.zinc.brand_name, world.magnesium.brand_name} <= set(names), True)


def favourites_have_products(world: World) -> None:
    talk = Talk(world, world.owner)
    talk.get("clinic/categories").is_like(200, {"categories": [{"id": world.category_id, "name": str}]})
    body = talk.get(f"clinic/categories/{world.category_id}/products", page__number=1, page__size=20).is_like(
        200, {"products": [ROW], "meta": META}
    )
    check(body["products"][0]["id"], world.zinc.id)
    talk.get(f"clinic/categories/{UNKNOWN}/products").is_like(404, NOT_FOUND)


def what_a_product_holds_is_learned_by_searching(world: World) -> None:
    talk = Talk(world, world.owner)
    body = talk.get("catalog/ingredients", page__number=1, page__size=100).is_like(
        200, {"ingredients": Each({"id": ID, "name": str}, least=2), "meta": META}
    )
    ids = {one["name"]: one["id"] for one in body["ingredients"]}
    found = talk.get("catalog/search/products", ingredient_ids__=ids["Zinc"], page__number=1, page__size=100)
    check(found.is_like(200, {"products": [ROW], "meta": META})["products"][0]["id"], world.zinc.id)
    found = talk.get("catalog/search/products", ingredient_ids__=ids["Magnesium"])
    check(found.is_like(200, {"products": [ROW]})["products"][0]["id"], world.magnesium.id)
    talk.get("catalog/search/products", ingredient_ids__=UNKNOWN).is_like(200, {"products": []})


def a_product_does_not_tell_what_it_holds(world: World) -> None:
    shown = Talk(world, world.owner).get(f"catalog/products/{world.zinc.id}").is_like(200, {"product": dict})
    check("ingredients" in shown["product"], False)
