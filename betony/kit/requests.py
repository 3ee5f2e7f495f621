"""What every request of both servers gets: an id, a log line, safe headers, one host name."""

import ipaddress
import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase

from betony.kit.actor import Actor

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


def network_of(ip: str) -> str:
    """Return what limits count as one network: an IPv4 address, or the 64-bit prefix of an IPv6 one.

    Whoever has one IPv6 address has all of its prefix, so a limit on the address alone would be none.
    """
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def client_network(request: HttpRequest) -> str:
    """Return the network that the caller's limits are counted under."""
    return network_of(client_ip(request))


def is_background(request: HttpRequest) -> bool:
    """Tell whether a script asks by itself: that is no use of the session, and nobody is watching the answer."""
    return request.headers.get("X-Betony-Background") == "1"


def actor_of(request: HttpRequest) -> Actor:
    """Return who is asking, as the server's middleware has found out."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # Django's requests carry attributes
    return actor


# Whose page a script asks from. Whoever has signed in since in the same browser is somebody else.
PAGE_OF = "X-Betony-Page-Of"
# The token for forms that holds now, for a page that was drawn before.
FRESH_TOKEN = "X-Betony-Token"  # noqa: S105  (the name of a header)


def is_by_script(request: HttpRequest) -> bool:
    """Tell whether a script of one of our pages asks: the answer may not lead that page away."""
    is_htmx = request.headers.get("HX-Request") == "true"
    return is_htmx or is_background(request) or PAGE_OF in request.headers


def page_before(request: HttpRequest) -> str:
    """Return the address of our own page that sent this, or "" when it was none."""
    sent_from = urlsplit(request.headers.get("Referer", ""))
    is_ours = sent_from.netloc == request.get_host() and sent_from.scheme == request.scheme
    return urlunsplit(("", "", sent_from.path, sent_from.query, "")) if is_ours else ""


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


class ReadableMiddleware:
    """Keeps NUL, which PostgreSQL takes in no text, out of addresses and cookies: nothing of ours has one.

    Such an address leads nowhere, and such a cookie counts as not sent. Forms refuse it in their fields.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path:
            raise Http404
        if any("\x00" in value for value in request.COOKIES.values()):
            request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\x00" not in value}
        return self.get_response(request)
