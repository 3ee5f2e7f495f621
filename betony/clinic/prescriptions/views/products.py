"""Searching the dispensary's products through the clinic, and putting one on the prescription.

These views call the network, so they have short time limits and a clear answer for when it fails.
"""

from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.prescriptions import access, checking, failures, forms, provider, queries, rules, words
from betony.clinic.prescriptions.actions import receiving, substances, writing
from betony.clinic.prescriptions.dispensary import errors, shapes
from betony.clinic.prescriptions.models import Connection
from betony.clinic.prescriptions.views import parts, warned
from betony.kit import routes, tenancy
from betony.kit.ui import toasts

BRANDS_SECONDS = 600


def _connection(request: StaffRequest, patient_id: UUID) -> Connection | None:
    """Return the user's live connection; the patient must be one of the organization's, or it is a 404."""
    by = request.actor
    with tenancy.organization():
        access.patient(by=by, patient_id=patient_id)
        connection = queries.connection_of(by)
    return connection if connection and connection.is_live else None


def _trouble(request: StaffRequest, error: errors.DispensaryError) -> HttpResponse:
    """Say that the dispensary did not answer; what stands on the prescription is untouched."""
    is_over = isinstance(error, errors.NotConnected)
    context = {"sentence": _(error.sentence), "is_over": is_over, "retry": request.get_full_path()}
    return render(request, "prescriptions/trouble.html", context)


@routes.requires("prescriptions.write")
@routes.without_transaction
@require_GET
def search_products(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """Answer with products for what is typed, a brand, or a favourites category (story 5.1)."""
    connection = _connection(request, patient_id)
    if connection is None:
        return _trouble(request, errors.NotConnected())
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
        return _trouble(request, error)
    environment = connection.dispensary.environment
    with tenancy.organization():
        receiving.keep_variants(
            environment=environment, variants=[one for product in found.products for one in product.variants]
        )
    context = {
        "patient_id": patient_id,
        "products": [_row(environment, one) for one in found.products],
        "query": query, "brand": brand_id, "category": category_id, "next_page": found.next_page,
        "currency": receiving.currency_of(connection.dispensary),
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
        "availability": _availability(product.status, variant),
        "can_order": product.status in rules.CAN_BE_ORDERED,
        "picture": parts.picture(environment, variant.image_url) if variant else "",
    }


def _availability(status: str, variant: shapes.Variant | None) -> str:
    if status in rules.CAN_BE_ORDERED:
        return _("In stock")
    return str(words.AVAILABILITY.get(variant.status if variant else status, words.NOT_AVAILABLE))


@routes.requires("prescriptions.write")
@routes.without_transaction
@require_GET
def list_brands(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """Answer with the choices of the drop-down **Brand**; none when the dispensary does not answer."""
    connection = _connection(request, patient_id)
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
    connection = _connection(request, patient_id)
    if connection is None:
        return _trouble(request, errors.NotConnected())
    try:
        rows = provider.call(connection, lambda api: api.categories(), is_interactive=True)
    except errors.DispensaryError as error:
        return _trouble(request, error)
    web = provider.api(connection.dispensary.environment).settings["web_url"]
    context = {"patient_id": patient_id, "categories": rows, "dispensary_url": web}
    return render(request, "prescriptions/categories.html", context)


@routes.requires("prescriptions.write")
@routes.without_transaction
@require_http_methods(["GET", "POST"])
def show_product(request: StaffRequest, patient_id: UUID, product_id: str) -> HttpResponse:
    """Show a product with its dosage fields; POST is **Add product** (story 5.2, 5.3)."""
    connection = _connection(request, patient_id)
    if connection is None:
        return _trouble(request, errors.NotConnected())
    try:
        practitioner_id = connection.writes_as.remote_id if connection.writes_as else ""
        found = provider.call(
            connection,
            lambda api: api.product(product_id, practitioner_id=practitioner_id),
            is_interactive=True,
        )
    except errors.DispensaryError as error:
        if request.method == "POST":
            said = _("%(reason)s The product was not added; what you typed is still here.")
            toasts.say(request, said % {"reason": _(error.sentence)}, tone="error")
            return HttpResponse(status=204)
        return _trouble(request, error)
    wanted = request.POST.get("variant") or request.GET.get("variant", "")
    variant = next((one for one in found.variants if one.id == wanted), None) or next(
        iter(found.variants), None
    )
    if variant is None:
        return _trouble(request, errors.NotFound())
    _read_description(connection, found)
    saved = found.custom_dosage or found.label_dosage
    form = forms.DirectionsForm(request.POST or None, initial=forms.directions_from_dosage(saved))
    if request.method == "POST" and form.is_valid():
        answer = _add(request, patient_id, connection, found, variant, form)
        if answer is not None:
            return answer
    chosen = checking.Candidate(
        key=variant.id, product_id=found.id, name=found.name, directions=form.as_it_stands()
    )
    context = _detail(connection, found, variant) | _against(request, patient_id, connection, chosen)
    context |= {
        "patient_id": patient_id, "form": form, "is_saved_dosage": found.custom_dosage is not None,
    }  # fmt: skip
    return render(request, "prescriptions/product.html", context, status=422 if form.errors else 200)


def _detail(connection: Connection, found: shapes.Product, variant: shapes.Variant) -> dict[str, Any]:
    environment = connection.dispensary.environment
    return {
        "product": found,
        "variant": variant,
        "size": rules.size_label(variant.units, variant.unit_of_measure),
        "sizes": [(one.id, rules.size_label(one.units, one.unit_of_measure)) for one in found.variants],
        "description": words.plain_text(found.description_html),
        "picture": parts.picture(environment, variant.image_url),
        "availability": _availability(variant.status, variant),
        "can_order": variant.status in rules.CAN_BE_ORDERED,
        "currency": receiving.currency_of(connection.dispensary),
    }


def _against(
    request: StaffRequest, patient_id: UUID, connection: Connection, chosen: checking.Candidate
) -> dict[str, Any]:
    """Return what is known against the product for this patient, beside what is on the draft already."""
    by = request.actor
    with tenancy.organization():
        patient = access.patient(by=by, patient_id=patient_id)
        access.note_read(by=by, part="warnings", patient=patient)
        return warned.of_candidate(patient, connection.dispensary, chosen, queries.draft_of(by, patient_id))


def _read_description(connection: Connection, found: shapes.Product) -> None:
    """Keep what the description says is inside: the search by ingredient may not know this product yet."""
    with tenancy.organization():
        substances.keep_description(
            environment=connection.dispensary.environment,
            product_id=found.id,
            text=words.plain_text(found.description_html),
        )


def _add(
    request: StaffRequest, patient_id: UUID, connection: Connection,
    found: shapes.Product, variant: shapes.Variant, form: forms.DirectionsForm,
) -> HttpResponse | None:  # fmt: skip
    """Put the product on the draft and answer with the draft; None when the form says why not."""
    by = request.actor
    chosen = writing.Product(
        product_id=found.id, variant_id=variant.id, product_name=found.name[:300],
        brand_name=found.brand_name[:200], size=rules.size_label(variant.units, variant.unit_of_measure)[:80],
        price=variant.price, currency=receiving.currency_of(connection.dispensary), status=variant.status,
    )  # fmt: skip
    try:
        with tenancy.organization():
            patient = access.patient(by=by, patient_id=patient_id)
            writing.add_product(by=by, patient=patient, product=chosen, directions=form.directions())
            response = render(request, "prescriptions/added.html", parts.draft(by, patient))
    except failures.CannotDo as error:
        form.add_error(None, str(error))
        return None
    response["HX-Retarget"], response["HX-Reswap"] = "#writer-draft", "innerHTML"
    # It stands on the draft now; a toast would cover what comes next there: warnings, and the button.
    toasts.say(request, _("%(name)s was added.") % {"name": found.name}, tone="quiet")
    return response
