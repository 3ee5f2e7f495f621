"""How this module's views answer: a part of the page to htmx, a page or a redirect to everybody else."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django_htmx.http import reswap, trigger_client_event

from betony.clinic.accounts.requests import StaffRequest
from betony.kit.ui import toasts

# Whatever shows prescriptions, links or their emails draws itself again when it hears this.
CHANGED = "prescriptions:changed"


def close_dialog(
    request: StaffRequest, said: str, *, to: str, at: UUID | None = None, tone: toasts.Tone = "ok"
) -> HttpResponse:
    """Say what was done, close the open dialog, and have what shows prescriptions draw itself again.

    Without htmx the answer leads to the page named `to` (of the record `at`), which says it.
    """
    toasts.say(request, said, tone=tone)
    if not request.htmx:
        return redirect(to, at) if at else redirect(to)
    return redraw(trigger_client_event(HttpResponse(status=204), "dialog:close", {}))


def refuse(request: StaffRequest, sentence: str, *, to: str, at: UUID) -> HttpResponse:
    """Say why it was not done, and have what shows prescriptions draw itself again: it may stand otherwise by now.

    Without htmx the answer leads to the page named `to` of the record `at`, which says it.
    """
    toasts.say(request, sentence, tone="error")
    if not request.htmx:
        return redirect(to, at)
    # Refused, so that what was typed is not taken for saved; what is open stays as it is.
    return redraw(reswap(HttpResponse(status=422), "none"))


def redraw(response: HttpResponse) -> HttpResponse:
    """Have what shows prescriptions draw itself again, whatever else the answer makes happen."""
    return trigger_client_event(response, CHANGED, {})
