"""How far clinic and dispensary agree: the line that says so, **Sync now**, and what waits and why."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.prescriptions import access, queries, words
from betony.clinic.prescriptions.actions import synchronizing
from betony.clinic.prescriptions.models import Connection, Dispensary, PatientLink, Synchronization
from betony.clinic.prescriptions.views import answers, parts
from betony.kit import pagination, routes
from betony.kit.actor import Actor

PLACES = ("list", "panel", "writer", "page")
# The lists of what waits, by what their places in the address begin with.
PRESCRIPTIONS, CHANGES, PATIENTS = "prescriptions_", "changes_", "patients_"
PAGE_SIZE = 50


def _standing(by: Actor, dispensary: Dispensary | None) -> dict[str, Any]:
    """Return what the line says."""
    connection = queries.connection_of(by)
    if dispensary is None:
        return {"dispensary": None}
    found = queries.synchronization(dispensary)
    progress = queries.import_progress(dispensary)
    return {
        "dispensary": dispensary,
        "connected_as": _connected_as(connection),
        "is_broken": connection is not None and not connection.is_live,
        "is_anybody_live": queries.has_live_connection(by),
        "synchronization": found,
        "is_running": _is_running(found),
        "progress": _in_words(progress) if progress.total > progress.done else None,
        "trouble": _(found.trouble) if found and found.trouble else "",
        "waiting_count": _count_waiting(by, dispensary) if by.may("prescriptions.history") else 0,
        "may_see_waiting": by.may("prescriptions.history"),
    }


def _in_words(progress: queries.Progress) -> dict[str, str]:
    """Return the numbers as people read them: 1,200 of 10,000."""
    return {
        "done": number_format(progress.done, force_grouping=True),
        "total": number_format(progress.total, force_grouping=True),
    }


def _connected_as(connection: Connection | None) -> str:
    """Return whom the user is connected as: the practitioner they write as, else the dispensary's name."""
    if connection is None or not connection.is_live:
        return ""
    chosen = connection.writes_as
    return str(chosen.full_name if chosen else connection.dispensary.name)


def _is_running(found: Synchronization | None) -> bool:
    if found is None:
        return False
    is_asked = found.asked_at is not None
    return is_asked or (
        found.began_at is not None and (found.ended_at is None or found.ended_at < found.began_at)
    )


def _count_waiting(by: Actor, dispensary: Dispensary) -> int:
    counts = (queries.unsent(by), queries.unsent_changes(by), queries.unsettled_links(dispensary))
    return sum(one.count() for one in counts)


@routes.requires("prescriptions.connect")
@require_GET
def show_agreement(request: StaffRequest) -> HttpResponse:
    """Say as whom the user is connected and when the two last agreed; asked every few seconds."""
    by = request.actor
    return _line(request, by)


def _line(request: StaffRequest, by: Actor) -> HttpResponse:
    at = request.GET.get("at", "")
    context = {**_standing(by, queries.current_dispensary(by)), "at": at if at in PLACES else "page"}
    response = render(request, "prescriptions/agreement.html", context)
    if request.GET.get("was") == "running" and not context.get("is_running") and not context.get("progress"):
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
    return _line(request, by)


@routes.requires("prescriptions.history")
@require_GET
def list_waiting(request: StaffRequest) -> HttpResponse:
    """Show everything that is not settled with the dispensary yet, and why."""
    by = request.actor
    dispensary = queries.current_dispensary(by)
    links_there = queries.unsettled_links(dispensary) if dispensary else PatientLink.objects.none()
    unsent = _page(request, queries.unsent(by).prefetch_related("items"), by="written_at", of=PRESCRIPTIONS)
    changes = _page(request, queries.unsent_changes(by), by="asked_at", of=CHANGES)
    links = _page(request, links_there, by="created_at", of=PATIENTS)
    of_changes = [one.prescription.patient_id for one in changes.rows]
    access.note_waiting_read(by=by, waiting=[*unsent.rows, *links.rows], more=of_changes)
    context = {
        **_standing(by, dispensary),
        "at": "page",
        "cards": [parts.card(one, by) for one in unsent.rows],
        "card_pages": pagination.links(request.GET, unsent, of=PRESCRIPTIONS),
        "changes": [words.of_change(one) for one in changes.rows],
        "change_pages": pagination.links(request.GET, changes, of=CHANGES),
        "links": [
            {"record": one, "state": one.get_state_display(), "why": words.link_reason(one)}
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
