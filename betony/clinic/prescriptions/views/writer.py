"""The Fullscript Prescription Writer: opening it, choosing a practitioner, and what it shows of itself."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import retarget

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import access, failures, forms, queries
from betony.clinic.prescriptions.actions import connecting, linking
from betony.clinic.prescriptions.dispensary import errors
from betony.clinic.prescriptions.exchange import importing
from betony.clinic.prescriptions.models import PatientLink
from betony.clinic.prescriptions.rules import LinkState
from betony.clinic.prescriptions.views import answers, parts, standing
from betony.kit import routes, tenancy
from betony.kit.ui import toasts


@routes.requires(*access.HAVE_WRITER)
@require_GET
def open_writer(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """Draw the writer from the database alone, whatever the dispensary does (story 2.5, 5)."""
    by = request.actor
    patient = access.patient(by=by, patient_id=patient_id)
    if queries.connection_of(by) is None and not request.htmx:
        return redirect("fullscript:connect_user", patient_id)
    return draw(request, patient)


def draw(
    request: StaffRequest, patient: Patient, *, status: int = 200, typed: Mapping[str, Any] | None = None,
    says_missing: bool = False, **said: object,
) -> HttpResponse:  # fmt: skip
    """Draw the writer. `typed` is a draft's form that was refused, and `said` what is to be said of it."""
    by = request.actor
    connection = queries.connection_of(by)
    context: dict[str, Any] = {
        "patient": patient,
        "connection": connection,
        "may_write": by.may("prescriptions.write"),
        "suggestions": forms.SUGGESTIONS,
        "in_writer": True,
        **parts.history_of(request, patient, in_writer=True),
    }
    if connection is not None:
        context |= parts.who(by, connection) | parts.draft(by, patient, typed, says_missing=says_missing)
        context |= standing.of(by, patient, connection.dispensary)
    access.note_read(by=by, part="writer", patient=patient, named=standing.named_in(context))
    template = "prescriptions/writer.html" if request.htmx else "prescriptions/writer_page.html"
    return render(request, template, {**context, **said}, status=status)


@routes.requires("prescriptions.write")
@require_POST
def set_up_patient(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """The writer is open: have the patient matched or created at the dispensary (story 4.3)."""
    by = request.actor
    patient = access.patient(by=by, patient_id=patient_id)
    connection = queries.connection_of(by)
    if connection is None or not connection.is_live:
        return render(
            request,
            "prescriptions/link.html",
            {"patient": patient, "refusal": failures.NobodyConnected.sentence},
        )
    refusal = ""
    try:
        linking.ask_for_link(by=by, patient=patient, dispensary=connection.dispensary)
    except failures.PatientCannotBeShared as error:
        refusal = str(error)
    context = {**standing.of(by, patient, connection.dispensary), "refusal": refusal, "in_writer": True}
    access.note_read(by=by, part="link", patient=patient, named=standing.named_in(context))
    return render(request, "prescriptions/link.html", context)


@routes.requires(*access.HAVE_WRITER)
@require_GET
def show_link(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """Say who the patient is at the dispensary by now."""
    by = request.actor
    patient = access.patient(by=by, patient_id=patient_id)
    connection = queries.connection_of(by)
    context: dict[str, Any] = {"patient": patient, "in_writer": True}
    if connection is not None:
        context |= standing.of(by, patient, connection.dispensary)
    access.note_read(by=by, part="link", patient=patient, named=standing.named_in(context))
    response = render(request, "prescriptions/link.html", context)
    found: PatientLink | None = context.get("link")
    if found is not None and found.state == LinkState.LINKED:
        answers.redraw(response)
    return response


@routes.requires("prescriptions.write")
@routes.without_transaction
@require_GET
def refresh_practitioners(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """Ask the dispensary for its practitioners when our list is not fresh; answer with the choice."""
    by = request.actor
    with tenancy.organization() as organization_id:
        patient = access.patient(by=by, patient_id=patient_id)
        connection = queries.connection_of(by)
        is_stale = connection is not None and queries.practitioners_are_stale(connection.dispensary)
    if not is_stale:
        return HttpResponse(status=204)
    try:
        importing.fetch_practitioners(organization_id, is_interactive=True)
    except errors.DispensaryError:
        return HttpResponse(status=204)
    with tenancy.organization():
        connection = queries.connection_of(by)
        if connection is None:
            return HttpResponse(status=204)
        return render(request, "prescriptions/who.html", {"patient": patient, **parts.who(by, connection)})


@routes.requires("prescriptions.write")
@require_POST
def choose_practitioner(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """Remember whom the user prescribes as (story 2.5)."""
    by = request.actor
    patient = access.patient(by=by, patient_id=patient_id)
    connection = queries.connection_of(by)
    if connection is None:
        return redirect("fullscript:connect_user", patient_id)
    form = forms.PractitionerForm(request.POST, people=queries.practitioners_for(by, connection))
    if form.is_valid():
        try:
            person = access.practitioner(by=by, practitioner_id=form.cleaned_data["practitioner"])
            connecting.choose_practitioner(by=by, practitioner=person)
        except failures.CannotDo as error:
            form.add_error("practitioner", str(error))
        else:
            return redirect("fullscript:open_writer", patient_id)
    if not request.htmx:
        toasts.say(request, str(form.errors["practitioner"][0]), tone="error")
        return redirect("fullscript:open_writer", patient_id)
    context = {"patient": patient, **parts.who(by, connection), "practitioner_form": form}
    response = render(request, "prescriptions/who.html", context, status=422)
    # The choice goes back to its place in the writer, which the next page would have taken whole.
    return retarget(response, "#writer-who")


@routes.requires("prescriptions.history")
@require_GET
def show_history(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """Draw the history again, in the writer's left column or beside the connection."""
    by = request.actor
    patient = access.patient(by=by, patient_id=patient_id)
    access.note_read(by=by, part="history", patient=patient)
    in_writer = parts.is_in_writer(request)
    context = {"in_writer": in_writer, **parts.history_of(request, patient, in_writer=in_writer)}
    return render(request, "prescriptions/history.html", context)


@routes.requires("prescriptions.history")
@require_GET
def show_panel(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """Draw the region **Prescriptions** of the patient's page."""
    by = request.actor
    patient = access.patient(by=by, patient_id=patient_id)
    access.note_read(by=by, part="history", patient=patient)
    context = parts.history_of(request, patient) | parts.orders_of(request, patient)
    context |= {"out_of_sight": standing.out_of_sight(by, patient)}
    dispensary = queries.current_dispensary(by)
    if dispensary is not None:
        context |= standing.of(by, patient, dispensary)
    return render(request, "prescriptions/panel.html", context)
