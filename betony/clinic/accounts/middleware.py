"""Who is asking: sets `request.actor`, `request.membership`, and ends sessions that are too old."""

from collections.abc import Callable

from django.contrib import auth
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from betony.clinic.accounts import permissions
from betony.clinic.accounts.models import Membership
from betony.kit import clock
from betony.kit.actor import ANONYMOUS, Actor
from betony.kit.requests import client_ip

ABSOLUTE_SECONDS = 12 * 60 * 60
MEMBERSHIP_KEY = "betony_membership"
STARTED_KEY = "betony_started"
SEEN_KEY = "betony_seen"
SEEN_STEP_SECONDS = 30


class ActorMiddleware:
    """Loads the membership behind the session; an ended membership or session is an anonymous request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        membership = _membership(request)
        if membership is not None and _is_over(request, membership):
            auth.logout(request)
            membership = None
        request.membership = membership  # type: ignore[attr-defined]
        request.actor = _actor(request, membership)  # type: ignore[attr-defined]
        return self.get_response(request)


def _membership(request: HttpRequest) -> Membership | None:
    if not request.user.is_authenticated:
        return None
    rows = Membership.objects.select_related("organization", "user").filter(
        user_id=request.user.pk, is_active=True, user__is_active=True
    )
    chosen = request.session.get(MEMBERSHIP_KEY)
    if chosen:
        rows = rows.filter(pk=chosen)
    return rows.order_by("joined_at", "id").first()


def _is_over(request: HttpRequest, membership: Membership) -> bool:
    """Tell whether the session is past its idle or absolute limit; background polling does not extend it."""
    now = clock.now().timestamp()
    started = request.session.setdefault(STARTED_KEY, now)
    seen = request.session.setdefault(SEEN_KEY, now)
    if now - started > ABSOLUTE_SECONDS or now - seen > membership.organization.idle_minutes * 60:
        return True
    is_polling = request.headers.get("X-Betony-Background") == "1"
    if not is_polling and now - seen > SEEN_STEP_SECONDS:
        request.session[SEEN_KEY] = now
    return False


def _actor(request: HttpRequest, membership: Membership | None) -> Actor:
    origin = {"ip": client_ip(request), "request_id": getattr(request, "request_id", "")}
    if membership is None:
        return ANONYMOUS.with_origin(**origin)
    return Actor(
        kind="staff",
        id=membership.user_id,
        name=membership.user.get_full_name(),
        organization_id=membership.organization_id,
        membership_id=membership.pk,
        role=membership.role,
        permissions=permissions.of_role(membership.role),
        **origin,
    )
