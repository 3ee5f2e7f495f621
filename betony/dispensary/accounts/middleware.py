"""Who is asking at the practice's door: sets `request.actor`."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from betony.dispensary.accounts.models import User
from betony.kit.actor import ANONYMOUS, Actor
from betony.kit.requests import client_ip


class ActorMiddleware:
    """Names the signed-in practitioner or staff member; bearer tokens are the API's own business."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        origin = {"ip": client_ip(request), "request_id": getattr(request, "request_id", "")}
        user = request.user
        if isinstance(user, User) and user.is_active:
            actor = Actor(
                kind="staff", id=user.pk, name=user.get_full_name(), organization_id=user.organization_id,
                role="owner" if user.is_owner else "member", **origin,
            )  # fmt: skip
        else:
            actor = ANONYMOUS.with_origin(**origin)
        request.actor = actor  # type: ignore[attr-defined]
        return self.get_response(request)
