"""Speaking Fullscript's API over HTTP, as its public documentation describes it."""

import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from django.conf import settings

from betony.clinic.prescriptions.dispensary import bodies, errors, parsing, shapes
from betony.kit import http_client

Value = TypeVar("Value")

PATIENCE = http_client.Limits(connect=3, read=20, total=30)
# A token is asked for by one at a time, and everybody else waits for it.
PATIENCE_FOR_TOKENS = http_client.Limits(connect=3, read=8, total=10)
IMPATIENCE = http_client.Limits(connect=1, read=4, total=5)
# How many of a web process's threads may wait for the dispensary; the others go on serving pages.
CALLS_AT_ONCE = 4
TURN_SECONDS = 0.5
TOKEN_PATH = "/api/oauth/token"  # noqa: S105  (an address, no secret)
PAGE_SIZE = 100
# How a refusal says that it has acted upon an earlier request of ours.
ALREADY_THERE = (b"idempotency-key was used", b"metadata has already been taken")
ONE_DAY = timedelta(days=1)
MOST_PAGES = 1000
_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


@lru_cache(maxsize=16)
def _http(base_url: str, limits: http_client.Limits) -> http_client.HttpClient:
    return http_client.HttpClient(base_url, limits=limits, name="fullscript")


_turns = threading.BoundedSemaphore(CALLS_AT_ONCE)


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    """Hold one of the calls that pages may have under way; raise Busy when all stay taken."""
    if not _turns.acquire(timeout=TURN_SECONDS):
        raise errors.Busy(retry_after_seconds=5)
    try:
        yield
    finally:
        _turns.release()


class HttpDispensary:
    """One dispensary server, spoken to with one access token ("" for the OAuth calls).

    `is_interactive`: somebody waits at a page, so the limits are short. Every method raises the
    errors of `errors` and nothing else.
    """

    def __init__(self, environment: str, token: str = "", *, is_interactive: bool = False) -> None:
        self.settings: Mapping[str, str] = settings.BETONY_FULLSCRIPT[environment]
        self.token = token
        self._is_interactive = is_interactive
        self._http = _http(self.settings["api_url"], IMPATIENCE if is_interactive else PATIENCE)
        self._token_http = (
            self._http if is_interactive else _http(self.settings["api_url"], PATIENCE_FOR_TOKENS)
        )

    # OAuth

    def authorize_address(self, *, redirect_uri: str, state: str, challenge: str, asks_again: bool) -> str:
        """Return where the browser goes to connect. `asks_again` makes the dispensary ask for credentials."""
        query = {
            "client_id": self.settings["client_id"], "redirect_uri": redirect_uri, "response_type": "code",
            "state": state, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        if asks_again:
            query["prompt"] = "login"
        return f"{self.settings['web_url']}/oauth/authorize?{urlencode(query)}"

    def exchange_code(self, *, code: str, redirect_uri: str, verifier: str) -> shapes.Tokens:
        """Return the tokens of an authorization code; raise CodeRefused when it is not accepted."""
        return self._token(
            grant_type="authorization_code", code=code, redirect_uri=redirect_uri, code_verifier=verifier
        )

    def refresh(self, *, refresh_token: str, redirect_uri: str) -> shapes.Tokens:
        """Return new tokens for a refresh token; raise CodeRefused when it is not accepted."""
        return self._token(grant_type="refresh_token", refresh_token=refresh_token, redirect_uri=redirect_uri)

    def revoke(self, *, token: str) -> None:
        """End the token and its pair. A token that is already dead is no error."""
        answer = self._raw("POST", "/api/oauth/revoke", json={**self._application(), "token": token})
        if answer.status == 429:
            _check(answer)
        if answer.status >= 500 or answer.status in (401, 403):
            raise errors.Unavailable("revoke")

    def _application(self) -> dict[str, str]:
        return {"client_id": self.settings["client_id"], "client_secret": self.settings["client_secret"]}

    def _token(self, **fields: str) -> shapes.Tokens:
        answer = self._raw("POST", TOKEN_PATH, json={**self._application(), **fields})
        if answer.status == 429:
            _check(answer)
        # Our own registration being wrong says nothing about the code or token.
        if answer.status in (400, 401, 403, 422) and b"invalid_client" not in answer.body:
            raise errors.CodeRefused("token")
        if answer.status != 200:
            raise errors.Unavailable("token")
        return parsing.tokens(_json(answer))

    # The dispensary and its people

    def clinic(self) -> shapes.Clinic:
        return parsing.clinic(self._get("/api/clinic", "clinic"))

    def practitioners(self) -> list[shapes.Practitioner]:
        return list(self._all("/api/clinic/practitioners", "practitioners", parsing.practitioner))

    # Patients

    def patients(self) -> Iterator[shapes.Patient]:
        """Yield every patient of the dispensary; rows carry no date of birth."""
        return self._all("/api/clinic/patients", "patients", parsing.patient)

    def search_patients(self, query: str) -> list[shapes.Patient]:
        """Return patients, dependents too, whose name or e-mail contains the query; compare each hit."""
        params = {"query": query, "patient_type": "all"}
        return list(
            self._all("/api/clinic/search/patients", "patients", parsing.patient, params, most_pages=3)
        )

    def dependents(self, patient_id: str) -> list[shapes.Patient]:
        """Return those a patient is the guardian of; rows carry no date of birth."""
        path = f"/api/clinic/patients/{_segment(patient_id)}/dependents"
        return list(self._all(path, "patients", parsing.patient, most_pages=1))

    def patient(self, patient_id: str) -> shapes.Patient:
        return parsing.patient(self._get(f"/api/clinic/patients/{_segment(patient_id)}", "patient"))

    def patients_by_metadata(self, metadata_id: str) -> list[shapes.Patient]:
        return self._by_metadata("patient", metadata_id, parsing.patient)

    def create_patient(self, new: shapes.NewPatient) -> shapes.Patient:
        body: dict[str, Any] = {
            "first_name": new.first_name, "last_name": new.last_name, "email": new.email,
            "send_welcome_email": "true" if new.send_welcome_email else "false",
            "metadata": {"id": new.metadata_id},
        }  # fmt: skip
        if new.date_of_birth:
            body["date_of_birth"] = new.date_of_birth.isoformat()
        if new.gender:
            body["gender"] = new.gender
        if new.mobile_number:
            body["mobile_number"] = new.mobile_number
        return parsing.patient(self._send("POST", "/api/clinic/patients", "patient", body))

    def change_email(self, patient_id: str, *, email: str) -> shapes.Patient:
        """Change the patient's e-mail there and return the patient as they stand then."""
        path = f"/api/clinic/patients/{_segment(patient_id)}"
        return parsing.patient(self._send("PATCH", path, "patient", {"email": email}))

    # Treatment plans and orders

    def patient_plans(self, patient_id: str) -> Iterator[shapes.Plan]:
        """Yield the patient's plans without their products, the last changed first.

        In this order a plan that changes between two pages comes twice, and none is missed.
        """
        path = f"/api/clinic/patients/{_segment(patient_id)}/treatment_plans"
        return self._all(path, "treatment_plans", parsing.plan, _newest_first("updated_at"))

    def plan(self, plan_id: str) -> shapes.Plan:
        return parsing.plan(self._get(f"/api/clinic/treatment_plans/{_segment(plan_id)}", "treatment_plan"))

    def plans_by_metadata(self, metadata_id: str) -> list[shapes.Plan]:
        return self._by_metadata("treatment_plan", metadata_id, parsing.plan)

    def create_plan(self, new: shapes.NewPlan) -> shapes.Plan:
        """Create and activate a plan; the dispensary mails the patient, unless it is asked not to and listens."""
        body: dict[str, Any] = {
            "practitioner_id": new.practitioner_id,
            "state": "active",
            "metadata": {"id": new.metadata_id},
            "recommendations": [bodies.recommendation(one) for one in new.recommendations],
        }
        if new.message:
            body["personal_message"] = new.message
        if not new.is_mailed:
            body["skip_email_notification"] = True
        path = f"/api/clinic/patients/{_segment(new.patient_id)}/treatment_plans"
        headers = {"Idempotency-Key": new.metadata_id}
        return parsing.plan(self._send("POST", path, "treatment_plan", body, headers))

    def in_office_checkout(self, plan_id: str) -> str:
        """Return the address of the checkout page with this plan's cart."""
        path = f"/api/clinic/treatment_plans/{_segment(plan_id)}/in_office_checkout"
        row = parsing.mapping(self._send("POST", path, "in_office_checkout", {}))
        return parsing.needed(row, "url")

    def change_plan(self, plan_id: str, wanted: shapes.PlanContent) -> shapes.Plan:
        """Replace the plan's message and products."""
        body = {
            "personal_message": wanted.message,
            "recommendations": [bodies.recommendation(one) for one in wanted.recommendations],
        }
        path = f"/api/clinic/treatment_plans/{_segment(plan_id)}"
        return parsing.plan(self._send("PATCH", path, "treatment_plan", body))

    def cancel_plan(self, plan_id: str) -> shapes.Plan:
        """Cancel the plan; one that is cancelled already is answered as it is."""
        path = f"/api/clinic/treatment_plans/{_segment(plan_id)}/cancel"
        return parsing.plan(self._send("PATCH", path, "treatment_plan", {}))

    def patient_orders(self, patient_id: str) -> Iterator[shapes.Order]:
        return self._all("/api/clinic/orders", "orders", parsing.order, {"patient_id": patient_id})

    def order(self, order_id: str) -> shapes.Order:
        return parsing.order(self._get(f"/api/clinic/orders/{_segment(order_id)}", "order"))

    # What happened there

    def orders_since(self, day: date) -> Iterator[shapes.Order]:
        """Yield the orders completed on this day or later, the newest first, without their lines."""
        params = {**_newest_first("completed_at"), "completed_at": f">{day - ONE_DAY}"}
        return self._all("/api/clinic/orders", "orders", parsing.order, params)

    def events_since(self, family: str, moment: datetime) -> Iterator[shapes.EventRow]:
        """Yield what happened in this family at this moment or later, the newest first.

        The API's filter knows whole days only.
        """
        day = moment.astimezone(UTC).date()
        params = {**_newest_first("created_at"), "created_at": f">{day - ONE_DAY}"}
        for row in self._all(f"/api/events/{family}", "events", parsing.event_row, params):
            if row.created_at < moment:
                return
            yield row

    def event_body(self, event_id: str) -> str:
        """Return an event with its data, as a webhook would have brought it."""
        return json.dumps({"event": parsing.mapping(self._get(f"/api/events/{_segment(event_id)}", "event"))})

    # The catalogue

    def search_products(self, *, query: str, brand_id: str = "", page: int = 1) -> shapes.ProductPage:
        params: dict[str, Any] = {"query": query, "page[number]": page, "page[size]": 20}
        if brand_id:
            params["brand_id"] = brand_id
        return self._product_page("/api/catalog/search/products", params)

    def product(self, product_id: str, *, practitioner_id: str = "") -> shapes.Product:
        params = {"practitioner_id": practitioner_id} if practitioner_id else {}
        return parsing.product(self._get(f"/api/catalog/products/{_segment(product_id)}", "product", params))

    def variant(self, variant_id: str) -> shapes.Variant:
        return parsing.variant(self._get(f"/api/catalog/variants/{_segment(variant_id)}", "variant"))

    def ingredients(self, *, page: int = 1) -> shapes.NamedPage:
        """Return a page of the ingredients that products can be searched by."""
        body = self._body("GET", "/api/catalog/ingredients", params=_paging(page, PAGE_SIZE))
        rows = tuple(parsing.named(row) for row in parsing.sequence(body.get("ingredients")))
        return shapes.NamedPage(rows=rows, next_page=_next_page(body))

    def products_with_ingredient(self, ingredient_id: str, *, page: int = 1) -> shapes.ProductPage:
        """Return products that hold the ingredient: the one place where the API tells what is inside."""
        params = {"ingredient_ids[]": _segment(ingredient_id), **_paging(page, PAGE_SIZE)}
        return self._product_page("/api/catalog/search/products", params)

    def brands(self) -> list[shapes.Named]:
        return list(self._all("/api/catalog/brands", "brands", parsing.named, {"available": "true"}))

    def categories(self) -> list[shapes.Named]:
        return list(self._all("/api/clinic/categories", "categories", parsing.named))

    def category_products(self, category_id: str, *, page: int = 1) -> shapes.ProductPage:
        params = _paging(page, 20)
        return self._product_page(f"/api/clinic/categories/{_segment(category_id)}/products", params)

    # How it is said

    def _product_page(self, path: str, params: Mapping[str, Any]) -> shapes.ProductPage:
        body = self._body("GET", path, params=params)
        rows = parsing.sequence(body.get("products"))
        return shapes.ProductPage(
            products=tuple(parsing.product(row) for row in rows), next_page=_next_page(body)
        )

    def _by_metadata(self, kind: str, metadata_id: str, parse: Callable[[Any], Value]) -> list[Value]:
        params = {"id": metadata_id, "type": kind}
        rows = parsing.sequence(
            self._body("GET", "/api/clinic/metadata", params=params).get("metadata") or []
        )
        return [parse(parsing.mapping(row).get("data")) for row in rows]

    def _get(self, path: str, key: str, params: Mapping[str, Any] | None = None) -> Any:
        return self._body("GET", path, params=params).get(key)

    def _send(
        self, method: str, path: str, key: str, body: Any, headers: Mapping[str, str] | None = None
    ) -> Any:
        return self._body(method, path, json=body, headers=headers).get(key)

    def _all(
        self,
        path: str,
        key: str,
        parse: Callable[[Any], Value],
        params: Mapping[str, Any] | None = None,
        most_pages: int = MOST_PAGES,
    ) -> Iterator[Value]:
        for number in range(1, most_pages + 1):
            paging = {"page[number]": number, "page[size]": PAGE_SIZE}
            body = self._body("GET", path, params={**(params or {}), **paging})
            for row in parsing.sequence(body.get(key)):
                yield parse(row)
            if not parsing.mapping(body.get("meta") or {}).get("next_page"):
                return

    def _body(self, method: str, path: str, **options: Any) -> Mapping[str, Any]:
        answer = self._raw(method, path, **options)
        _check(answer)
        return parsing.mapping(_json(answer))

    def _raw(self, method: str, path: str, **options: Any) -> http_client.Answer:
        headers = dict(options.pop("headers", None) or {})
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            with _turn() if self._is_interactive else contextlib.nullcontext():
                http = self._token_http if path == TOKEN_PATH else self._http
                return http.call(method, path, headers=headers, **options)
        except http_client.NotReached as error:
            raise errors.NotReached("not reached") from error
        except http_client.CallFailed as error:
            raise errors.Unavailable(type(error).__name__) from error


def _paging(page: int, size: int) -> dict[str, int]:
    return {"page[number]": page, "page[size]": size}


def _next_page(body: Mapping[str, Any]) -> int | None:
    return parsing.whole_number(parsing.mapping(body.get("meta") or {}).get("next_page")) or None


def _check(answer: http_client.Answer) -> None:
    """Raise the error that the status stands for."""
    status = answer.status
    if 200 <= status < 300:
        return
    if status == 429 or (status == 409 and b"request_in_progress" in answer.body):
        wait = parsing.whole_number(answer.headers.get("retry-after"), 5)
        raise errors.Busy(retry_after_seconds=min(max(wait, 1), 600))
    if status == 422 or status == 400:
        is_there = any(words in answer.body.lower() for words in ALREADY_THERE)
        raise (errors.AlreadyThere if is_there else errors.Refused)(_messages(answer))
    kinds: dict[int, type[errors.DispensaryError]] = {
        401: errors.NotConnected, 403: errors.Forbidden, 404: errors.NotFound
    }  # fmt: skip
    raise kinds.get(status, errors.Unavailable)(str(status))


def _messages(answer: http_client.Answer) -> list[str]:
    """Return the sentences of a refusal: `error` is a text, a text that holds a JSON list, or a list."""
    try:
        value = parsing.mapping(_json(answer)).get("error")
        if isinstance(value, str) and value.startswith("["):
            value = json.loads(value)
    except (errors.Unavailable, ValueError, RecursionError):
        return []
    found = value if isinstance(value, list) else [value] if value else []
    return [str(one)[:300] for one in found][:10]


def _json(answer: http_client.Answer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise parsing.Unreadable("not JSON") from error


def _segment(identifier: str) -> str:
    """Return the id as one piece of an address; a strange one is unknown there."""
    if not _ID.fullmatch(identifier):
        raise errors.NotFound("identifier")
    return quote(identifier, safe="")


def _newest_first(field: str) -> dict[str, str]:
    return {"sort_by": field, "order_by": "DESC"}
