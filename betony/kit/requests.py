"""What every request of both servers gets: an id, a log line, safe headers, one host name."""

import re
import time
from collections.abc import Callable
from uuid import uuid4

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase

log = structlog.get_logger("betony.requests")

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def client_ip(request: HttpRequest) -> str:
    """Return the caller's network address, as the trusted proxies (settings.BETONY_PROXIES) report it."""
    hops = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    trusted: int = settings.BETONY_PROXIES
    if trusted and len(hops) >= trusted:
        return hops[-trusted][:45]
    return str(request.META.get("REMOTE_ADDR", ""))


class RequestMiddleware:
    """Gives the request an id, answers it with `X-Request-Id`, and logs route, status and time."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = request_id = str(uuid4())  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
        response["X-Request-Id"] = request_id
        # Health information shows on nearly every page, so nothing is stored unless a view says it may be.
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        route = request.resolver_match.route if request.resolver_match else ""
        log.info(
            "request", request_id=request_id, method=request.method, route=route,
            status=response.status_code, duration_ms=round((time.perf_counter() - started) * 1000, 1),
        )  # fmt: skip
        return response


class OneHostMiddleware:
    """Sends 127.0.0.1 to localhost in the demo, where sign-ins and cookies live."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        host, _, port = request.get_host().partition(":")
        is_page = request.method in ("GET", "HEAD") and not request.path.startswith(
            ("/api/", "/healthz", "/readyz")
        )
        if host == "127.0.0.1" and is_page:
            target = f"http://localhost:{port}" if port else "http://localhost"
            return HttpResponsePermanentRedirect(target + request.get_full_path())
        return self.get_response(request)
