"""How allauth behaves here, and the two things asked of it: is this the person, and let them in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.internal import flows
from allauth.account.models import Login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from betony.clinic.accounts import kept_forms, queries, rules
from betony.clinic.accounts.actions import sessions
from betony.clinic.accounts.models import Membership, User
from betony.kit.requests import client_ip

SESSION_KEY = "betony_staff_session"
_STARTS_IN = "betony_starts_in"


class StaffAdapter(DefaultAccountAdapter):
    """Staff are invited by their clinic; there is no open sign-up, and no toast about signing in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *arguments: Any, **options: Any) -> None:
        """Say nothing: the pages say it themselves."""

    def login(self, request: HttpRequest, user: User) -> None:
        """Give the request a session with a new key, and write down where and when it began."""
        super().login(request, user)
        kept_forms.forget(request)
        begin_session(request, user)


def begin_session(request: HttpRequest, user: User) -> None:
    """Write down that the person's session began, and tie Django's session to that record.

    Who may work nowhere gets no record, and so no access.
    """
    membership = getattr(request, _STARTS_IN, None) or queries.membership_to_start_with(user.pk)
    if membership is not None:
        session = sessions.start_session(
            membership=membership, ip=client_ip(request), request_id=getattr(request, "request_id", ""),
            device=rules.device_words(request.headers.get("User-Agent", "")),
        )  # fmt: skip
        request.session[SESSION_KEY] = str(session.pk)


def authenticate(request: HttpRequest, *, email: str, password: str) -> User | None:
    """Return the active person with this email and password, or None after the same time."""
    user = get_adapter(request).authenticate(request, email=email, password=password)
    return user if isinstance(user, User) and user.is_active else None


def let_in(request: HttpRequest, *, membership: Membership, redirect_to: str) -> HttpResponseBase:
    """Give the member a new session, working for that clinic.

    It goes through allauth's stages, where a second factor will stand.
    """
    user = membership.user
    setattr(request, _STARTS_IN, membership)
    login = Login(user=user, email=user.email, redirect_url=redirect_to)
    response: HttpResponseBase = flows.login.perform_password_login(request, {"email": user.email}, login)
    return response
