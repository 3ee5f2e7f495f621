"""How this module's views answer: a part of the page to htmx, a page or a redirect to everybody else."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def closed(
    request: HttpRequest, *, said: str, to: str = "patients:list", changed: bool = False
) -> HttpResponse:
    """Close the open dialog and say what was done; without htmx go to the page named `to`.

    `changed`: lists of prescriptions that are on the screen are drawn again.
    """
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, said)
        return redirect(to)
    response = HttpResponse(status=204)
    happened = {"dialog:close": True, "toast": {"message": said, "tone": "ok"}}
    response["HX-Trigger"] = json.dumps(happened | ({"prescriptions:changed": True} if changed else {}))
    return response


def said(response: HttpResponse, message: str, *, tone: str = "ok") -> HttpResponse:
    """Let the answer say something in a toast as well; with the tone "quiet" to screen readers alone."""
    response["HX-Trigger"] = json.dumps({"toast": {"message": message, "tone": tone}})
    return response


def changed(message: str, *, tone: str = "ok") -> HttpResponse:
    """Close the open dialog, say what was done, and have whatever shows prescriptions draw itself again."""
    response = HttpResponse(status=204)
    response["HX-Trigger"] = json.dumps(
        {"dialog:close": True, "prescriptions:changed": True, "toast": {"message": message, "tone": tone}}
    )
    return response


def say(request: HttpRequest, message: str, *, tone: str = "ok") -> None:
    """Say it on the page that comes next, for browsers without a script."""
    (messages.success if tone == "ok" else messages.warning)(request, message)
