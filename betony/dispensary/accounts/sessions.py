"""Sessions at the practice's door: whose it is, starting one, and what it was started for."""

from django.contrib import auth
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from betony.dispensary.accounts import actions
from betony.dispensary.accounts.middleware import actor_for
from betony.dispensary.accounts.models import User
from betony.kit import clock
from betony.kit.requests import actor_of

FRESH_FOR_KEY = "betony_fresh_for"
FRESH_USED_KEY = "betony_fresh_used"
SECOND_PRESS_SECONDS = 10
MOST_CHARACTERS = 4000
BACKEND = "betony.dispensary.accounts.backend.PracticeBackend"


def user_of(request: HttpRequest) -> User:
    """Return the person of the dispensary who is signed in; the route's policy has let nobody else in."""
    assert isinstance(request.user, User)  # noqa: S101  (a route without such a policy is our own fault)
    return request.user


def start(request: HttpRequest, user: User, *, going_to: str) -> None:
    """Sign the person in under a new session id; `going_to` is where they typed their password to get to."""
    origin = actor_of(request)
    auth.login(request, user, backend=BACKEND)
    request.session[FRESH_FOR_KEY] = going_to
    request.session.pop(FRESH_USED_KEY, None)
    actions.record_sign_in(
        by=actor_for(user).with_origin(ip=origin.ip, request_id=origin.request_id), user=user
    )


def is_fresh_for(request: HttpRequest, address: str) -> bool:
    """Tell whether the password was typed to get to this very address.

    After it has served, it does so for a second press of the same button, and for nothing that is opened anew.
    """
    if request.session.get(FRESH_FOR_KEY) != address:
        return False
    used_at = request.session.get(FRESH_USED_KEY)
    if used_at is None:
        return True
    return request.method == "POST" and clock.now().timestamp() - used_at < SECOND_PRESS_SECONDS


def use_freshness(request: HttpRequest) -> None:
    """Ask for the password again next time, where an address demands it."""
    request.session.setdefault(FRESH_USED_KEY, clock.now().timestamp())


def next_address(request: HttpRequest) -> str:
    """Return where to go after signing in: an address of this server that the request names, or the start."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours and len(wanted) <= MOST_CHARACTERS else resolve_url("home")
