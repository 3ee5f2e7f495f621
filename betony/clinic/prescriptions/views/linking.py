"""A link that stands: undoing it, making it again, and whose e-mail counts (story 4.4, 4.5)."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from betony.clinic.prescriptions import access, failures, questions
from betony.clinic.prescriptions.actions import emails, unlinking
from betony.clinic.prescriptions.models import PatientLink
from betony.clinic.prescriptions.views import answers, parts
from betony.kit import routes

CONFIRM = "prescriptions.confirm_patients"


@routes.requires("prescriptions.write")
@require_http_methods(["GET", "POST"])
def unlink(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """Say what will leave sight, then undo the link."""
    by = parts.actor(request)
    link = access.link(by=by, link_id=link_id)
    patient = access.patient(by=by, patient_id=link.patient_id)
    from_writer = request.GET.get("from", request.POST.get("from")) == "writer"
    if request.method == "POST":
        return _done(
            request, link, lambda: unlinking.unlink(by=by, link=link),
            said=_("%(name)s is no longer linked. What the link had brought is out of sight.")
            % {"name": patient.full_name},
        )  # fmt: skip
    prescriptions, orders = questions.brought_by(link)
    context = {
        "link": link, "patient": patient, "prescriptions": prescriptions, "orders": orders,
        "from_writer": from_writer,
    }  # fmt: skip
    is_part = request.htmx  # type: ignore[attr-defined]
    return render(
        request, "prescriptions/unlink.html" if is_part else "prescriptions/unlink_page.html", context
    )


@routes.requires("prescriptions.write")
@require_POST
def link_again(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """Undo the undoing."""
    by = parts.actor(request)
    link = access.link(by=by, link_id=link_id)
    return _done(
        request, link, lambda: unlinking.link_again(by=by, link=link),
        said=_("Linked again. What the link had brought is back."),
    )  # fmt: skip


@routes.requires(CONFIRM)
@require_POST
def update_email(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """**Update at Fullscript**."""
    by = parts.actor(request)
    link = access.link(by=by, link_id=link_id)
    return _done(
        request, link, lambda: emails.ask_for_update(by=by, link=link),
        said=_("The e-mail is being updated at Fullscript."),
    )  # fmt: skip


@routes.requires(CONFIRM)
@require_POST
def keep_email(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """**Keep their e-mail**."""
    by = parts.actor(request)
    link = access.link(by=by, link_id=link_id)
    return _done(
        request, link, lambda: emails.keep_theirs(by=by, link=link),
        said=_("Fullscript keeps its e-mail. What waited is being sent."),
    )  # fmt: skip


def _done(request: HttpRequest, link: PatientLink, act: Callable[[], object], *, said: str) -> HttpResponse:
    """Act, say what came of it, and have what shows the link draw itself again."""
    tone = "ok"
    try:
        act()
    except failures.CannotDo as error:
        said, tone = str(error), "warn"
    if not request.htmx:  # type: ignore[attr-defined]
        answers.say(request, said, tone=tone)
        return redirect("workspace:patient", link.patient_id)
    if request.POST.get("from") == "writer":
        return answers.said(redirect("fullscript:writer", link.patient_id), said, tone=tone)
    return answers.changed(said, tone=tone)
