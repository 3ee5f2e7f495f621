"""How far clinic and dispensary agree: the line that says so, **Sync now**, and what waits and why."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.prescriptions import access, agreement, queries
from betony.clinic.prescriptions import words as prescription_words
from betony.clinic.prescriptions.actions import synchronizing
from betony.clinic.prescriptions.models import PatientLink
from betony.clinic.prescriptions.views import answers, parts
from betony.kit import clock, pagination, routes
from betony.kit.actor import Actor
from betony.kit.ui import words

PLACES = ("list", "panel", "writer", "page")
# The lists of what waits, by what their places in the address begin with.
PRESCRIPTIONS, CHANGES, PATIENTS = "prescriptions_", "changes_", "patients_"
PAGE_SIZE = 50


def _standing(by: Actor, found: agreement.Agreement | None) -> dict[str, Any]:
    """Return what the line says."""
    return {
        "agreement": found,
        "progress": _progress(found),
        "trouble": _(found.trouble) if found and found.trouble else "",
        "may_see_waiting": by.may("prescriptions.history"),
    }


def _progress(found: agreement.Agreement | None) -> dict[str, object] | None:
    is_under_way = found is not None and found.progress.is_under_way
    return parts.progress(found.progress.done, found.progress.total) if found and is_under_way else None


def _etag(request: StaffRequest, found: agreement.Agreement | None) -> str:
    # How long ago it was changes what the line says although nothing else did.
    ago = words.ago(found.synced_at, clock.now()) if found and found.synced_at else ""
    return parts.etag(request, (found, ago))


@routes.requires("prescriptions.connect")
@require_GET
def show_agreement(request: StaffRequest) -> HttpResponse:
    """Say as whom the user is connected and when the two last agreed; asked every few seconds.

    What an open page says already costs one query, and is not answered.
    """
    found = agreement.read(request.actor)
    if parts.is_known(request, tag := _etag(request, found)):
        return HttpResponseNotModified(headers={"ETag": tag})
    return _line(request, found)


def _line(request: StaffRequest, found: agreement.Agreement | None) -> HttpResponse:
    at = request.GET.get("at", "")
    context = {**_standing(request.actor, found), "at": at if at in PLACES else "page"}
    response = render(request, "prescriptions/agreement.html", context)
    response["ETag"] = _etag(request, found)
    is_busy = found is not None and (found.is_running or found.progress.is_under_way)
    if request.GET.get("was") == "running" and not is_busy:
        # What was brought in is shown, without a reload.
        answers.redraw(response)
    return response


@routes.requires("prescriptions.connect")
@require_POST
def sync_now(request: StaffRequest) -> HttpResponse:
    """**Sync now**: compare with the dispensary without waiting for the five minutes to be over."""
    by = request.actor
    dispensary = queries.current_dispensary(by)
    if dispensary is not None and queries.has_live_connection(by):
        synchronizing.ask(by=by, dispensary=dispensary)
    if not request.htmx:
        return redirect("fullscript:list_waiting")
    return _line(request, agreement.read(by))


@routes.requires("prescriptions.history")
@require_GET
def list_waiting(request: StaffRequest) -> HttpResponse:
    """Show everything that is not settled with the dispensary yet, and why."""
    by = request.actor
    dispensary = queries.current_dispensary(by)
    links_there = agreement.unsettled_links(dispensary) if dispensary else PatientLink.objects.none()
    unsent = _page(request, agreement.unsent(by).prefetch_related("items"), by="written_at", of=PRESCRIPTIONS)
    changes = _page(request, agreement.unsent_changes(by), by="asked_at", of=CHANGES)
    links = _page(request, links_there, by="created_at", of=PATIENTS)
    of_changes = [one.prescription.patient_id for one in changes.rows]
    access.note_waiting_read(by=by, waiting=[*unsent.rows, *links.rows], more=of_changes)
    context = {
        **_standing(by, agreement.read(by)),
        "at": "page",
        "cards": [parts.card(one, by) for one in unsent.rows],
        "card_pages": pagination.links(request.GET, unsent, of=PRESCRIPTIONS),
        "changes": [prescription_words.of_change(one) for one in changes.rows],
        "change_pages": pagination.links(request.GET, changes, of=CHANGES),
        "links": [
            {"record": one, "state": one.get_state_display(), "why": prescription_words.link_reason(one)}
            for one in links.rows
        ],
        "link_pages": pagination.links(request.GET, links, of=PATIENTS),
    }
    return render(request, "prescriptions/waiting_page.html", context)


def _page(
    request: StaffRequest, rows: QuerySet[pagination.Row], *, by: str, of: str
) -> pagination.Page[pagination.Row]:
    """Return the page of one of the lists that the address asks for, the oldest first."""
    return pagination.page_by_key(
        rows, keys=(by, "id"), cursor=pagination.asked_for(request.GET, of=of), size=PAGE_SIZE
    )
