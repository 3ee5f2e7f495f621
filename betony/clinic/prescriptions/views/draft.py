"""The prescription being written: its products, message, saving, discarding."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import access, failures, forms
from betony.clinic.prescriptions.actions import acknowledging, writing
from betony.clinic.prescriptions.models import Prescription
from betony.clinic.prescriptions.views import answers, changing, parts
from betony.kit import routes
from betony.kit.ui import toasts


def _draft(
    request: StaffRequest,
    patient: Patient,
    *,
    refusal: str = "",
    status: int = 200,
    typed: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Answer with the draft as it stands now; `typed` is the form that was refused."""
    if not request.htmx:
        return redirect("fullscript:open_writer", patient.pk)
    access.note_read(by=request.actor, part="draft", patient=patient)
    context = {**parts.draft(request.actor, patient, typed), "refusal": refusal}
    return render(request, "prescriptions/draft.html", context, status=status)


@routes.requires("prescriptions.write")
@require_http_methods(["GET", "POST"])
def change_product(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Change how a product on the draft is taken."""
    by = request.actor
    item = access.draft_item(by=by, item_id=item_id)
    patient = access.patient(by=by, patient_id=item.prescription.patient_id)
    form = forms.DirectionsForm(request.POST or None, initial=forms.directions_of_item(item), prefix="change")
    if request.method == "POST" and form.is_valid():
        try:
            writing.change_product(by=by, item=item, directions=form.directions())
        except failures.CannotDo as error:
            return _draft(request, patient, refusal=str(error), status=422)
        return _draft(request, patient)
    access.note_read(by=by, part="draft", patient=patient)
    context = {"item": item, "form": form, "patient": patient}
    response = render(request, "prescriptions/change.html", context, status=422 if form.errors else 200)
    if form.errors:
        # The form goes back to its product; the rest of the draft stays as it is.
        response["HX-Retarget"] = f"#item-{item.pk}"
    return response


@routes.requires("prescriptions.write")
@require_POST
def remove_product(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Take a product off the draft."""
    by = request.actor
    item = access.draft_item(by=by, item_id=item_id)
    patient = access.patient(by=by, patient_id=item.prescription.patient_id)
    try:
        writing.remove_product(by=by, item=item)
    except failures.CannotDo as error:
        return _draft(request, patient, refusal=str(error), status=422)
    return _draft(request, patient)


@routes.requires("prescriptions.write")
@require_POST
def move_product(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Move a product up or down."""
    by = request.actor
    item = access.draft_item(by=by, item_id=item_id)
    patient = access.patient(by=by, patient_id=item.prescription.patient_id)
    try:
        writing.move_product(
            by=by, item=item, direction="up" if request.POST.get("direction") == "up" else "down"
        )
    except failures.CannotDo as error:
        return _draft(request, patient, refusal=str(error), status=422)
    return _draft(request, patient)


@routes.requires("prescriptions.write")
@require_POST
def keep_message(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """Keep the message as it is typed."""
    by = request.actor
    prescription = access.own_draft(by=by, prescription_id=prescription_id)
    form = forms.MessageForm(request.POST)
    if form.is_valid():
        try:
            writing.write_message(by=by, prescription=prescription, message=form.cleaned_data["message"])
        except failures.NotADraft:
            return HttpResponse(status=204)
    return trigger_client_event(HttpResponse(status=204), "dialog:saved", {})


@routes.requires("prescriptions.write")
@require_POST
def keep_reasons(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """Keep the reasons for severe warnings as they are typed."""
    by = request.actor
    prescription = access.own_draft(by=by, prescription_id=prescription_id)
    try:
        acknowledging.acknowledge(by=by, prescription=prescription, reasons=forms.reasons_in(request.POST))
    except failures.NotADraft:
        return HttpResponse(status=204)
    return trigger_client_event(HttpResponse(status=204), "dialog:saved", {})


@routes.requires("prescriptions.write")
@require_POST
def save_prescription(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """**Save Prescription**: hand it over for sending (story 5.5)."""
    by = request.actor
    prescription = access.own_draft(by=by, prescription_id=prescription_id)
    patient = access.patient(by=by, patient_id=prescription.patient_id)
    form = forms.MessageForm(request.POST)
    if not form.is_valid():
        return _draft(request, patient, refusal=str(form.errors["message"][0]), status=422)
    if prescription.revises_id is not None:
        return changing.hand_over(request, prescription, patient, form.cleaned_data["message"])
    try:
        saved = writing.save_prescription(
            by=by, prescription=prescription, message=form.cleaned_data["message"],
            reasons=forms.reasons_in(request.POST),
        )  # fmt: skip
    except failures.MustBeAcknowledged as error:
        return _draft(request, patient, refusal=str(error), status=422, typed=request.POST)
    except failures.CannotDo as error:
        return _draft(request, patient, refusal=str(error), status=422)
    return _outcome(request, saved, patient)


def _outcome(request: StaffRequest, prescription: Prescription, patient: Patient) -> HttpResponse:
    if not request.htmx:
        return redirect("fullscript:open_writer", patient.pk)
    access.note_read(by=request.actor, part="outcome", patient=patient)
    context = {"patient": patient, "card": parts.standing(prescription, request.actor)}
    return answers.redraw(render(request, "prescriptions/outcome.html", context))


@routes.requires("prescriptions.history")
@require_GET
def show_outcome(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """Say what became of a saved prescription; asked every second while it waits."""
    by = request.actor
    prescription = access.prescription_state(by=by, prescription_id=prescription_id)
    return _outcome(request, prescription, prescription.patient)


@routes.requires("prescriptions.write")
@require_POST
def discard_draft(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """Throw the draft away."""
    by = request.actor
    prescription = access.own_draft(by=by, prescription_id=prescription_id)
    patient = access.patient(by=by, patient_id=prescription.patient_id)
    try:
        writing.discard_draft(by=by, prescription=prescription)
    except failures.CannotDo as error:
        return _draft(request, patient, refusal=str(error), status=422)
    return answers.redraw(_draft(request, patient))


@routes.requires("prescriptions.write")
@require_POST
def try_prescription_again(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """Send once more what was not sent (story 5.6)."""
    by = request.actor
    prescription = access.prescription(by=by, prescription_id=prescription_id)
    try:
        again = writing.try_again(by=by, prescription=prescription)
    except failures.CannotDo as error:
        toasts.say(request, str(error), tone="error")
        return HttpResponse(status=204)
    return _outcome(request, again, prescription.patient)
