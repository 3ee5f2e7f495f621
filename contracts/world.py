"""What a conversation finds when it begins, and the other side it speaks to."""

import base64
import hashlib
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from contracts import shapes


@dataclass(frozen=True)
class Answer:
    """Status and JSON body of an answer."""

    status: int
    body: Any

    def is_like(self, status: int, shape: Any) -> Any:
        """Pass when status and body are like this, and return the body; else raise Broken."""
        shapes.check(self.status, status, f"status (body {str(self.body)[:300]})")
        shapes.check(self.body, shape)
        return self.body


@dataclass(frozen=True)
class Person:
    """Somebody at the dispensary."""

    id: str
    first_name: str
    last_name: str
    email: str


@dataclass(frozen=True)
class Product:
    """A product with one size."""

    id: str
    variant_id: str
    name: str
    brand_id: str
    brand_name: str


@dataclass(frozen=True)
class Application:
    """The clinic's registration."""

    client_id: str
    client_secret: str
    redirect_uri: str


class World(Protocol):
    """One dispensary with an owner who prescribes, a colleague, a staff member, two products and a category.

    The methods do what people do at the dispensary itself, outside the API.
    """

    application: Application
    clinic_id: str
    clinic_name: str
    owner: Person
    colleague: Person
    staff: Person
    zinc: Product
    magnesium: Product
    category_id: str

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Call the API."""

    def authorize(self, person: Person, *, challenge: str = "") -> str:
        """Press **Authorize Application** as this person, and return the code."""

    def add_patient(self, first_name: str, last_name: str, email: str, *, date_of_birth: str = "") -> str:
        """Add a patient and return the id."""

    def add_dependent(
        self, guardian_id: str, first_name: str, last_name: str, *, date_of_birth: str = ""
    ) -> str:
        """Add somebody whom a patient is the guardian of, without an email, and return the id."""

    def archive_patient(self, patient_id: str) -> None: ...

    def patient_elsewhere(self) -> str:
        """Return the id of a patient of another dispensary."""

    def cancel_plan(self, plan_id: str) -> None: ...

    def write_plan(self, patient_id: str) -> str:
        """Write and activate a plan with zinc at the dispensary itself, and return its id."""

    def place_order(self, plan_id: str) -> str:
        """Order everything on the plan as its patient, and return the order's id."""

    def mails_to(self, email: str) -> int:
        """Return how many mails this address was sent by now."""

    def later(self, seconds: float) -> AbstractContextManager[object]:
        """Let so much time have passed."""


class Talk:
    """Calls with one person's token."""

    def __init__(self, world: World, person: Person) -> None:
        self.world = world
        code = world.authorize(person)
        self.tokens = exchange(world, code).is_like(200, {"oauth": dict})["oauth"]

    def call(self, method: str, path: str, **options: Any) -> Answer:
        """Call the API as this person."""
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}", **options.pop("headers", {})}
        return self.world.call(method, f"/api/{path}", headers=headers, **options)

    def get(self, path: str, **params: Any) -> Answer:
        return self.call("GET", path, params={key.replace("__", "[") + "]" if "__" in key else key: value
                                              for key, value in params.items()})  # fmt: skip

    def patch(self, path: str, body: Any) -> Answer:
        return self.call("PATCH", path, body=body)

    def post(self, path: str, body: Any, *, key: str = "") -> Answer:
        return self.call("POST", path, body=body, headers={"Idempotency-Key": key} if key else {})


def exchange(world: World, code: str, **changes: str) -> Answer:
    """Ask for the tokens of a code."""
    app = world.application
    body = {
        "grant_type": "authorization_code", "client_id": app.client_id, "client_secret": app.client_secret,
        "redirect_uri": app.redirect_uri, "code": code, **changes,
    }  # fmt: skip
    return world.call("POST", "/api/oauth/token", body=body)


def refresh(world: World, refresh_token: str, **changes: str) -> Answer:
    """Ask for a new pair."""
    app = world.application
    body = {
        "grant_type": "refresh_token", "client_id": app.client_id, "client_secret": app.client_secret,
        "redirect_uri": app.redirect_uri, "refresh_token": refresh_token, **changes,
    }  # fmt: skip
    return world.call("POST", "/api/oauth/token", body=body)


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a PKCE verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
