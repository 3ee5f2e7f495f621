"""One prescription: **View**, **Try again**, and **In-office checkout**."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import access, content, failures, history, provider, queries, words
from betony.clinic.prescriptions.actions import changing as revising
from betony.clinic.prescriptions.actions import writing
from betony.clinic.prescriptions.dispensary import errors
from betony.clinic.prescriptions.models import Acknowledgement, Prescription
from betony.clinic.prescriptions.rules import PrescriptionState
from betony.clinic.prescriptions.views import answers, changing, draft, parts
from betony.kit import pagination, routes, tenancy
from betony.kit.actor import Actor
from betony.kit.audit import trail
from betony.kit.ui import toasts


@routes.requires("prescriptions.history")
@require_GET
def show_prescription(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """Show a prescription's products, directions, state, who and when (story 5.9)."""
    return _draw(request, access.prescription(by=request.actor, prescription_id=prescription_id))


def _draw(request: StaffRequest, found: Prescription) -> HttpResponse:
    by = request.actor
    context = {
        "prescription": found,
        "patient": found.patient,
        "card": parts.card(found, by),
        "items": [
            {"record": one, "directions": words.directions(one)}
            for one in sorted(found.items.all(), key=lambda item: item.position)
        ],
        "orders": history.ordered_from(found),
        "can_check_out": parts.can_check_out(by, found),
        **changing.offered(by, found),
        **_versions(request, found),
        "as_of": parts.as_of(by, found.patient),
        "acknowledgements": _acknowledgements(by, found),
        "in_writer": parts.is_in_writer(request),
    }
    is_part = request.htmx
    template = "prescriptions/prescription.html" if is_part else "prescriptions/prescription_page.html"
    return render(request, template, context)


def _versions(request: StaffRequest, found: Prescription) -> dict[str, Any]:
    """Return the context of what the prescription said before, a page of it."""
    cursor = pagination.asked_for(request.GET, of=parts.VERSIONS)
    page = history.versions_page(found, cursor=cursor)
    return {
        "versions": [
            {
                "record": one,
                "items": [
                    {"record": item, "directions": words.directions(item)}
                    for item in content.as_items(one.items)
                ],
            }
            for one in page.rows
        ],
        "version_count": found.versions.count() if page.rows else 0,
        "version_pages": pagination.links(request.GET, page, of=parts.VERSIONS),
        "is_in_versions": bool(cursor),
    }


def _acknowledgements(by: Actor, found: Prescription) -> list[Acknowledgement]:
    """Return the warnings that were prescribed against; they tell of the record, so not everybody sees them."""
    if not by.may("health_record.view"):
        return []
    return list(found.acknowledgements.order_by("product_name", "acknowledged_at", "id"))


@routes.requires("prescriptions.write")
@require_POST
def try_prescription_again(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """Send once more what was not sent (story 5.6)."""
    found = access.prescription(by=request.actor, prescription_id=prescription_id)
    try:
        again = writing.try_again(by=request.actor, prescription=found)
    except failures.CannotDo as error:
        return answers.refuse(request, str(error), to="fullscript:show_prescription", at=found.pk)
    if request.htmx and request.htmx.target == "writer-draft":
        return draft.show(request, again, found.patient)
    return _tried_again(request, found.pk)


@routes.requires("prescriptions.write")
@require_POST
def try_change_again(request: StaffRequest, change_id: UUID) -> HttpResponse:
    """Send once more a change that was not sent."""
    found = access.change(by=request.actor, change_id=change_id)
    try:
        revising.try_change_again(by=request.actor, change=found)
    except failures.CannotDo as error:
        return answers.refuse(
            request, str(error), to="fullscript:show_prescription", at=found.prescription_id
        )
    return _tried_again(request, found.prescription_id)


def _tried_again(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """Say so, in **View** where that is open, else where the list is."""
    said = _("It is being tried again.")
    if request.htmx and request.htmx.target == "dialog-host":
        toasts.say(request, said)
        found = access.prescription(by=request.actor, prescription_id=prescription_id)
        return answers.redraw(_draw(request, found))
    return answers.close_dialog(request, said, to="fullscript:show_prescription", at=prescription_id)


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
        is_elsewhere = parts.is_elsewhere(found)
    remote_id = found.remote_id
    if found.state != PrescriptionState.SENT or not remote_id:
        return _no_checkout(request, found.patient, failures.NotSentYet.sentence)
    if is_elsewhere:
        return _no_checkout(request, found.patient, failures.ReachedAnother.sentence)
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
        return _no_checkout(request, found.patient, _(error.sentence))
    if not address.startswith(("https://", "http://")):
        return _no_checkout(request, found.patient, _(errors.Unavailable.sentence))
    return redirect(address)


def _no_checkout(request: StaffRequest, patient: Patient, sentence: object) -> HttpResponse:
    context = {
        "is_connected": False, "heading": _("The checkout could not be opened."), "detail": sentence,
        "patient": patient,
    }  # fmt: skip
    return render(request, "prescriptions/landed.html", context, status=409)
