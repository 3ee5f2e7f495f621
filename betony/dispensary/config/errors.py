"""Error pages that say what happened, what was kept, and what to do."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from betony.dispensary.accounts.middleware import is_for_programs
from betony.kit import routes

_WORDS = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 500: "Internal Server Error"}


def _for_program(status: int) -> HttpResponse:
    return JsonResponse({"status": status, "error": _WORDS[status]}, status=status)


def _page(request: HttpRequest, *, status: int, title: str, message: str) -> HttpResponse:
    if is_for_programs(request.path):
        return _for_program(status)
    return render(request, "ui/error.html", {"error_title": title, "error_message": message}, status=status)


@routes.public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request, status=400, title=_("We could not read that request"),
        message=_("Nothing was changed. Go back and try again."),
    )  # fmt: skip


@routes.public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request, status=403, title=_("That is not allowed here"),
        message=_("Nothing was changed. Ask the owner of your dispensary if you need this."),
    )  # fmt: skip


@routes.public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        request, status=404, title=_("There is nothing at this address"),
        message=_("It may have moved, or it is not yours to see. Check the address, or start from the menu."),
    )  # fmt: skip


@routes.public
def server_error(request: HttpRequest) -> HttpResponse:
    if is_for_programs(request.path):
        return _for_program(500)
    request_id = getattr(request, "request_id", "")
    context: dict[str, Any] = {
        "error_title": _("Something went wrong on our side"),
        "error_message": _(
            "What you had saved is kept. Try again in a moment; if it happens again, tell support this number:"
        ),
        "request_id": request_id,
    }
    # No request context: the database or the session may be what is broken.
    return HttpResponse(render_to_string("ui/error.html", context), status=500)


@routes.public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request, status=403, title=_("This page has been open too long"),
        message=_("Nothing was changed. Go back, reload the page and send it again."),
    )  # fmt: skip
