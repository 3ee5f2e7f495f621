"""**Patients to confirm**: who at the dispensary is who here, asked side by side (story 4.2, 4.4)."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.prescriptions import access, failures, forms, queries, questions, words
from betony.clinic.prescriptions.actions import answering
from betony.clinic.prescriptions.models import Dispensary, PatientLink
from betony.clinic.prescriptions.views import answers, parts, standing
from betony.kit import pagination, routes
from betony.kit.actor import Actor
from betony.kit.ui import toasts

CONFIRM = "prescriptions.confirm_patients"


@routes.requires(CONFIRM)
@require_GET
def confirm_patients(request: StaffRequest) -> HttpResponse:
    """The list: filtered and paged by what stands in the address."""
    by = request.actor
    dispensary = queries.current_dispensary(by)
    form = forms.ConfirmListForm(request.GET)
    context: dict[str, Any] = {"form": form}
    if dispensary is not None:
        context |= _rows(request, by, dispensary, form.listing())
    is_part = request.htmx.target == "confirm-results"
    template = "prescriptions/confirm_results.html" if is_part else "prescriptions/confirm.html"
    return render(request, template, context)


def _rows(
    request: StaffRequest, by: Actor, dispensary: Dispensary, listing: questions.Listing
) -> dict[str, Any]:
    page = questions.page(dispensary, listing, cursor=pagination.asked_for(request.GET))
    taken = questions.linked_elsewhere(page.rows)
    asked = [standing.question(by, link, taken) for link in page.rows]
    named = {one for each in asked for one in standing.named_in({"question": each})}
    access.note_questions_read(by=by, links=page.rows, named=named)
    return {
        "dispensary": dispensary,
        "listing": listing,
        "total": questions.open_questions(dispensary, listing).count(),
        "questions": asked,
        "pages": pagination.links(request.GET, page),
    }


def matching(dispensary: Dispensary | None) -> dict[str, object] | None:
    """Return how far the matching of all patients is, while it is under way."""
    if dispensary is None or dispensary.matching_began_at is None or dispensary.matched_at is not None:
        return None
    return parts.progress(dispensary.matching_done, dispensary.matching_total)


@routes.requires(CONFIRM)
@require_GET
def show_matching(request: StaffRequest) -> HttpResponse:
    """What the patients list says about it: how far the matching is, and how many wait to be confirmed."""
    dispensary = queries.current_dispensary(request.actor)
    context = {
        "matching": matching(dispensary),
        "waiting": questions.count(dispensary) if dispensary is not None else 0,
        "is_alone": request.GET.get("alone") == "1",
    }
    if parts.is_known(request, tag := parts.etag(request, context)):
        return HttpResponseNotModified(headers={"ETag": tag})
    response = render(request, "prescriptions/matching.html", context)
    response["ETag"] = tag
    return response


@routes.requires(CONFIRM)
@require_POST
def answer_question(request: StaffRequest, candidate_id: UUID) -> HttpResponse:
    """**Same person** or **Different person**."""
    by = request.actor
    candidate = access.candidate(by=by, candidate_id=candidate_id)
    form = forms.AnswerForm(request.POST)
    if not form.is_valid():
        return _answered(request, by, candidate.link, problem=str(words.NOT_UNDERSTOOD))
    problem = ""
    try:
        answering.answer(by=by, candidate=candidate, **form.cleaned_data)
    except failures.CannotDo as error:
        problem = str(error)
    return _answered(request, by, candidate.link, problem=problem)


@routes.requires(CONFIRM)
@require_POST
def give_email(request: StaffRequest, link_id: UUID) -> HttpResponse:
    """**Email for Fullscript**."""
    by = request.actor
    link = access.link(by=by, link_id=link_id)
    form = forms.EmailForFullscriptForm(request.POST, prefix=f"for-{link.pk}")
    if form.is_valid():
        try:
            answering.give_email(
                by=by, link=link, email=form.cleaned_data["email"], is_writer_open=parts.is_in_writer(request)
            )
        except failures.CannotDo as error:
            form.add_error("email", str(error))
    return _answered(request, by, link, email_form=form if form.errors else None)


def _answered(
    request: StaffRequest, by: Actor, link: PatientLink, *, problem: str = "",
    email_form: forms.EmailForFullscriptForm | None = None,
) -> HttpResponse:  # fmt: skip
    """Answer with how it stands now: in the writer, in the list, or on the page that asked without a script."""
    in_writer = parts.is_in_writer(request)
    if not request.htmx:
        if email_form is not None:
            problem = str(email_form.errors["email"][0])
        if problem:
            toasts.say(request, problem, tone="warn")
        if in_writer:
            return redirect("fullscript:open_writer", link.patient_id)
        return redirect("fullscript:confirm_patients")
    patient = access.patient(by=by, patient_id=link.patient_id)
    context = {**standing.of(by, patient, link.dispensary), "problem": problem, "in_writer": in_writer}
    access.note_read(by=by, part="link", patient=patient, named=standing.named_in(context))
    if context["question"] is not None and email_form is not None:
        context["question"]["email_form"] = email_form
    template = "prescriptions/link.html" if in_writer else "prescriptions/confirmed.html"
    return answers.redraw(render(request, template, context, status=422 if problem or email_form else 200))
