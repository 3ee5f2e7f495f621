"""The health record's page, and the dialogs that add, correct and end its rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.health_record import access, actions, forms, queries
from betony.clinic.health_record.models import Allergy, Kind, MedicationStatement
from betony.clinic.patients import access as patient_access
from betony.clinic.patients.models import Patient
from betony.kit import routes
from betony.kit.actor import Actor
from betony.kit.identifiers import uuid7

INVALID = 422
EntryForm = forms.AllergyForm | forms.MedicationForm | forms.EndForm


@dataclass(frozen=True, slots=True)
class Sort:
    """One of the three kinds of rows: its words, and its form."""

    add_title: "Promise | str"
    amend_title: "Promise | str"
    end_title: "Promise | str"
    form: type[forms.AllergyForm] | type[forms.MedicationForm]
    load: Callable[..., Allergy | MedicationStatement]
    kind: Kind | None = None


SORTS: Mapping[str, Sort] = {
    "allergy": Sort(
        gettext_lazy("Add allergy"), gettext_lazy("Correct allergy"), gettext_lazy("End allergy"),
        forms.AllergyForm, access.allergy,
    ),
    "medication": Sort(
        gettext_lazy("Add medication"), gettext_lazy("Correct medication"), gettext_lazy("End medication"),
        forms.MedicationForm, access.medication, Kind.MEDICATION,
    ),
    "supplement": Sort(
        gettext_lazy("Add supplement"), gettext_lazy("Correct supplement"), gettext_lazy("End supplement"),
        forms.MedicationForm, access.medication, Kind.SUPPLEMENT,
    ),
}  # fmt: skip


@require_safe
@routes.requires("health_record.view")
def show_record(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """Allergies, medications and supplements, today's and past ones."""
    patient = _patient(request, patient_id, "health_record.record_shown")
    context = {
        "patient": patient,
        "record": queries.of_patient(patient.organization_id, patient.pk),
        "may_edit": request.actor.may("health_record.edit"),
    }
    return render(request, "health_record/record.html", context)


@require_http_methods(["GET", "POST"])
@routes.requires("health_record.edit")
def add_entry(request: StaffRequest, patient_id: UUID, kind: str) -> HttpResponse:
    patient = _patient(request, patient_id, "health_record.form_shown")
    sort = _sort(kind)
    form = sort.form(_sent(request), today=timezone.localdate())
    entry_id = _read_id(request.POST.get("entry_id", ""))
    if request.method != "POST" or not form.is_valid():
        return _draw(request, patient, form, sort.add_title, entry_id=entry_id)
    if isinstance(form, forms.AllergyForm):
        actions.add_allergy(
            by=request.actor, patient_id=patient.pk, details=form.details(), entry_id=entry_id
        )
    elif sort.kind is not None:
        actions.add_medication(
            by=request.actor, patient_id=patient.pk, details=form.details(sort.kind), entry_id=entry_id
        )
    return _saved(request, patient)


@require_http_methods(["GET", "POST"])
@routes.requires("health_record.edit")
def amend_entry(request: StaffRequest, patient_id: UUID, kind: str, entry_id: UUID) -> HttpResponse:
    patient = _patient(request, patient_id, "health_record.form_shown")
    sort = _sort(kind)
    row = sort.load(by=request.actor, patient_id=patient_id, entry_id=entry_id)
    initial = {name: getattr(row, name) for name in sort.form.base_fields}
    form = sort.form(_sent(request), today=timezone.localdate(), initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _draw(request, patient, form, sort.amend_title)
    return _try(request, patient, form, sort, lambda: _amend(request.actor, row, form, sort))


def _amend(actor: Actor, row: Allergy | MedicationStatement, form: EntryForm, sort: Sort) -> None:
    seen = form.cleaned_data["version"] or 0
    if isinstance(form, forms.AllergyForm):
        actions.amend_allergy(
            by=actor, patient_id=row.patient_id, entry_id=row.pk, seen_version=seen, details=form.details()
        )
    elif isinstance(form, forms.MedicationForm) and sort.kind is not None:
        actions.amend_medication(
            by=actor, patient_id=row.patient_id, entry_id=row.pk, seen_version=seen,
            details=form.details(sort.kind),
        )  # fmt: skip


@require_http_methods(["GET", "POST"])
@routes.requires("health_record.edit")
def end_entry(request: StaffRequest, patient_id: UUID, kind: str, entry_id: UUID) -> HttpResponse:
    patient = _patient(request, patient_id, "health_record.form_shown")
    sort = _sort(kind)
    row = sort.load(by=request.actor, patient_id=patient_id, entry_id=entry_id)
    today = timezone.localdate()
    form = forms.EndForm(_sent(request), today=today, initial={"ended_date": today})
    if request.method != "POST" or not form.is_valid():
        return _draw(request, patient, form, sort.end_title, row=row)
    end = actions.end_allergy if isinstance(row, Allergy) else actions.end_medication
    return _try(
        request, patient, form, sort,
        lambda: end(
            by=request.actor, patient_id=patient_id, entry_id=entry_id, ending=form.ending(),
            is_error=form.cleaned_data["is_error"],
        ),
    )  # fmt: skip


def _try(
    request: StaffRequest, patient: Patient, form: EntryForm, sort: Sort, act: Callable[[], object]
) -> HttpResponse:
    """Act, and put what stood in the way beside the form."""
    title = sort.end_title if isinstance(form, forms.EndForm) else sort.amend_title
    try:
        act()
    except actions.ChangedMeanwhile:
        form.add_error(None, _("Somebody else changed this row meanwhile. Close this and open it again."))
    except actions.AlreadyOver:
        form.add_error(None, _("Somebody else has ended this row meanwhile. Nothing was changed."))
    except actions.EndsBeforeStart:
        form.add_error("ended_date", _("That day lies before the day it began."))
    else:
        return _saved(request, patient)
    return _draw(request, patient, form, title)


def _draw(
    request: HttpRequest, patient: Patient, form: EntryForm, title: object, **context: Any
) -> HttpResponse:
    context |= {
        "patient": patient,
        "form": form,
        "title": title,
        "action": request.path,
        "return_url": reverse("health_record:record", args=[patient.pk]),
        "fields": form.visible_fields(),
    }
    is_dialog = request.headers.get("HX-Request") == "true"
    template = "health_record/entry_dialog.html" if is_dialog else "health_record/entry_page.html"
    return render(request, template, context, status=INVALID if form.errors else 200)


def _saved(request: HttpRequest, patient: Patient) -> HttpResponse:
    messages.success(request, _("The health record of %(name)s is saved.") % {"name": patient.full_name})
    url = reverse("health_record:record", args=[patient.pk])
    is_dialog = request.headers.get("HX-Request") == "true"
    return HttpResponseClientRedirect(url) if is_dialog else redirect(url)


def _patient(request: StaffRequest, patient_id: UUID, action: str) -> Patient:
    return patient_access.patient(
        by=request.actor, patient_id=patient_id, action=action, needs="health_record.view"
    )


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _sort(kind: str) -> Sort:
    if kind not in SORTS:
        raise Http404
    return SORTS[kind]


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid7()
