"""Who is asking at the practice's door: sets `request.actor`, and ends sessions that are too old."""

from collections.abc import Callable

from django.contrib import auth
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from betony.dispensary.accounts import permissions
from betony.dispensary.accounts.models import User
from betony.kit import clock
from betony.kit.actor import ANONYMOUS, Actor
from betony.kit.requests import client_ip, is_background

IDLE_SECONDS = 30 * 60
ABSOLUTE_SECONDS = 12 * 60 * 60
STARTED_KEY = "betony_started"
SEEN_KEY = "betony_seen"
SEEN_STEP_SECONDS = 30


class ActorMiddleware:
    """Names the signed-in practitioner or staff member, and shows times as their dispensary's clock does.

    The API never looks at a session: its frame names the application behind the bearer token.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        origin = {"ip": client_ip(request), "request_id": getattr(request, "request_id", "")}
        actor, zone = ANONYMOUS.with_origin(**origin), None
        if not is_for_programs(request.path):
            user = request.user
            if isinstance(user, User) and user.is_active and not _is_over(request):
                actor, zone = actor_for(user).with_origin(**origin), user.organization.time_zone
        request.actor = actor  # type: ignore[attr-defined]  # Django's requests carry attributes
        with timezone.override(zone):
            return self.get_response(request)


def is_for_programs(path: str) -> bool:
    """Tell whether the address is the API's, where no session counts (but for the consent page)."""
    if path in ("/oauth/token", "/oauth/revoke"):
        return True
    return path.startswith("/api/") and path != "/api/oauth/authorize"


def actor_for(user: User) -> Actor:
    """Return the actor that a signed-in person is."""
    return Actor(
        kind="staff",
        id=user.pk,
        name=user.get_full_name(),
        organization_id=user.organization_id,
        role=permissions.OWNER if user.is_owner else user.role,
        permissions=permissions.of_person(
            role=user.role, is_owner=user.is_owner, is_developer=user.is_developer
        ),
    )


def _is_over(request: HttpRequest) -> bool:
    """End the session when it is past its idle or absolute limit, and tell so.

    Background polling does not extend it.
    """
    now = clock.now().timestamp()
    started = request.session.setdefault(STARTED_KEY, now)
    seen = request.session.setdefault(SEEN_KEY, now)
    if now - started > ABSOLUTE_SECONDS or now - seen > IDLE_SECONDS:
        auth.logout(request)
        return True
    if not is_background(request) and now - seen > SEEN_STEP_SECONDS:
        request.session[SEEN_KEY] = now
    return False
