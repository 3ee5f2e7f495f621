"""Error pages that say what happened, what was kept, and what to do; the same on both servers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from betony.kit import requests, routes
from betony.kit.actor import ANONYMOUS

_WORDS = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 500: "Internal Server Error"}


def _for_program(status: int) -> HttpResponse:
    return JsonResponse({"status": status, "error": _WORDS[status]}, status=status)


def _never(path: str) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPages:
    """The handlers of one server.

    `who_to_ask` is the sentence for somebody who may not do something; `is_for_programs` tells which paths are
    answered in JSON, as `{"status": 404, "error": "Not Found"}`.
    """

    who_to_ask: "Promise | str"
    is_for_programs: Callable[[str], bool] = _never

    def _page(self, request: HttpRequest, *, status: int, title: str, message: str) -> HttpResponse:
        if self.is_for_programs(request.path):
            return _for_program(status)
        context = {"error_title": title, "error_message": message}
        return render(request, "ui/error.html", context, status=status)

    @routes.public
    def bad_request(self, request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        """Answer 400."""
        return self._page(
            request, status=400, title=_("We could not read that request"),
            message=_("Nothing was changed. Go back and try again."),
        )  # fmt: skip

    @routes.public
    def forbidden(self, request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        """Answer 403."""
        return self._page(
            request, status=403, title=_("That is not allowed here"), message=str(self.who_to_ask)
        )

    @routes.public
    def not_found(self, request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
        """Answer 404."""
        return self._page(
            request, status=404, title=_("There is nothing at this address"),
            message=_("It may have moved, or it is not yours to see. Check the address, or start from the menu."),
        )  # fmt: skip

    @routes.public
    def server_error(self, request: HttpRequest) -> HttpResponse:
        """Answer 500, with the number under which the log has it."""
        if self.is_for_programs(request.path):
            return _for_program(500)
        context: dict[str, Any] = {
            "error_title": _("Something went wrong on our side"),
            "error_message": _(
                "What you had saved is kept. Try again in a moment; if it happens again, tell support this number:"
            ),
            "request_id": getattr(request, "request_id", ""),
        }
        # No request context: the database or the session may be what is broken.
        return HttpResponse(render_to_string("ui/error.html", context), status=500)

    @routes.public
    def csrf_failure(self, request: HttpRequest, reason: str = "") -> HttpResponse:
        """Answer 403 to a form whose token is not the session's: somebody has signed in since it was drawn.

        A script of our own page gets the token that holds now, and sends once more; the middleware has seen to it
        that it asks for whoever is signed in.
        """
        if requests.PAGE_OF in request.headers:
            is_signed_in = getattr(request, "actor", ANONYMOUS).is_signed_in
            answer = HttpResponse(status=403 if is_signed_in else 401)
            answer[requests.FRESH_TOKEN] = get_token(request)
            return answer
        return self._page(
            request, status=403, title=_("This page has been open too long"),
            message=_(
                "You have signed in again since it was opened, and nothing was changed. "
                "Go back, reload the page and send it again."
            ),
        )  # fmt: skip
