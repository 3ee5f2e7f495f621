"""Toasts: what a view says beside its answer. They may name a patient, so those that wait for a page wait sealed."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from django.contrib import messages
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.http import trigger_client_event
from django_htmx.middleware import HtmxDetails

from betony.kit import secrets_box
from betony.kit.requests import is_background

Tone = Literal["ok", "info", "warn", "error", "quiet"]

_LEVELS: Mapping[Tone, int] = {
    "ok": messages.SUCCESS,
    "info": messages.INFO,
    "warn": messages.WARNING,
    "error": messages.ERROR,
    "quiet": messages.INFO,
}
_TONES = {level: tone for tone, level in _LEVELS.items() if tone != "quiet"}
# htmx leaves the page, or follows to the next answer: what was said is said there.
_LEADS_ON = ("Location", "HX-Redirect", "HX-Refresh", "HX-Location")
UNSAVED = 422


def say(request: HttpRequest, message: str, *, tone: Tone = "ok") -> None:
    """Say it in a toast: with this answer to htmx, else on the page that comes next.

    The tone "quiet" is for what the page itself shows already: it is said to screen readers alone.
    """
    messages.add_message(request, _LEVELS[tone], message, extra_tags="quiet" if tone == "quiet" else "")


class ToastsMiddleware:
    """Gives what views say (`say`, or Django's messages) to the page that htmx draws the answer into."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not HtmxDetails(request) or is_background(request):
            return response
        is_drawn = response.status_code < 300 or response.status_code == UNSAVED
        if not is_drawn or any(name in response for name in _LEADS_ON):
            return response
        said = [_toast(one) for one in messages.get_messages(request)]
        return _with_toasts(response, said) if said else response


def _toast(message: Any) -> dict[str, Any]:
    is_quiet = "quiet" in (message.extra_tags or "")
    return {"message": str(message), "tone": "quiet" if is_quiet else _TONES.get(message.level, "info")}


def _with_toasts(response: HttpResponseBase, said: list[dict[str, Any]]) -> HttpResponseBase:
    """Add the toasts to what the answer makes happen already, perhaps a toast of its own."""
    own = json.loads(response.headers.get("HX-Trigger", "{}")).get("toast")
    every_one = [*([own] if own else []), *said]
    detail = every_one[0] if len(every_one) == 1 else {"several": every_one}
    return trigger_client_event(response, "toast", detail)


class SealedToasts(SessionStorage):
    """Keeps messages in the session, sealed with the key ring: its table belongs to no organization."""

    def serialize_messages(self, messages: Sequence[Any]) -> str:
        """Return the messages sealed."""
        return secrets_box.seal(super().serialize_messages(messages))

    def deserialize_messages(self, data: Any) -> Any:
        """Return the messages; none when the key they were sealed with is gone, for a toast is no record."""
        if not data:
            return None
        try:
            return super().deserialize_messages(secrets_box.open_sealed(data))
        except secrets_box.CannotOpen:
            return None
