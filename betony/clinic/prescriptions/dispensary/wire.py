"""Speaking to the dispensary over HTTP: how each call is said, limited, and answered in the clinic's own errors."""

import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote

from django.conf import settings

from betony.clinic.prescriptions.dispensary import errors, parsing
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


class Wire:
    """One dispensary server, spoken to with one access token ("" for the OAuth calls).

    `is_interactive`: somebody waits at a page, so the limits are short. Every method of what speaks over it raises the
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
            body = self._body("GET", path, params={**(params or {}), **paging(number, PAGE_SIZE)})
            for row in parsing.sequence(body.get(key)):
                yield parse(row)
            if next_page(body) is None:
                return

    def _body(self, method: str, path: str, **options: Any) -> Mapping[str, Any]:
        answer = self._raw(method, path, **options)
        check(answer)
        return parsing.mapping(read_json(answer))

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


def paging(page: int, size: int) -> dict[str, int]:
    """Return the parameters that ask for one page of a list."""
    return {"page[number]": page, "page[size]": size}


def next_page(body: Mapping[str, Any]) -> int | None:
    """Return the number of the page after this one; None after the last."""
    return parsing.whole_number(parsing.mapping(body.get("meta") or {}).get("next_page")) or None


def check(answer: http_client.Answer) -> None:
    """Pass when the call was accepted, else raise what the status stands for (see `errors`)."""
    status = answer.status
    if 200 <= status < 300:
        return
    if status == 429 or (status == 409 and b"request_in_progress" in answer.body):
        wait = parsing.whole_number(answer.headers.get("retry-after"), 5)
        raise errors.Busy(retry_after_seconds=min(max(wait, 1), 600))
    if status == 422 or status == 400:
        is_there = any(words in answer.body.lower() for words in ALREADY_THERE)
        raise (errors.AlreadyThere if is_there else errors.Refused)(messages_of(answer))
    kinds: dict[int, type[errors.DispensaryError]] = {
        401: errors.NotConnected, 403: errors.Forbidden, 404: errors.NotFound
    }  # fmt: skip
    raise kinds.get(status, errors.Unavailable)(str(status))


def messages_of(answer: http_client.Answer) -> list[str]:
    """Return the sentences of a refusal: `error` is a text, a text that holds a JSON list, or a list."""
    try:
        value = parsing.mapping(read_json(answer)).get("error")
        if isinstance(value, str) and value.startswith("["):
            value = json.loads(value)
    except (errors.Unavailable, ValueError, RecursionError):
        return []
    found = value if isinstance(value, list) else [value] if value else []
    return [str(one)[:300] for one in found][:10]


def read_json(answer: http_client.Answer) -> Any:
    """Return what an answer says; raise Unreadable when it is no JSON."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise parsing.Unreadable("not JSON") from error


def segment(identifier: str) -> str:
    """Return the id as one piece of an address; a strange one is unknown there, so it raises NotFound."""
    if not _ID.fullmatch(identifier):
        raise errors.NotFound("identifier")
    return quote(identifier, safe="")


def newest_first(field: str) -> dict[str, str]:
    """Return the parameters that put the newest of a list first."""
    return {"sort_by": field, "order_by": "DESC"}
