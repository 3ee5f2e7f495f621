"""Merging two patients: finding the other one, comparing, merging, the list of merges, undoing."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.patients import access, listing, queries
from betony.clinic.patients import rules as patient_rules
from betony.clinic.patients.merging import actions
from betony.clinic.patients.merging import queries as merge_queries
from betony.clinic.patients.merging.rules import Choice
from betony.clinic.patients.models import Patient, PatientMerge
from betony.clinic.workflows import merge_patients
from betony.clinic.workspace.merging import forms, words
from betony.kit import pagination, routes, tenancy
from betony.kit.ui import words as kit_words

INVALID = 422
PAGE_SIZE = 12


@require_safe
@routes.requires("patients.merge")
def find_other(request: StaffRequest, patient_id: UUID) -> HttpResponse:
    """**Merge with another patient**: who may be the same person, and a search."""
    patient = access.patient(by=request.actor, patient_id=patient_id, action="patients.merge_begun")
    search = request.GET.get("q", "").strip()[: patient_rules.LONGEST_SEARCH]
    page = _found(request, patient, search) if search else None
    found = page.rows if page else []
    alike = [] if search else merge_queries.look_alikes_of(patient)
    access.record_list(
        by=request.actor, action="patients.merge_candidates_shown",
        patients=[*found, *(one.patient for one in alike)],
    )  # fmt: skip
    context = {
        "patient": patient,
        "search": search,
        "found": found,
        "pages": pagination.links(request.GET, page) if page else None,
        "alike": listing.look_alikes(alike),
    }
    is_part = request.htmx.target == "merge-results"
    return render(
        request, "workspace/merging/found.html" if is_part else "workspace/merging/find.html", context
    )


def _found(request: StaffRequest, patient: Patient, search: str) -> pagination.Page[Patient]:
    asked = queries.Listing(search=search, standing="all")
    others = queries.listed(patient.organization_id, asked).exclude(pk=patient.pk)
    return pagination.page_by_key(
        others, keys=queries.sort_keys(asked.sort), cursor=pagination.asked_for(request.GET), size=PAGE_SIZE
    )


@require_http_methods(["GET", "POST"])
@routes.requires("patients.merge")
@routes.without_transaction
def merge(request: StaffRequest, patient_id: UUID, other_id: UUID) -> HttpResponse:
    """Both records side by side, and the button that merges the other into this one."""
    try:
        if request.method == "POST":
            return _merge(request, patient_id, other_id)
        with tenancy.organization():
            return _draw(request, patient_id, other_id)
    except actions.AlreadyMerged as error:
        return _already(request, error.merge)
    except actions.MergedElsewhere as error:
        messages.warning(
            request,
            _("%(name)s was merged into another record in the meantime. Nothing was done.")
            % {"name": error.patient.full_name},
        )
        return redirect("workspace:patient", error.patient.pk)


def _merge(request: StaffRequest, patient_id: UUID, other_id: UUID) -> HttpResponse:
    with tenancy.organization():
        shown = merge_patients.preview(by=request.actor, kept_id=patient_id, merged_id=other_id)
    form = forms.MergeForm(
        request.POST, seen=shown.seen, asks_whether_one_person=shown.asks_whether_one_person
    )
    choices = forms.choices_in(request.POST)
    if not form.is_valid():
        return _draw_again(request, patient_id, other_id, form, choices)
    try:
        done = merge_patients.merge(
            by=request.actor, kept_id=patient_id, merged_id=other_id, choices=choices,
            seen=form.cleaned_data["seen"], reason=form.cleaned_data["reason"],
        )  # fmt: skip
    except (actions.SeenOtherwise, actions.DiedBeforeBirth, merge_patients.Busy) as error:
        form.add_error(None, _why_not(error))
        return _draw_again(request, patient_id, other_id, form, choices)
    messages.success(
        request,
        _("%(merged)s was merged into %(kept)s. You can undo it until %(day)s.")
        % {
            "merged": shown.merged.full_name,
            "kept": shown.kept.full_name,
            "day": kit_words.date_in_words(words.until(done)),
        },
    )
    return redirect("workspace:patient", patient_id)


def _why_not(error: Exception) -> str:
    if isinstance(error, actions.SeenOtherwise):
        return _(
            "One of the two records was changed while you were looking. Nothing was merged. "
            "Your choices are kept: look again and press the button once more."
        )
    if isinstance(error, actions.DiedBeforeBirth):
        return _("The chosen date of death is before the chosen date of birth. Nothing was merged.")
    return _(
        "Somebody else is working on one of these records right now. Nothing was merged. Try again in a moment."
    )


def _already(request: StaffRequest, done: PatientMerge) -> HttpResponse:
    with tenancy.organization():
        by = done.merged_by.user.get_full_name()
        said = {"name": by, "merged": done.merged.full_name, "kept": done.kept.full_name}
    messages.info(request, _("%(name)s has already merged %(merged)s into %(kept)s.") % said)
    return redirect("workspace:patient", done.kept_id)


def _draw_again(
    request: StaffRequest,
    patient_id: UUID,
    other_id: UUID,
    form: forms.MergeForm,
    choices: Mapping[str, Choice],
) -> HttpResponse:
    with tenancy.organization():
        return _draw(request, patient_id, other_id, form=form, choices=choices)


def _draw(
    request: StaffRequest, patient_id: UUID, other_id: UUID, *,
    form: forms.MergeForm | None = None, choices: Mapping[str, Choice] | None = None,
) -> HttpResponse:  # fmt: skip
    shown = merge_patients.preview(by=request.actor, kept_id=patient_id, merged_id=other_id)
    if shown.sharing_email:
        access.record_list(
            by=request.actor, action="patients.shared_email_shown", patients=shown.sharing_email
        )
    fresh = form or forms.MergeForm(seen=shown.seen, asks_whether_one_person=shown.asks_whether_one_person)
    questions = words.questions(shown, choices or {})
    context = {
        "shown": shown,
        "kept": shown.kept,
        "merged": shown.merged,
        "form": fresh,
        # What is sent next is what is seen now, not what was seen before an error.
        "seen": shown.seen,
        "cautions": words.cautions(shown),
        "questions": questions,
        "filled_once": [one for one in questions if not one.is_open],
        "counts": words.counted(shown.counts),
    }
    return render(request, "workspace/merging/compare.html", context, status=INVALID if fresh.errors else 200)


@require_safe
@routes.requires("patients.merge")
def list_merges(request: StaffRequest) -> HttpResponse:
    """Every merge of the clinic, the latest first."""
    cursor = pagination.asked_for(request.GET)
    page = merge_queries.page(request.membership.organization_id, cursor=cursor)
    shown = [one for merge_ in page.rows for one in (merge_.kept, merge_.merged)]
    access.record_list(by=request.actor, action="patients.merges_shown", patients=shown)
    context = {
        "rows": words.rows(page.rows, may_undo=True),
        "pages": pagination.links(request.GET, page),
    }
    return render(request, "workspace/merging/list.html", context)


@require_http_methods(["GET", "POST"])
@routes.requires("patients.merge")
@routes.without_transaction
def undo(request: StaffRequest, patient_id: UUID, merge_id: UUID) -> HttpResponse:
    """What undoing would bring back and what stays, and the button that does it."""
    form = forms.UndoForm(request.POST if request.method == "POST" else None)
    try:
        if request.method != "POST" or not form.is_valid():
            return _draw_undo(request, patient_id, merge_id, form)
        done = merge_patients.undo(
            by=request.actor, kept_id=patient_id, merge_id=merge_id, reason=form.cleaned_data["reason"]
        )
    except actions.UndoneAlready:
        messages.info(request, _("Somebody had already undone that merge."))
    except actions.TooLate:
        messages.error(
            request,
            _("A merge can be undone for thirty days, and those have passed. The two records stay together."),
        )
    except actions.UndoOtherFirst as error:
        messages.warning(
            request,
            _("%(merged)s was merged into %(kept)s later. Undo that first.")
            % {"merged": error.merge.merged.full_name, "kept": error.merge.kept.full_name},
        )
    except merge_patients.Busy:
        form.add_error(
            None, _("Somebody else is working on one of these records right now. Try again in a moment.")
        )
        return _draw_undo(request, patient_id, merge_id, form)
    else:
        messages.success(
            request,
            _("%(merged)s and %(kept)s are two patients again. What was added since stays with %(kept)s.")
            % {"merged": done.merged.full_name, "kept": done.kept.full_name},
        )
    return redirect("workspace:patient", patient_id)


def _draw_undo(request: StaffRequest, patient_id: UUID, merge_id: UUID, form: forms.UndoForm) -> HttpResponse:
    with tenancy.organization():
        shown = merge_patients.preview_undo(by=request.actor, kept_id=patient_id, merge_id=merge_id)
        context = {
            "merge": shown.merge,
            "patient": shown.merge.kept,
            "until": words.until(shown.merge),
            "form": form,
            "returning": [*words.counted(shown.returning), *shown.returning_fields],
            "staying": [*words.counted(shown.staying), *shown.staying_fields],
            "reasons": shown.reasons,
            "added": words.counted(shown.added_since),
        }
        return render(request, "workspace/merging/undo.html", context, status=INVALID if form.errors else 200)
