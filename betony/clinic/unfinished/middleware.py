"""A form that is saved is unfinished no longer."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from betony.clinic.unfinished import actions
from betony.clinic.unfinished.offering import FIELD
from betony.kit.actor import ANONYMOUS, Actor
from betony.kit.identifiers import read_uuid


class UnfinishedFormMiddleware:
    """Forgets what was typed into a form once it was sent and not refused.

    Stands after the middleware that sets `request.actor`. A form that is refused is answered with 422 or more.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method != "POST" or response.status_code >= 400 or FIELD not in request.POST:
            return response
        actor: Actor = getattr(request, "actor", ANONYMOUS)
        form_id = read_uuid(request.POST[FIELD])
        if form_id is not None and actor.organization_id is not None and actor.membership_id is not None:
            actions.finish(
                organization_id=actor.organization_id, membership_id=actor.membership_id, form_id=form_id,
                path=request.path[:300],
            )  # fmt: skip
        return response
