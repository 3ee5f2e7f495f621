"""What an operation answers, and the errors it raises instead."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON body; an operation that returns a plain mapping answers 200."""

    body: Body
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> HttpResponse:
        """Return the answer as Django's response."""
        if self.status == 204:
            return HttpResponse(status=204)
        response = JsonResponse(self.body, status=self.status)
        for name, value in self.headers.items():
            response[name] = value
        return response


def created(body: Body) -> Answer:
    """Return the answer to a POST that made something."""
    return Answer(body, status=201)


class ApiError(Exception):
    """An error with an answer of its own; whatever the operation changed is undone."""

    def answer(self) -> Answer:
        """Return what the program is told."""
        raise NotImplementedError


class Unauthorized(ApiError):
    """No token, or one that is unknown, over or revoked."""

    def answer(self) -> Answer:
        challenge = 'Bearer realm="Betony Dispensary", error="invalid_token"'
        return Answer({"error": "invalid_token"}, 401, {"WWW-Authenticate": challenge})


class ScopeMissing(ApiError):
    """The token lacks the scopes of the operation; `group` is the one to name."""

    def __init__(self, group: str) -> None:
        super().__init__(group)
        self.group = group

    def answer(self) -> Answer:
        return Answer(
            {"error": f"The scope group `{self.group}` must be enabled for this application."}, status=403
        )


class NotFound(ApiError):
    """Unknown, or of another dispensary: the same to whoever asks."""

    def answer(self) -> Answer:
        return Answer({"status": 404, "error": "Not Found"}, status=404)


class Invalid(ApiError):
    """The values are refused; each message is a whole sentence that begins with the field's name."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = list(messages)

    def answer(self) -> Answer:
        # The public API sends a text that holds a JSON list; a real list is a setting away.
        as_text = settings.BETONY_API_VALIDATION_ERRORS == "text"
        return Answer(
            {"error": json.dumps(self.messages, ensure_ascii=False) if as_text else self.messages}, 422
        )


class Refused(ApiError):
    """Any other refusal: 400 for a body that cannot be read, 409, 413, 429."""

    def __init__(self, status: int, error: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.headers = headers or {}

    def answer(self) -> Answer:
        return Answer({"error": self.error}, self.status, self.headers)


def timestamp(moment: datetime | None) -> str | None:
    """Return an instant as the API writes it: `2026-01-31T15:04:05.000Z`."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
