"""The addresses of the catalogue in the API."""

from betony.dispensary.api.catalog import operations
from betony.dispensary.api.frame import route
from betony.dispensary.catalog.models import Allergen, Certification, Ingredient, SupplementType

urlpatterns = [
    route("catalog/products", GET=operations.list_products),
    route("catalog/products/<uuid:product_id>", GET=operations.show_product),
    route("catalog/products/<uuid:product_id>/similar", GET=operations.list_similar),
    route("catalog/search/products", GET=operations.search_products),
    route("catalog/variants/<uuid:variant_id>", GET=operations.show_variant),
    route("catalog/brands", GET=operations.list_brands),
    route("catalog/brands/<uuid:brand_id>", GET=operations.show_brand),
    route("catalog/practitioner_types", GET=operations.list_practitioner_types),
    route("clinic/categories", GET=operations.list_categories),
    route("clinic/categories/<uuid:category_id>", GET=operations.show_category),
    route("clinic/categories/<uuid:category_id>/products", GET=operations.list_category_products),
]
for model, one, many in (
    (Ingredient, "ingredient", "ingredients"),
    (SupplementType, "supplement_type", "supplement_types"),
    (Allergen, "allergen", "allergens"),
    (Certification, "third_party_certification", "third_party_certifications"),
):
    urlpatterns += [
        route(f"catalog/{many}", GET=operations.list_of(model, many)),
        route(f"catalog/{many}/<uuid:record_id>", GET=operations.one_of(model, one)),
    ]
