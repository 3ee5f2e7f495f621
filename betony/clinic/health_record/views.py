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
from betony.clinic.health_record.models import Allergy, Condition, ConditionKind, Kind, MedicationStatement
from betony.clinic.patients import access as patient_access
from betony.clinic.patients.models import Patient
from betony.kit import routes
from betony.kit.identifiers import read_uuid, uuid7

INVALID = 422
EntryForm = forms.AllergyForm | forms.MedicationForm | forms.ConditionForm | forms.StateForm | forms.EndForm
Row = Allergy | MedicationStatement | Condition


@dataclass(frozen=True, slots=True)
class EntryKind:
    """One kind of entries: its words, its form, and what may be done with it."""

    add_title: "Promise | str"
    amend_title: "Promise | str"
    end_title: "Promise | str"
    form: Callable[..., EntryForm]
    load: Callable[..., Row]
    add: Callable[..., Row]
    amend: Callable[..., Row]
    end: Callable[..., Row]
    kind: Kind | ConditionKind | None = None

    def details(self, form: Any) -> Any:
        """Return what was read, as the actions of this kind take it."""
        needs_kind = isinstance(form, forms.MedicationForm | forms.StateForm)
        return form.details(self.kind) if needs_kind else form.details()


_ALLERGY = (access.allergy, actions.add_allergy, actions.amend_allergy, actions.end_allergy)
_TAKEN = (access.medication, actions.add_medication, actions.amend_medication, actions.end_medication)
_CONDITION = (access.condition, actions.add_condition, actions.amend_condition, actions.end_condition)
ENTRY_KINDS: Mapping[str, EntryKind] = {
    "allergy": EntryKind(
        gettext_lazy("Add allergy"), gettext_lazy("Correct allergy"), gettext_lazy("End allergy"),
        forms.AllergyForm, *_ALLERGY,
    ),
    "medication": EntryKind(
        gettext_lazy("Add medication"), gettext_lazy("Correct medication"), gettext_lazy("End medication"),
        forms.MedicationForm, *_TAKEN, Kind.MEDICATION,
    ),
    "supplement": EntryKind(
        gettext_lazy("Add supplement"), gettext_lazy("Correct supplement"), gettext_lazy("End supplement"),
        forms.MedicationForm, *_TAKEN, Kind.SUPPLEMENT,
    ),
    "condition": EntryKind(
        gettext_lazy("Add condition"), gettext_lazy("Correct condition"), gettext_lazy("End condition"),
        forms.ConditionForm, *_CONDITION, ConditionKind.CONDITION,
    ),
    "pregnancy": EntryKind(
        gettext_lazy("Record pregnancy"), gettext_lazy("Correct pregnancy"), gettext_lazy("End pregnancy"),
        forms.StateForm, *_CONDITION, ConditionKind.PREGNANCY,
    ),
    "breastfeeding": EntryKind(
        gettext_lazy("Record breastfeeding"), gettext_lazy("Correct breastfeeding"),
        gettext_lazy("End breastfeeding"), forms.StateForm, *_CONDITION, ConditionKind.BREASTFEEDING,
    ),
}  # fmt: skip


@require_safe
@routes.requires("health_record.view")
def show_record(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """Allergies, medications, supplements and conditions, today's and past ones."""
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
    entry_kind = _entry_kind(kind)
    form = entry_kind.form(_sent(request), today=timezone.localdate())
    entry_id = read_uuid(request.POST.get("entry_id", "")) or uuid7()
    if request.method != "POST" or not form.is_valid():
        return _draw(request, patient, form, entry_kind.add_title, entry_id=entry_id)

    def add() -> None:
        entry_kind.add(
            by=request.actor, patient_id=patient.pk, details=entry_kind.details(form), entry_id=entry_id
        )

    return _try(request, patient, form, entry_kind.add_title, add, entry_id=entry_id)


@require_http_methods(["GET", "POST"])
@routes.requires("health_record.edit")
def amend_entry(request: StaffRequest, patient_id: UUID, kind: str, entry_id: UUID) -> HttpResponse:
    patient = _patient(request, patient_id, "health_record.form_shown")
    entry_kind = _entry_kind(kind)
    row = _row(request, entry_kind, patient_id, entry_id)
    form = entry_kind.form(_sent(request), today=timezone.localdate())
    form.initial = {name: getattr(row, name) for name in form.fields}
    if request.method != "POST" or not form.is_valid():
        return _draw(request, patient, form, entry_kind.amend_title)

    def amend() -> None:
        seen = form.cleaned_data["version"] or 0
        entry_kind.amend(
            by=request.actor, patient_id=patient.pk, entry_id=row.pk, seen_version=seen,
            details=entry_kind.details(form),
        )  # fmt: skip

    return _try(request, patient, form, entry_kind.amend_title, amend)


@require_http_methods(["GET", "POST"])
@routes.requires("health_record.edit")
def end_entry(request: StaffRequest, patient_id: UUID, kind: str, entry_id: UUID) -> HttpResponse:
    patient = _patient(request, patient_id, "health_record.form_shown")
    entry_kind = _entry_kind(kind)
    row = _row(request, entry_kind, patient_id, entry_id)
    today = timezone.localdate()
    form = forms.EndForm(_sent(request), today=today, initial={"ended_date": today})
    if request.method != "POST" or not form.is_valid():
        return _draw(request, patient, form, entry_kind.end_title, row=row)

    def end() -> None:
        entry_kind.end(
            by=request.actor, patient_id=patient_id, entry_id=entry_id, ending=form.ending(),
            is_error=form.cleaned_data["is_error"],
        )  # fmt: skip

    return _try(request, patient, form, entry_kind.end_title, end, row=row)


def _row(request: StaffRequest, entry_kind: EntryKind, patient_id: UUID, entry_id: UUID) -> Row:
    """Return the row; under an address of another kind it is not there."""
    row = entry_kind.load(by=request.actor, patient_id=patient_id, entry_id=entry_id)
    if getattr(row, "kind", entry_kind.kind) != entry_kind.kind:
        raise Http404
    return row


def _try(
    request: StaffRequest, patient: Patient, form: EntryForm, title: object, act: Callable[[], None],
    **context: Any,
) -> HttpResponse:  # fmt: skip
    """Act, and put what stood in the way beside the form."""
    try:
        act()
    except actions.ChangedMeanwhile:
        form.add_error(
            None,
            _(
                "This was changed in the meantime, so what you typed is not saved. Close this and correct it there."
            ),
        )
    except actions.AlreadyOver:
        form.add_error(None, _("This was ended in the meantime, so what you typed is not saved."))
    except actions.AlreadyRecorded:
        form.add_error(None, _("This is already recorded. Correct or end the existing entry."))
    except actions.EndsBeforeStart:
        form.add_error("ended_date", _("That date is before the date it began."))
    else:
        return _saved(request, patient)
    return _draw(request, patient, form, title, **context)


def _draw(
    request: StaffRequest, patient: Patient, form: EntryForm, title: object, **context: Any
) -> HttpResponse:
    context |= {
        "patient": patient,
        "form": form,
        "title": title,
        "action": request.path,
        "return_url": reverse("health_record:record", args=[patient.pk]),
        "fields": form.visible_fields(),
    }
    template = "health_record/entry_dialog.html" if request.htmx else "health_record/entry_page.html"
    return render(request, template, context, status=INVALID if form.errors else 200)


def _saved(request: StaffRequest, patient: Patient) -> HttpResponse:
    messages.success(request, _("The health record of %(name)s is saved.") % {"name": patient.full_name})
    url = reverse("health_record:record", args=[patient.pk])
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _patient(request: StaffRequest, patient_id: UUID, action: str) -> Patient:
    return patient_access.patient(
        by=request.actor, patient_id=patient_id, action=action, needs="health_record.view"
    )


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _entry_kind(kind: str) -> EntryKind:
    if kind not in ENTRY_KINDS:
        raise Http404
    return ENTRY_KINDS[kind]
