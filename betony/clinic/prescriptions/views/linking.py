"""A link that stands: undoing it, making it again, and whose email counts (story 4.4, 4.5)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import access, failures, forms, queries, questions, words
from betony.clinic.prescriptions.actions import emails, unlinking
from betony.clinic.prescriptions.models import PatientLink
from betony.clinic.prescriptions.views import answers, parts
from betony.kit import routes
from betony.kit.ui import toasts

CONFIRM = "prescriptions.confirm_patients"


@routes.requires("prescriptions.write")
@require_http_methods(["GET", "POST"])
def unlink_patient(request: StaffRequest, link_id: UUID) -> HttpResponse:
    """Say what will leave sight and what is on its way, then undo the link."""
    by = request.actor
    link = access.link(by=by, link_id=link_id)
    patient = access.patient(by=by, patient_id=link.patient_id)
    refusal = ""
    form = forms.UnlinkForm(request.POST)
    if request.method == "POST":
        try:
            seen = form.cleaned_data["on_the_way"] if form.is_valid() else []
            unlinking.unlink(by=by, link=link, seen=seen)
        except failures.OnTheWayDiffers as error:
            refusal = str(error)
        except failures.CannotDo as error:
            return _answered(request, link, said=str(error), tone="warn")
        else:
            said = _("%(name)s is no longer linked. What the link had brought is hidden.")
            return _answered(request, link, said=said % {"name": patient.full_name})
    return _unlink_dialog(request, link, patient, refusal)


def _unlink_dialog(request: StaffRequest, link: PatientLink, patient: Patient, refusal: str) -> HttpResponse:
    access.note_read(by=request.actor, part="unlinking", patient=patient)
    prescriptions, orders = questions.brought_by(link)
    on_the_way = list(queries.on_the_way(link).prefetch_related("items"))
    context = {
        "link": link, "patient": patient, "prescriptions": prescriptions, "orders": orders, "refusal": refusal,
        "on_the_way": [parts.card(one, request.actor) for one in on_the_way],
        "form": forms.UnlinkForm(initial={"on_the_way": ",".join(str(one.pk) for one in on_the_way)}),
        "in_writer": parts.is_in_writer(request),
    }  # fmt: skip
    return _dialog(request, "unlink", context, status=422 if refusal else 200)


def _dialog(request: StaffRequest, name: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    is_part = request.htmx
    return render(request, f"prescriptions/{name}{'' if is_part else '_page'}.html", context, status=status)


@routes.requires("prescriptions.write")
@require_POST
def link_patient_again(request: StaffRequest, link_id: UUID) -> HttpResponse:
    """Undo the undoing."""
    by = request.actor
    link = access.link(by=by, link_id=link_id)
    return _done(
        request, link, lambda: unlinking.link_again(by=by, link=link),
        said=_("Linked again. What the link had brought is back."),
    )  # fmt: skip


@routes.requires(CONFIRM)
@require_POST
def update_email(request: StaffRequest, link_id: UUID) -> HttpResponse:
    """**Update at Fullscript**."""
    by = request.actor
    link = access.link(by=by, link_id=link_id)
    return _done(
        request, link, lambda: emails.ask_for_update(by=by, link=link),
        said=_("The email is being updated at Fullscript."),
    )  # fmt: skip


@routes.requires(CONFIRM)
@require_POST
def keep_email(request: StaffRequest, link_id: UUID) -> HttpResponse:
    """**Keep their e-mail**."""
    by = request.actor
    link = access.link(by=by, link_id=link_id)
    return _done(
        request, link, lambda: emails.keep_theirs(by=by, link=link),
        said=_("Fullscript keeps its email. What was waiting is being sent."),
    )  # fmt: skip


@routes.requires(CONFIRM)
@require_http_methods(["GET", "POST"])
def change_email(request: StaffRequest, link_id: UUID) -> HttpResponse:
    """**Change** the email for Fullscript of a linked patient; what was refused there stands beside the field."""
    by = request.actor
    link = access.link(by=by, link_id=link_id)
    patient = access.patient(by=by, patient_id=link.patient_id)
    if request.method == "GET":
        return _email_dialog(request, link, patient, _email_form(link, patient))
    form = forms.EmailForFullscriptForm(request.POST)
    if form.is_valid():
        try:
            given = emails.give_another(by=by, link=link, email=form.cleaned_data["email"])
        except failures.CannotDo as error:
            form.add_error("email", str(error))
        else:
            is_asked = given.email_update_asked_at is not None
            said = (
                _("The email is being updated at Fullscript.")
                if is_asked
                else _("Fullscript has this email.")
            )
            return _answered(request, link, said=said)
    return _email_dialog(request, link, patient, form, status=422)


def _email_form(link: PatientLink, patient: Patient) -> forms.EmailForFullscriptForm:
    """Return the form with the email that stands, and why the dispensary refused it where it did."""
    ours = queries.chart_person(patient, link).email_there
    if not link.email_update_refused:
        return forms.EmailForFullscriptForm(initial={"email": ours})
    form = forms.EmailForFullscriptForm({"email": ours})
    why = words.email_refusal(link)
    form.add_error("email", _("It was not updated at Fullscript: %(why)s") % {"why": why})
    return form


def _email_dialog(
    request: StaffRequest, link: PatientLink, patient: Patient, form: forms.EmailForFullscriptForm,
    *, status: int = 200,
) -> HttpResponse:  # fmt: skip
    access.note_read(by=request.actor, part="email", patient=patient)
    context = {"link": link, "patient": patient, "form": form, "in_writer": parts.is_in_writer(request)}
    return _dialog(request, "change_email", context, status=status)


def _done(request: StaffRequest, link: PatientLink, act: Callable[[], object], *, said: str) -> HttpResponse:
    """Act, say what came of it, and have what shows the link draw itself again."""
    try:
        act()
    except failures.CannotDo as error:
        return _answered(request, link, said=str(error), tone="warn")
    return _answered(request, link, said=said)


def _answered(
    request: StaffRequest, link: PatientLink, *, said: str, tone: toasts.Tone = "ok"
) -> HttpResponse:
    if request.htmx and parts.is_in_writer(request):
        toasts.say(request, said, tone=tone)
        return redirect("fullscript:open_writer", link.patient_id)
    return answers.close_dialog(request, said, to="workspace:patient", at=link.patient_id, tone=tone)
