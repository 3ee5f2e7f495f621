"""One prescription: **View**, and **In-office checkout**."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.prescriptions import access, failures, provider, queries, words
from betony.clinic.prescriptions.dispensary import errors
from betony.clinic.prescriptions.models import Acknowledgement, Prescription
from betony.clinic.prescriptions.views import changing, parts
from betony.kit import routes, tenancy
from betony.kit.actor import Actor
from betony.kit.audit import trail


@routes.requires("prescriptions.history")
@require_GET
def show_prescription(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """Show a prescription's products, directions, state, who and when (story 5.9)."""
    by = request.actor
    found = access.prescription(by=by, prescription_id=prescription_id)
    context = {
        "prescription": found,
        "patient": found.patient,
        "card": parts.card(found, by),
        "items": [
            {"record": one, "directions": words.directions(one)}
            for one in sorted(found.items.all(), key=lambda item: item.position)
        ],
        "orders": parts.ordered(found),
        **changing.offered(by, found),
        "acknowledgements": _acknowledgements(by, found),
        "from_writer": request.GET.get("from") == "writer",
    }
    is_part = request.htmx
    template = "prescriptions/prescription.html" if is_part else "prescriptions/prescription_page.html"
    return render(request, template, context)


def _acknowledgements(by: Actor, found: Prescription) -> list[Acknowledgement]:
    """Return the warnings that were prescribed against; they tell of the record, so not everybody sees them."""
    if not by.may("health_record.view"):
        return []
    return list(found.acknowledgements.order_by("product_name", "acknowledged_at", "id"))


@routes.requires("prescriptions.in_office_checkout")
@routes.without_transaction
@require_POST
def open_checkout(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """Open the dispensary's checkout with this prescription's cart, in the tab that asked (story 5.7)."""
    by = request.actor
    with tenancy.organization() as organization_id:
        found = access.prescription(by=by, prescription_id=prescription_id)
        trail.record(
            by=by, action="prescriptions.checkout_opened", subject=found, patient_ids=[found.patient_id]
        )
        connection = queries.connection_of(by)
    remote_id = found.remote_id
    if found.state != "sent" or not remote_id:
        return _no_checkout(request, found.patient_id, failures.NotSentYet.sentence)
    try:
        if connection is not None and connection.is_live and connection.dispensary_id == found.dispensary_id:
            address = provider.call(
                connection, lambda api: api.in_office_checkout(remote_id), is_interactive=True
            )
        else:
            address = provider.call_any(
                organization_id, lambda api: api.in_office_checkout(remote_id), is_interactive=True
            )
    except errors.DispensaryError as error:
        return _no_checkout(request, found.patient_id, _(error.sentence))
    if not address.startswith(("https://", "http://")):
        return _no_checkout(request, found.patient_id, _(errors.Unavailable.sentence))
    return redirect(address)


def _no_checkout(request: StaffRequest, patient_id: UUID, sentence: object) -> HttpResponse:
    context = {"is_connected": False, "heading": _("The checkout could not be opened."), "detail": sentence}
    return render(request, "prescriptions/landed.html", {**context, "patient_id": patient_id}, status=409)
