"""Who is asking: sets `request.actor`, `request.membership`, and ends sessions that are too old."""

from collections.abc import Callable
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from betony.clinic.accounts import actors, adapter, kept_forms, queries, rules
from betony.clinic.accounts.actions import sessions
from betony.clinic.accounts.models import StaffSession
from betony.kit import clock
from betony.kit.actor import ANONYMOUS
from betony.kit.requests import PAGE_OF, client_ip, is_background, is_by_script

SEEN_STEP_SECONDS = 30


class ActorMiddleware:
    """Loads the person behind the session; an ended membership or session is an anonymous request.

    A page that was drawn for one person asks for that person, in that clinic, or for nobody: what is typed in it is
    never saved under whoever has signed in since. Times are shown in the organization's time zone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        session, other = _of_the_page(request, _session(request))
        origin = {"ip": client_ip(request), "request_id": getattr(request, "request_id", "")}
        membership = session.membership if session is not None else None
        actor = actors.staff(membership, **origin) if membership else ANONYMOUS.with_origin(**origin)
        request.staff_session = session  # type: ignore[attr-defined]  # Django's requests carry attributes
        request.others_session = other  # type: ignore[attr-defined]
        request.membership = membership  # type: ignore[attr-defined]
        request.actor = actor  # type: ignore[attr-defined]
        if membership is None:
            return self.get_response(request)
        with timezone.override(ZoneInfo(membership.organization.time_zone)):
            return self.get_response(request)


def _session(request: HttpRequest) -> StaffSession | None:
    """Return the session in use, or None for who is not signed in (any more)."""
    if not request.user.is_authenticated:
        return None
    session_id = request.session.get(adapter.SESSION_KEY)
    if session_id is None:
        # Signed in by another door than the page, which is Django's own (its tests and commands have one).
        adapter.begin_session(request, request.user)
        session_id = request.session.get(adapter.SESSION_KEY)
    session = queries.session_with_membership(UUID(session_id), request.user.pk) if session_id else None
    if session is None:
        kept_forms.sign_out(request, was=queries.membership_of_session(session_id) if session_id else None)
        return None
    if _is_over(session):
        sessions.end_session(by=actors.staff(session.membership), session=session, reason="time-out")
        kept_forms.sign_out(request, was=session.membership_id)
        if request.method == "GET" and not is_by_script(request):
            messages.info(
                request,
                _("You were signed out because you had been away for a while, or signed in for a long time."),
            )
        return None
    if not is_background(request) and (clock.now() - session.seen_at).total_seconds() > SEEN_STEP_SECONDS:
        sessions.note_use(session=session)
    return session


def _of_the_page(
    request: HttpRequest, session: StaffSession | None
) -> tuple[StaffSession | None, StaffSession | None]:
    """Return the session, or that it is another's than the page's that asks."""
    asks_as = request.headers.get(PAGE_OF, "")
    if session is None or not asks_as or asks_as == str(session.membership_id):
        return session, None
    return None, session


def _is_over(session: StaffSession) -> bool:
    return rules.session_is_over(
        started_at=session.started_at,
        seen_at=session.seen_at,
        now=clock.now(),
        idle_minutes=session.membership.organization.idle_minutes,
    )
