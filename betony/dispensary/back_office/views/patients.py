"""The practice's patients: the list, one, new, changed, archived."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from betony.dispensary.accounts import queries as accounts
from betony.dispensary.accounts.permissions import PRACTICE, PRESCRIBE
from betony.dispensary.back_office.forms import PatientForm
from betony.dispensary.back_office.views import lists
from betony.dispensary.orders import access as orders
from betony.dispensary.patients import access, actions, queries
from betony.dispensary.patients.rules import total_discount
from betony.dispensary.treatment_plans import access as plans
from betony.dispensary.treatment_plans import queries as plan_queries
from betony.dispensary.workflows import keep_patient
from betony.kit import routes
from betony.kit.audit import trail
from betony.kit.requests import actor_of

MOST_SHOWN = 50


@require_GET
@routes.requires(PRACTICE)
def list_patients(request: HttpRequest) -> HttpResponse:
    """Show the patients by name, narrowed by what is searched and by whether they are archived."""
    by = actor_of(request)
    filters = lists.chosen(request, "q", "archived")
    rows = queries.searched(access.patients(by=by), filters["q"])
    rows = rows.exclude(archived_at=None) if filters["archived"] == "yes" else rows.active()
    shown = lists.page(request, rows, keys=("last_name", "first_name", "id"), filters=filters)
    trail.record_read(
        by=by, action="patients.list_shown", patient_ids=[patient.pk for patient in shown["rows"]]
    )
    is_confirmed = by.organization_id is None or accounts.owner_has_confirmed(by.organization_id)
    context = {**shown, "filters": filters, "is_confirmed": is_confirmed}
    return render(request, "dispensary_back_office/patients.html", context)


@require_GET
@routes.requires(PRACTICE)
def show_patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show a patient with plans and orders."""
    by = actor_of(request)
    patient = access.patient(by=by, patient_id=patient_id)
    trail.record_read(by=by, action="patients.patient_shown", patient_ids=[patient.pk], subject=patient)
    found_plans = plan_queries.with_counts(plans.plans(by=by).filter(patient=patient))
    practice = patient.organization
    context = {
        "patient": patient,
        "plans": found_plans.order_by("-created_at", "-pk")[:MOST_SHOWN],
        "orders": orders.orders(by=by).filter(patient=patient).order_by("-completed_at", "-pk")[:MOST_SHOWN],
        "may_prescribe": by.may(PRESCRIBE),
        "total_discount": total_discount(
            own=patient.discount, practice=practice.discount_percent, country=practice.country
        ),
    }
    return render(request, "dispensary_back_office/patient.html", context)


@require_http_methods(["GET", "POST"])
@routes.requires(PRACTICE)
def add_patient(request: HttpRequest) -> HttpResponse:
    """Add a patient, who is welcomed by mail unless they want none."""
    form = PatientForm(request.POST or None, initial={"text_message_notification": True})
    if request.method == "POST" and form.is_valid():
        try:
            patient = keep_patient.add_patient(by=actor_of(request), values=form.values())
        except actions.InvalidPatient as error:
            form.refuse(error.problems)
        else:
            messages.success(request, _("%(name)s was added.") % {"name": patient.full_name})
            return redirect("back_office:patient", patient_id=patient.pk)
    return _form(request, form, {"heading": _("Add patient")})


@require_http_methods(["GET", "POST"])
@routes.requires(PRACTICE)
def edit_patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Change a patient."""
    by = actor_of(request)
    patient = access.patient(by=by, patient_id=patient_id)
    form = PatientForm(request.POST) if request.method == "POST" else PatientForm.of(patient)
    if request.method == "POST" and form.is_valid():
        try:
            keep_patient.change_patient(by=by, patient_id=patient.pk, values=form.values())
        except actions.InvalidPatient as error:
            form.refuse(error.problems)
        except actions.PatientArchived:
            form.add_error(None, _("An archived patient cannot be changed. Restore the patient first."))
        else:
            messages.success(request, _("Saved."))
            return redirect("back_office:patient", patient_id=patient.pk)
    heading = _("Edit %(name)s") % {"name": patient.full_name}
    return _form(request, form, {"heading": heading, "patient": patient})


@require_POST
@routes.requires(PRACTICE)
def archive_patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Take a patient out of use."""
    keep_patient.archive_patient(by=actor_of(request), patient_id=patient_id)
    messages.success(request, _("The patient is archived. Nothing was deleted."))
    return redirect("back_office:patient", patient_id=patient_id)


@require_POST
@routes.requires(PRACTICE)
def restore_patient(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Take an archived patient back into use."""
    try:
        keep_patient.restore_patient(by=actor_of(request), patient_id=patient_id)
        messages.success(request, _("The patient is restored."))
    except actions.InvalidPatient:
        messages.error(request, _("Another patient here has this email now, so nothing was changed."))
    return redirect("back_office:patient", patient_id=patient_id)


def _form(request: HttpRequest, form: PatientForm, context: dict[str, object]) -> HttpResponse:
    return render(
        request, "dispensary_back_office/patient_form.html", {"form": form, **context},
        status=422 if form.errors else 200,
    )  # fmt: skip
