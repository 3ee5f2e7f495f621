"""The prescription being written: its products, message, saving, discarding."""

from collections.abc import Callable, Mapping
from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import access, failures, forms
from betony.clinic.prescriptions.actions import acknowledging, writing
from betony.clinic.prescriptions.actions import changing as revising
from betony.clinic.prescriptions.models import Prescription
from betony.clinic.prescriptions.models.prescriptions import PrescriptionState
from betony.clinic.prescriptions.views import answers, changing, parts
from betony.kit import routes
from betony.kit.ui import toasts


def _draft(
    request: StaffRequest, patient: Patient, *, refusal: str = "", typed: Mapping[str, Any] | None = None
) -> HttpResponse:
    """Answer with the draft as it stands now, and why something was refused; `typed` is what was sent then."""
    if not request.htmx:
        if refusal:
            toasts.say(request, refusal, tone="error")
        return redirect("fullscript:open_writer", patient.pk)
    access.note_read(by=request.actor, part="draft", patient=patient)
    context = {**parts.draft(request.actor, patient, typed), "refusal": refusal}
    return render(request, "prescriptions/draft.html", context, status=422 if refusal else 200)


def _work(request: StaffRequest, patient_id: UUID, act: Callable[[], object]) -> HttpResponse:
    """Do something to the draft, and answer with it as it stands then; a refusal stands above it."""
    patient = access.patient(by=request.actor, patient_id=patient_id)
    try:
        act()
    except failures.CannotDo as error:
        return _draft(request, patient, refusal=str(error))
    return _draft(request, patient)


@routes.requires("prescriptions.write")
@require_http_methods(["GET", "POST"])
def change_product(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Change how a product on the draft is taken."""
    by = request.actor
    item = access.draft_item(by=by, item_id=item_id)
    form = forms.DirectionsForm(request.POST or None, initial=forms.directions_of_item(item), prefix="change")
    patient_id = item.prescription.patient_id
    if request.method == "POST" and form.is_valid():
        directions = form.directions()
        return _work(
            request, patient_id, lambda: writing.change_product(by=by, item=item, directions=directions)
        )
    patient = access.patient(by=by, patient_id=patient_id)
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
    item = access.draft_item(by=request.actor, item_id=item_id)
    return _work(
        request, item.prescription.patient_id, lambda: writing.remove_product(by=request.actor, item=item)
    )


@routes.requires("prescriptions.write")
@require_POST
def move_product(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Move a product up or down."""
    by = request.actor
    item = access.draft_item(by=by, item_id=item_id)
    direction: Literal["up", "down"] = "up" if request.POST.get("direction") == "up" else "down"
    return _work(
        request, item.prescription.patient_id,
        lambda: writing.move_product(by=by, item=item, direction=direction),
    )  # fmt: skip


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
    """**Save Prescription** or **Save change**: hand it over for sending (story 5.5, 5.10)."""
    by = request.actor
    prescription = access.own_draft(by=by, prescription_id=prescription_id)
    patient = access.patient(by=by, patient_id=prescription.patient_id)
    form = forms.MessageForm(request.POST)
    if not form.is_valid():
        return _draft(request, patient, refusal=str(form.errors["message"][0]))
    message, reasons = form.cleaned_data["message"], forms.reasons_in(request.POST)
    try:
        if prescription.revises_id is not None:
            change = revising.save_change(by=by, draft=prescription, message=message, reasons=reasons)
            return changing.show(request, change)
        saved = writing.save_prescription(by=by, prescription=prescription, message=message, reasons=reasons)
        return show(request, saved, patient)
    except failures.CannotDo as error:
        typed = request.POST if isinstance(error, failures.MustBeAcknowledged) else None
        return _draft(request, patient, refusal=str(error), typed=typed)


def show(request: StaffRequest, prescription: Prescription, patient: Patient) -> HttpResponse:
    """Answer, in the place of the draft, with how what became of it stands."""
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
    if prescription.state == PrescriptionState.DRAFT:
        return _draft(request, prescription.patient)
    return show(request, prescription, prescription.patient)


@routes.requires("prescriptions.write")
@require_POST
def discard_draft(request: StaffRequest, prescription_id: UUID) -> HttpResponse:
    """Throw the draft away, in the writer or on the patient's page, which stays as it is (story 4.3)."""
    by = request.actor
    prescription = access.own_draft(by=by, prescription_id=prescription_id)
    patient_id = prescription.patient_id
    if parts.is_in_writer(request):
        answer = _work(request, patient_id, lambda: writing.discard_draft(by=by, prescription=prescription))
        return answers.redraw(answer)
    try:
        writing.discard_draft(by=by, prescription=prescription)
    except failures.CannotDo as error:
        return answers.refuse(request, str(error), to="workspace:patient", at=patient_id)
    return answers.close_dialog(request, _("The draft is discarded."), to="workspace:patient", at=patient_id)
