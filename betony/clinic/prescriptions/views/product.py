"""One product in the writer: what it is, what is known against it as it would be taken, adding it (story 5.2, 5.3)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.prescriptions import access, checking, failures, forms, provider, queries, rules, words
from betony.clinic.prescriptions.actions import substances, variants, writing
from betony.clinic.prescriptions.dispensary import errors, shapes
from betony.clinic.prescriptions.models import Connection, Dispensary
from betony.clinic.prescriptions.views import parts, products, warned
from betony.kit import routes, tenancy
from betony.kit.ui import toasts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A product as the dispensary described it just now, with what was chosen and typed about it."""

    connection: Connection
    product: shapes.Product
    sizes: forms.SizeForm
    directions: forms.DirectionsForm

    @property
    def variant(self) -> shapes.Variant | None:
        """The size that is chosen; None while it has to be chosen again."""
        chosen = self.sizes.chosen()
        return next((one for one in self.product.variants if one.id == chosen), None)


@routes.requires("prescriptions.write")
@routes.without_transaction
@require_http_methods(["GET", "POST"])
def show_product(request: StaffRequest, patient_id: UUID, product_id: str) -> HttpResponse:
    """Show a product with its dosage fields; POST is **Add product**, and with `look` another size.

    What was typed stays typed, whichever size is looked at.
    """
    connection = products.connection_of(request, patient_id)
    if connection is None:
        return products.trouble(request, errors.NotConnected())
    is_adding = request.method == "POST" and "look" not in request.POST
    try:
        found = _ask(connection, product_id)
    except errors.DispensaryError as error:
        return _not_answered(request, error, is_adding=is_adding)
    if not found.variants:
        return products.trouble(request, errors.NotFound())
    _remember(connection, found)
    shown = _read(request, connection, found, is_adding=is_adding)
    if is_adding and shown.sizes.is_valid() and shown.directions.is_valid():
        answer = _add(request, patient_id, shown)
        if answer is not None:
            return answer
    return _draw(request, patient_id, shown)


def _ask(connection: Connection, product_id: str) -> shapes.Product:
    practitioner_id = connection.writes_as.remote_id if connection.writes_as else ""
    found: shapes.Product = provider.call(
        connection,
        lambda api: api.product(product_id, practitioner_id=practitioner_id),
        is_interactive=True,
    )
    return found


def _not_answered(request: StaffRequest, error: errors.DispensaryError, *, is_adding: bool) -> HttpResponse:
    if not is_adding:
        return products.trouble(request, error)
    said = _("%(reason)s The product was not added; what you typed is still here.")
    toasts.say(request, said % {"reason": _(error.sentence)}, tone="error")
    return HttpResponse(status=204)


def _remember(connection: Connection, found: shapes.Product) -> None:
    """Keep what it is called and what its description says is inside: no search may have met this product yet."""
    environment = connection.dispensary.environment
    with tenancy.organization():
        variants.keep_variants(environment=environment, variants=found.variants)
        substances.keep_description(
            environment=environment, product_id=found.id, text=words.plain_text(found.description_html)
        )


def _read(request: StaffRequest, connection: Connection, found: shapes.Product, *, is_adding: bool) -> _Shown:
    """Read what was chosen and typed. Only what is to be added is held against the rules."""
    sizes = [(one.id, rules.size_label(one.units, one.unit_of_measure)) for one in found.variants]
    starts_from = forms.directions_from_dosage(found.custom_dosage or found.label_dosage)
    typed = forms.typed_directions(request.POST) if request.method == "POST" else {}
    return _Shown(
        connection=connection,
        product=found,
        sizes=forms.SizeForm(request.POST.get("variant", request.GET.get("variant")), sizes=sizes),
        directions=forms.DirectionsForm(request.POST)
        if is_adding
        else forms.DirectionsForm(initial=starts_from | typed),
    )


def _draw(request: StaffRequest, patient_id: UUID, shown: _Shown) -> HttpResponse:
    found, variant, dispensary = shown.product, shown.variant, shown.connection.dispensary
    chosen = checking.Candidate(
        key=variant.id if variant else found.id, product_id=found.id, name=found.name,
        directions=(shown.directions.as_it_stands(),),
    )  # fmt: skip
    context = _against(request, patient_id, dispensary, chosen, part="warnings")
    context |= {
        "patient_id": patient_id,
        "product": found,
        "variant": variant,
        "size": rules.size_label(variant.units, variant.unit_of_measure) if variant else "",
        "description": words.plain_text(found.description_html),
        "picture": parts.picture(dispensary.environment, (variant or found.variants[0]).image_url),
        "availability": products.availability(variant.status, variant) if variant else "",
        "can_order": variant is None or variant.status in rules.CAN_BE_ORDERED,
        "currency": variants.currency_of(dispensary),
        "size_form": shown.sizes,
        "form": shown.directions,
        "is_saved_dosage": found.custom_dosage is not None,
        "is_typed": request.method == "POST",
    }
    is_refused = shown.sizes.errors or shown.directions.errors
    return render(request, "prescriptions/product.html", context, status=422 if is_refused else 200)


@routes.requires("prescriptions.write")
@require_POST
def check_directions(request: StaffRequest, patient_id: UUID, product_id: str) -> HttpResponse:
    """Say what is known against a product that is looked at, taken as it is being typed. Asks the database alone."""
    by = request.actor
    patient = access.patient(by=by, patient_id=patient_id)
    connection = queries.connection_of(by)
    if connection is None:
        raise Http404
    dispensary = connection.dispensary
    known = queries.known_product(dispensary.environment, product_id)
    if known is None:
        raise Http404
    typed = forms.DirectionsForm(initial=forms.typed_directions(request.POST))
    chosen = checking.Candidate(
        key=request.POST.get("variant") or product_id, product_id=product_id, name=known.product_name,
        directions=(typed.as_it_stands(),),
    )  # fmt: skip
    context = _against(request, patient.pk, dispensary, chosen, part="check")
    count = len(context["warnings"])
    if str(count) != request.POST.get("warnings_shown"):
        said = ngettext(
            "%(count)s warning about this product", "%(count)s warnings about this product", count
        )
        toasts.say(request, said % {"count": count}, tone="quiet")
    return render(request, "prescriptions/product_check.html", context | {"is_typed": True})


def _against(
    request: StaffRequest, patient_id: UUID, dispensary: Dispensary, chosen: checking.Candidate,
    *, part: access.Part,
) -> dict[str, Any]:  # fmt: skip
    """Return what is known against the product for this patient, beside what is on the draft already."""
    by = request.actor
    with tenancy.organization():
        patient = access.patient(by=by, patient_id=patient_id)
        access.note_read(by=by, part=part, patient=patient)
        return warned.of_candidate(patient, dispensary, chosen, queries.draft_of(by, patient_id))


def _add(request: StaffRequest, patient_id: UUID, shown: _Shown) -> HttpResponse | None:
    """Put the product on the draft and answer with the draft; None when the form says why not."""
    by, found, variant = request.actor, shown.product, shown.variant
    assert variant is not None  # noqa: S101  (the form of sizes was valid)
    chosen = writing.Product(
        product_id=found.id, variant_id=variant.id, product_name=found.name[:300],
        brand_name=found.brand_name[:200], size=rules.size_label(variant.units, variant.unit_of_measure)[:80],
        price=variant.price, currency=variants.currency_of(shown.connection.dispensary),
        status=variant.status,
    )  # fmt: skip
    try:
        with tenancy.organization():
            patient = access.patient(by=by, patient_id=patient_id)
            writing.add_product(
                by=by, patient=patient, product=chosen, directions=shown.directions.directions()
            )
            response = render(request, "prescriptions/added.html", parts.draft(by, patient))
    except failures.CannotDo as error:
        shown.directions.add_error(None, str(error))
        return None
    response["HX-Retarget"], response["HX-Reswap"] = "#writer-draft", "innerHTML"
    # It stands on the draft now; a toast would cover what comes next there: warnings, and the button.
    toasts.say(request, _("%(name)s was added.") % {"name": found.name}, tone="quiet")
    return response
