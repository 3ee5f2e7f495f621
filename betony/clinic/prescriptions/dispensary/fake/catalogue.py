"""The operations of the catalogue, over the rows in memory."""

from betony.clinic.prescriptions.dispensary.fake import calls
from betony.clinic.prescriptions.dispensary.fake.calls import Call
from betony.clinic.prescriptions.dispensary.fake.state import Json, not_found


def _row_of_product(product: Json) -> Json:
    primary = next(one for one in product["variants"] if one["primary"])
    row = calls.only(product, ("id", "name", "brand", "status"))
    return {**row, "primary_variant": primary, "variant_count": len(product["variants"])}


def search_products(call: Call) -> tuple[int, Json]:
    words, brand_id = str(call.params.get("query", "")).casefold().split(), call.params.get("brand_id")
    if brand_id and brand_id not in {product["brand"]["id"] for product in call.catalogue}:
        raise not_found()
    held = call.params.get("ingredient_ids[]")
    wanted = set(held if isinstance(held, list) else [held]) if held else None
    rows = [
        _row_of_product(product)
        for product in call.catalogue
        if (wanted is None or wanted & {one["id"] for one in product["ingredients"]})
        and all(word in f"{product['name']} {product['brand']['name']}".casefold() for word in words)
        and product["brand"]["id"] == (brand_id or product["brand"]["id"])
    ]
    return calls.page(call, "products", rows)


def show_product(call: Call, product_id: str) -> tuple[int, Json]:
    product = calls.one_of(call.catalogue, product_id)
    practitioner_id = str(call.params.get("practitioner_id") or call.grant.owner["id"])
    if practitioner_id not in {one["id"] for one in (*call.clinic.practitioners, *call.clinic.staff)}:
        raise not_found()
    return 200, {
        "product": {
            **_shown(product),
            "custom_dosage": call.clinic.dosages.get((practitioner_id, product_id)),
        }
    }


def _shown(product: Json) -> Json:
    """The product as the API tells it: what it holds is known to the search alone."""
    return {name: value for name, value in product.items() if name != "ingredients"}


def list_ingredients(call: Call) -> tuple[int, Json]:
    by_id = {one["id"]: one for product in call.catalogue for one in product["ingredients"]}
    return calls.page(call, "ingredients", sorted(by_id.values(), key=lambda one: str(one["name"])))


def show_variant(call: Call, variant_id: str) -> tuple[int, Json]:
    for product in call.catalogue:
        for variant in product["variants"]:
            if variant["id"] == variant_id:
                return 200, {"variant": {**variant, "product": calls.only(product, ("id", "name", "brand"))}}
    raise not_found()


def list_brands(call: Call) -> tuple[int, Json]:
    brands = {product["brand"]["id"]: product["brand"] for product in call.catalogue}
    rows = sorted(brands.values(), key=lambda one: str(one["name"]))
    return calls.page(call, "brands", [{**one, "status": "available"} for one in rows])


def list_categories(call: Call) -> tuple[int, Json]:
    return calls.page(call, "categories", [calls.only(one, ("id", "name")) for one in call.clinic.categories])


def list_category_products(call: Call, category_id: str) -> tuple[int, Json]:
    category = calls.one_of(call.clinic.categories, category_id)
    rows = [_row_of_product(one) for one in call.catalogue if one["id"] in category["product_ids"]]
    return calls.page(call, "products", rows)
