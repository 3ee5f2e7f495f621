"""The inbox: the page, the panel in the top bar, the count that open pages ask for, and the mails."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.workspace.notices import access, actions, context, forms, queries, rules, shown
from betony.kit import clock, pagination, routes


@routes.signed_in
@require_safe
def list_notices(request: StaffRequest) -> HttpResponse:
    """Everything in the inbox, the newest first."""
    cursor = pagination.asked_for(request.GET)
    return render(request, "workspace/notices/list.html", _listed(request, cursor, queries.PAGE_SIZE))


@routes.signed_in
@require_safe
def show_panel(request: StaffRequest) -> HttpResponse:
    """The newest notices, for the panel of the top bar; asked for each time it opens."""
    return _panel(request)


@routes.signed_in
@require_safe
def show_count(request: StaffRequest) -> HttpResponse:
    """How many notices are unread. What an open page knows already costs one query and is not answered."""
    known = request.headers.get("If-None-Match", "")
    if known and known == context.etag(request.actor, queries.version(request.actor)):
        return HttpResponseNotModified(headers={"ETag": known})
    button = context.button(request.actor)
    assert button is not None  # noqa: S101  (whoever is signed in has a place)
    return JsonResponse(
        {"unread": button.unread, "words": button.words, "etag": button.etag}, headers={"ETag": button.etag}
    )


@routes.signed_in
@require_POST
def read_notice(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """Mark one notice as read."""
    notice = access.own_notice(by=request.actor, notice_id=notice_id)
    actions.mark_read(by=request.actor, notice=notice)
    return _after_reading(request)


@routes.signed_in
@require_POST
def read_all(request: StaffRequest) -> HttpResponse:
    """Mark as read what stood in the list that was seen."""
    form = forms.SeenForm(request.POST)
    if form.is_valid():
        actions.mark_all_read(by=request.actor, seen_until=form.cleaned_data["until"])
    return _after_reading(request)


@routes.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def choose_mails(request: StaffRequest) -> HttpResponse:
    """Settings, Notices: about what one gets mails."""
    form = forms.MailsForm(
        request.POST if request.method == "POST" else None,
        kinds=rules.kinds_for(request.actor.may),
        wishes=queries.wishes(request.actor.membership),
    )
    if request.method == "POST" and form.is_valid():
        actions.choose_mails(by=request.actor, wanted=form.wanted())
        messages.success(request, _("Your choice is saved."))
        return redirect("settings:notices")
    return render(request, "workspace/notices/settings.html", {"form": form})


def _listed(request: StaffRequest, cursor: str, size: int) -> dict[str, object]:
    page = queries.page(request.actor, cursor=cursor, size=size)
    access.record_shown(by=request.actor, notices=page.rows)
    needs_facts = any(one.kind == rules.Kind.TO_CONFIRM for one in page.rows)
    facts = queries.facts(request.actor) if needs_facts else queries.Facts(questions=0)
    lines = shown.lines(page.rows, facts)
    return {
        "pages": pagination.links(request.GET, page),
        "lines": lines,
        # What comes after this moment was not seen, and stays unread.
        "until": clock.now().isoformat(),
        "cursor": cursor,
        "has_new": any(one.is_new for one in lines),
    }


def _panel(request: StaffRequest) -> HttpResponse:
    return render(request, "workspace/notices/panel.html", _listed(request, "", rules.MOST_IN_PANEL))


def _after_reading(request: StaffRequest) -> HttpResponse:
    """Answer the panel with itself, a script with nothing, and a plain form with the page it stands on."""
    if request.htmx.target == "notices-panel":
        response = _panel(request)
    elif request.headers.get("X-Requested-With") == "fetch":
        response = HttpResponse(status=204)
    else:
        cursor = request.POST.get("cursor", "")
        return redirect(
            f"{reverse('notices:list')}?{urlencode({'after': cursor})}" if cursor else "notices:list"
        )
    return trigger_client_event(response, "notices:changed", {})
