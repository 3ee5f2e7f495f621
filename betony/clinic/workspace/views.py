"""The start page, the patient's page, and the menu of actions."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.patients import access
from betony.clinic.workspace import registry
from betony.kit import routes

MOST_BUTTONS = 8


@require_safe
@routes.signed_in
def home(request: StaffRequest) -> HttpResponse:
    """The start: for now, the patients."""
    return redirect("patients:list")


@require_safe
@routes.requires("patients.view")
def show_patient(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """The patient's page: banner, the most used actions, and the panels of all modules."""
    patient = access.patient(by=request.actor, patient_id=patient_id, action="patients.patient_shown")
    entries = [
        entry for entry in registry.menu_entries(request.actor, patient.pk) if entry.url != request.path
    ]
    panels = registry.panels(request.actor, patient.pk)
    buttons = [entry for entry in entries if entry.is_frequent][:MOST_BUTTONS]
    context = {
        "patient": patient,
        "buttons": buttons,
        "has_more": len(buttons) < len(entries),
        "main_panels": [panel for panel in panels if panel.column == "main"],
        "side_panels": [panel for panel in panels if panel.column == "side"],
        "may_deactivate": request.actor.may("patients.deactivate"),
        "may_edit": request.actor.may("patients.edit"),
        "may_edit_health": request.actor.may("health_record.edit"),
    }
    return render(request, "workspace/patient.html", context)


@require_safe
@routes.requires("patients.view")
def show_actions(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """The content of a patient's Actions menu, asked for each time it opens."""
    patient = access.patient(by=request.actor, patient_id=patient_id, action="patients.actions_shown")
    entries = registry.menu_entries(request.actor, patient.pk)
    context = {"groups": registry.grouped(entries), "patient": patient}
    return render(request, "workspace/actions.html", context)
