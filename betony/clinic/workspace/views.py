"""The start page, the patient's page, and the menu of actions."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.patients import access
from betony.clinic.patients.merging import queries as merge_queries
from betony.clinic.patients.merging import records
from betony.clinic.patients.merging import rules as merging_rules
from betony.clinic.patients.models import Patient
from betony.clinic.workspace import palette, panels, registry
from betony.kit import clock, routes
from betony.kit.identifiers import read_uuid

MOST_BUTTONS = 8
LONGEST_SEARCH = 120


@require_safe
@routes.signed_in
def home(request: StaffRequest) -> HttpResponse:
    """The start: for now, the patients."""
    return redirect("patients:list")


@require_safe
@routes.requires("patients.view")
def show_patient(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """The patient's page: banner, the most used actions, and the panels of all modules."""
    patient = access.patient(
        by=request.actor, patient_id=patient_id, action="patients.patient_shown", may_be_merged=True
    )
    if patient.is_merged:
        return _show_merged(request, patient)
    entries = [
        entry for entry in registry.menu_entries(request.actor, patient.pk) if entry.url != request.path
    ]
    shown = registry.panels(request.actor, patient)
    buttons = [entry for entry in entries if entry.is_frequent][:MOST_BUTTONS]
    context = {
        "patient": patient,
        # A panel that pages keeps its place in the address of the page.
        "asked": f"?{request.GET.urlencode()}" if request.GET else "",
        # What a panel has loaded, the banner need not load again.
        "health_record": next((one.context["record"] for one in shown if "record" in one.context), None),
        "buttons": buttons,
        "has_more": len(buttons) < len(entries),
        "main_panels": [panel for panel in shown if panel.column == "main"],
        "side_panels": [panel for panel in shown if panel.column == "side"],
        "may_deactivate": request.actor.may("patients.deactivate"),
        "may_edit": request.actor.may("patients.edit"),
        "may_edit_health": request.actor.may("health_record.edit"),
    }
    return render(request, "workspace/patient.html", context)


def _show_merged(request: StaffRequest, patient: Patient) -> HttpResponse:
    """The page of a record that was merged: where it went, and what its profile said."""
    kept = records.kept_of(patient) or patient
    access.record_list(by=request.actor, action="patients.merge_followed", patients=[kept])
    merge = merge_queries.live_merge_of(patient)
    context = {
        "patient": patient,
        "kept": kept,
        "merge": merge,
        "can_undo": merge is not None
        and request.actor.may("patients.merge")
        and merging_rules.may_be_undone(merged_at=merge.merged_at, now=clock.now()),
        "panels": [panels.profile_panel(request.actor, patient)],
    }
    return render(request, "workspace/merging/merged_patient.html", context)


@require_safe
@routes.signed_in
def show_palette(request: StaffRequest) -> HttpResponse:
    """What the palette finds for the typed words, for somebody who stands on this patient's page, or on none."""
    typed = " ".join(request.GET.get("q", "")[:LONGEST_SEARCH].split())
    groups = palette.find(request.actor, typed=typed, patient_id=read_uuid(request.GET.get("patient", "")))
    number = sum(len(group.entries) for group in groups)
    return render(request, "workspace/palette_results.html", {"groups": groups, "number": number})


@require_safe
@routes.requires("patients.view")
def show_actions(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """The content of a patient's Actions menu, asked for each time it opens."""
    patient = access.patient(by=request.actor, patient_id=patient_id, action="patients.actions_shown")
    entries = registry.menu_entries(request.actor, patient.pk)
    context = {"groups": registry.grouped(entries), "patient": patient}
    return render(request, "workspace/actions.html", context)
