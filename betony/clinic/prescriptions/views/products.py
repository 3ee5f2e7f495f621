"""Searching the dispensary's products through the clinic.

These views call the network, so they have short time limits and a clear answer for when it fails.
"""

from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.prescriptions import access, provider, queries, rules, words
from betony.clinic.prescriptions.actions import variants
from betony.clinic.prescriptions.dispensary import errors, shapes
from betony.clinic.prescriptions.models import Connection
from betony.clinic.prescriptions.views import parts
from betony.kit import routes, tenancy

BRANDS_SECONDS = 600


def connection_of(request: StaffRequest, patient_id: UUID) -> Connection | None:
    """Return the user's live connection; the patient must be one of the organization's, or it is a 404."""
    by = request.actor
    with tenancy.organization():
        access.patient(by=by, patient_id=patient_id)
        connection = queries.connection_of(by)
    return connection if connection and connection.is_live else None


def trouble(request: StaffRequest, error: errors.DispensaryError) -> HttpResponse:
    """Say that the dispensary did not answer; what stands on the prescription is untouched."""
    is_over = isinstance(error, errors.NotConnected)
    context = {"sentence": _(error.sentence), "is_over": is_over, "retry": request.get_full_path()}
    return render(request, "prescriptions/trouble.html", context)


@routes.requires("prescriptions.write")
@routes.without_transaction
@require_GET
def search_products(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """Answer with products for what is typed, a brand, or a favourites category (story 5.1)."""
    connection = connection_of(request, patient_id)
    if connection is None:
        return trouble(request, errors.NotConnected())
    query = request.GET.get("q", "").strip()[:100]
    brand_id, category_id = request.GET.get("brand", "")[:64], request.GET.get("category", "")[:64]
    page = _page_number(request.GET.get("page", ""))
    if not query and not brand_id and not category_id:
        return render(request, "prescriptions/results.html", {"patient_id": patient_id, "is_idle": True})

    def ask(api: Any) -> shapes.ProductPage:
        if category_id:
            return api.category_products(category_id, page=page)  # type: ignore[no-any-return]
        return api.search_products(query=query, brand_id=brand_id, page=page)  # type: ignore[no-any-return]

    try:
        found = provider.call(connection, ask, is_interactive=True)
    except errors.DispensaryError as error:
        return trouble(request, error)
    environment = connection.dispensary.environment
    with tenancy.organization():
        variants.keep_variants(
            environment=environment, variants=[one for product in found.products for one in product.variants]
        )
    context = {
        "patient_id": patient_id,
        "products": [_row(environment, one) for one in found.products],
        "query": query, "brand": brand_id, "category": category_id, "next_page": found.next_page,
        "currency": variants.currency_of(connection.dispensary),
    }  # fmt: skip
    return render(request, "prescriptions/results.html", context)


def _page_number(typed: str) -> int:
    """Return a page from 1 to 50; anything strange is the first."""
    return min(max(int(typed), 1), 50) if typed.isascii() and typed.isdecimal() else 1


def _row(environment: str, product: shapes.Product) -> dict[str, Any]:
    variant = product.variants[0] if product.variants else None
    return {
        "id": product.id,
        "name": product.name,
        "brand": product.brand_name,
        "size": rules.size_label(variant.units, variant.unit_of_measure) if variant else "",
        "price": variant.price if variant else None,
        "availability": availability(product.status, variant),
        "can_order": product.status in rules.CAN_BE_ORDERED,
        "picture": parts.picture(environment, variant.image_url) if variant else "",
    }


def availability(status: str, variant: shapes.Variant | None) -> str:
    if status in rules.CAN_BE_ORDERED:
        return _("In stock")
    return str(words.AVAILABILITY.get(variant.status if variant else status, words.NOT_AVAILABLE))


@routes.requires("prescriptions.write")
@routes.without_transaction
@require_GET
def list_brands(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """Answer with the choices of the drop-down **Brand**; none when the dispensary does not answer."""
    connection = connection_of(request, patient_id)
    found: list[tuple[str, str]] = []
    if connection is not None:
        key = f"brands:{connection.dispensary_id}"
        found = cache.get(key) or []
        if not found:
            try:
                rows = provider.call(connection, lambda api: api.brands(), is_interactive=True)
            except errors.DispensaryError:
                rows = []
            found = sorted(((one.id, one.name) for one in rows), key=lambda pair: pair[1].casefold())
            if found:
                cache.set(key, found, BRANDS_SECONDS)
    return render(request, "prescriptions/brands.html", {"patient_id": patient_id, "brands": found})


@routes.requires("prescriptions.write")
@routes.without_transaction
@require_GET
def list_categories(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """Answer with the practitioner's favourites categories, which are managed at the dispensary."""
    connection = connection_of(request, patient_id)
    if connection is None:
        return trouble(request, errors.NotConnected())
    try:
        rows = provider.call(connection, lambda api: api.categories(), is_interactive=True)
    except errors.DispensaryError as error:
        return trouble(request, error)
    web = provider.api(connection.dispensary.environment).settings["web_url"]
    context = {"patient_id": patient_id, "categories": rows, "dispensary_url": web}
    return render(request, "prescriptions/categories.html", context)
