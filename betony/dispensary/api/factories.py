"""For tests: programs that call the API with a token."""

import json
from collections.abc import Iterable
from typing import Any

from django.test import Client

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Application
from betony.dispensary.accounts.rules import SCOPES
from betony.dispensary.practices import factories as practices
from betony.dispensary.practices.models import Person


class Program:
    """An application with a token. Each call returns Django's response; `.json()` reads it."""

    def __init__(self, token: str, application: Application) -> None:
        self.token = token
        self.application = application
        self._client = Client()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Call `/api/{path}`; a header `Idempotency-Key` is given as `Idempotency_Key="…"`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.generic(
            method,
            f"/api/{path}",
            data="" if body is None else json.dumps(body),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", **sent},
        )

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None) -> Any:
        return self.call("PATCH", path, body)


def program(
    owner: Person, *, scopes: Iterable[str] = SCOPES, application: Application | None = None
) -> Program:
    """Return a program that acts for the owner, who is a practitioner or a staff member."""
    chosen = application or accounts.application(scopes=list(scopes))
    return Program(practices.access_token(owner, chosen), chosen)
