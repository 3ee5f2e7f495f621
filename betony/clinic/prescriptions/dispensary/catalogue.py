"""The catalogue of the dispensary: products, their sizes, brands, categories, ingredients."""

from collections.abc import Mapping
from typing import Any

from betony.clinic.prescriptions.dispensary import parsing, shapes, wire

# How many products a list in the writer shows.
SHOWN_AT_ONCE = 20


class Catalogue(wire.Wire):
    """Reading the catalogue."""

    def search_products(self, *, query: str, brand_id: str = "", page: int = 1) -> shapes.ProductPage:
        """Return a page of the products that fit the words; pages count from 1."""
        params: dict[str, Any] = {"query": query, **wire.paging(page, SHOWN_AT_ONCE)}
        if brand_id:
            params["brand_id"] = brand_id
        return self._product_page("/api/catalog/search/products", params)

    def product(self, product_id: str, *, practitioner_id: str = "") -> shapes.Product:
        """Return a product with its sizes, and the dosage of the practitioner who is named. Raises NotFound."""
        params = {"practitioner_id": practitioner_id} if practitioner_id else {}
        return parsing.product(
            self._get(f"/api/catalog/products/{wire.segment(product_id)}", "product", params)
        )

    def variant(self, variant_id: str) -> shapes.Variant:
        """Return one size of a product. Raises NotFound."""
        return parsing.variant(self._get(f"/api/catalog/variants/{wire.segment(variant_id)}", "variant"))

    def ingredients(self, *, page: int = 1) -> shapes.NamedPage:
        """Return a page of the ingredients that products can be searched by."""
        body = self._body("GET", "/api/catalog/ingredients", params=wire.paging(page, wire.PAGE_SIZE))
        rows = tuple(parsing.named(row) for row in parsing.sequence(body.get("ingredients")))
        return shapes.NamedPage(rows=rows, next_page=wire.next_page(body))

    def products_with_ingredient(self, ingredient_id: str, *, page: int = 1) -> shapes.ProductPage:
        """Return products that hold the ingredient: the one place where the API tells what is inside."""
        params = {"ingredient_ids[]": wire.segment(ingredient_id), **wire.paging(page, wire.PAGE_SIZE)}
        return self._product_page("/api/catalog/search/products", params)

    def brands(self) -> list[shapes.Named]:
        """Return the brands that have something to be had."""
        return list(self._all("/api/catalog/brands", "brands", parsing.named, {"available": "true"}))

    def categories(self) -> list[shapes.Named]:
        """Return the practice's favourites categories."""
        return list(self._all("/api/clinic/categories", "categories", parsing.named))

    def category_products(self, category_id: str, *, page: int = 1) -> shapes.ProductPage:
        """Return a page of a category's products; pages count from 1. Raises NotFound."""
        params = wire.paging(page, SHOWN_AT_ONCE)
        return self._product_page(f"/api/clinic/categories/{wire.segment(category_id)}/products", params)

    def _product_page(self, path: str, params: Mapping[str, Any]) -> shapes.ProductPage:
        body = self._body("GET", path, params=params)
        rows = parsing.sequence(body.get("products"))
        return shapes.ProductPage(
            products=tuple(parsing.product(row) for row in rows), next_page=wire.next_page(body)
        )
