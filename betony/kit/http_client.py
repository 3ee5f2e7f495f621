"""Calling other systems: always with time limits, a size limit, and without secrets in the log."""

import ipaddress
import math
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx
import structlog

log = structlog.get_logger()

MOST_BYTES = 5 * 1024 * 1024
BYTES_INFLATED_AT_ONCE = 64 * 1024
_GZIP = 31  # zlib's number for a window of 32 KB within gzip's frame
# What NAT64 turns into the IPv4 address in the last 32 bits.
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


class CallFailed(Exception):
    """The call brought no usable answer. `ip_address` is where a pinned call was tried last."""

    ip_address = ""


class Unreachable(CallFailed):
    """Nobody answered, or the connection broke. The other side may or may not have acted."""


class NotReached(Unreachable):
    """No connection came about, so the other side has not even been asked."""


class TimedOut(CallFailed):
    """No whole answer within the time limit. The other side may or may not have acted."""


class TooLarge(CallFailed):
    """The answer was larger than we take."""


class AddressRefused(CallFailed):
    """The address is one that a user may not make this server call."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to connect, between two pieces of the answer, and for the whole call."""

    connect: float = 3
    read: float = 10
    total: float = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (lower case) and body of an answer; `ip_address` is who gave it, of a pinned call."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    ip_address: str = ""


class HttpClient:
    """One outside system at one base address.

    It follows no redirects and keeps connections open between calls; it never retries (jobs do).
    """

    def __init__(
        self,
        base_url: str,
        *,
        limits: Limits,
        name: str,
        most_bytes: int = MOST_BYTES,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.limits = limits
        self.name = name
        self.most_bytes = most_bytes
        timeout = httpx.Timeout(limits.read, connect=limits.connect, pool=limits.connect)
        # One client serves everybody, so what the other side would have one call tell the next is not kept.
        no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._client = httpx.Client(
            timeout=timeout, follow_redirects=False, trust_env=False, cookies=no_cookies,
            headers={"Accept-Encoding": "gzip"},
            transport=_Timed() if transport is None else transport,
        )  # fmt: skip

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._client.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Any = None,
        json: Any = None,
        data: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Make one call and return the whole answer, whatever its status.

        Raises Unreachable (NotReached when nothing can have arrived there), TimedOut or TooLarge.
        """
        started = time.monotonic()
        status = 0
        _call.ends_at = started + self.limits.total
        try:
            with self._client.stream(
                method, self.base_url + path, params=params, json=json, data=data, content=content,
                headers=headers,
            ) as response:  # fmt: skip
                status = response.status_code
                body = self._read(response)
            return Answer(status, {k.lower(): v for k, v in response.headers.items()}, body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotReached(self.name) from error
        except httpx.TimeoutException as error:
            raise TimedOut(self.name) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unreachable(self.name) from error
        finally:
            _call.ends_at = math.inf
            log.info(
                "called_out", system=self.name, method=method, status=status,
                duration_ms=round((time.monotonic() - started) * 1000),
            )  # fmt: skip

    def _read(self, response: httpx.Response) -> bytes:
        body = bytearray()
        for piece in _plain_pieces(response, self.name):
            body += piece
            if len(body) > self.most_bytes:
                raise TooLarge(self.name)
        return bytes(body)


def _plain_pieces(response: httpx.Response, name: str) -> Iterator[bytes]:
    """Give the body in pieces, inflated when it was sent as gzip. Raises Unreachable for any other packing.

    httpx would inflate a whole piece as it came before anybody could measure it, a thousand times its size.
    """
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing in ("identity", ""):
        yield from response.iter_raw()
    elif packing in ("gzip", "x-gzip"):
        yield from _inflated(response.iter_raw(), name)
    else:
        raise Unreachable(name)


def _inflated(pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
    machine, has_begun = zlib.decompressobj(wbits=_GZIP), False
    try:
        for piece in pieces:
            left, has_begun = piece, True
            while left and not machine.eof:
                yield machine.decompress(left, BYTES_INFLATED_AT_ONCE)
                left = machine.unconsumed_tail
    except zlib.error as error:
        raise Unreachable(name) from error
    if has_begun and not machine.eof:
        raise Unreachable(name)


class _Call(threading.local):
    """When the call that this thread makes must be over."""

    ends_at: float = math.inf


_call = _Call()


def _at_most(timeout: float | None) -> float:
    """Return how long one read or write may take: the limit between two pieces, or what is left of the whole."""
    left = _call.ends_at - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the whole call took too long")
    return left if timeout is None else min(timeout, left)


class _TimedStream(httpcore.NetworkStream):
    """A connection on which one byte now and then does not stretch the call: headers, too, can drip."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _at_most(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _at_most(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, _at_most(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _TimedBackend(httpcore.SyncBackend):
    """Opens connections that keep the whole call's limit."""

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *arguments: Any, **options: Any
    ) -> httpcore.NetworkStream:
        return _TimedStream(super().connect_tcp(host, port, _at_most(timeout), *arguments, **options))


class _Timed(httpx.HTTPTransport):
    """httpx's own transport on such connections; it has no public door for them."""

    def __init__(self) -> None:
        super().__init__(trust_env=False)
        self._pool._network_backend = _TimedBackend()


class _Pinned(_Timed):
    """Connects to one of these addresses, whatever the host's name leads to by now; TLS still checks the name.

    They are tried in turn until one lets us in. One that did so and then failed may have acted.
    """

    def __init__(self, addresses: Sequence[str]) -> None:
        super().__init__()
        self._addresses = addresses
        self.tried = ""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions = {**request.extensions, "sni_hostname": request.url.host}
        url = request.url
        for address in self._addresses:
            self.tried = address
            request.url = url.copy_with(host=address)
            try:
                return super().handle_request(request)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if address == self._addresses[-1]:
                    raise
        raise httpx.ConnectError("no address", request=request)


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedCall:
    """A call to a URL that a user set, at one of the `addresses` that `check_outgoing_address` found for it."""

    method: str
    url: str
    addresses: Sequence[str]
    content: bytes
    headers: Mapping[str, str]


def call_pinned(call: PinnedCall, *, limits: Limits, name: str, most_bytes: int = MOST_BYTES) -> Answer:
    """Make one call to a URL that a user set, at an address that was checked and at no other.

    Raises Unreachable, TimedOut or TooLarge.
    """
    parts = urlsplit(call.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    pinned = _Pinned(call.addresses)
    client = HttpClient(
        f"{parts.scheme}://{parts.netloc}", limits=limits, name=name, most_bytes=most_bytes, transport=pinned
    )
    try:
        answer = client.call(call.method, path, content=call.content, headers=call.headers)
    except CallFailed as error:
        error.ip_address = pinned.tried
        raise
    finally:
        client.close()
    return replace(answer, ip_address=pinned.tried)


def check_outgoing_address(url: str, *, allowed_hosts: Iterable[str] = ()) -> list[str]:
    """Return the IP addresses of the URL's host that this server may call, for pinning the connection.

    Raises AddressRefused for anything but http(s), for credentials in the address, and for hosts that
    lead (by any of their addresses) into private, loopback, link-local or reserved networks, unless
    `host:port` or `host` is on the allow-list.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise AddressRefused("That is not an address.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise AddressRefused("Only plain http and https addresses can be called.")
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused("That host is not known.") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    allowed = set(allowed_hosts)
    if f"{parts.hostname}:{port}" not in allowed and parts.hostname not in allowed:
        if parts.scheme != "https":
            raise AddressRefused("Only https addresses can be called.")
        if not all(_is_public(address) for address in addresses):
            raise AddressRefused("That address leads into a private network.")
    return addresses


def _is_public(text: str) -> bool:
    """Tell whether an address is one host of the public internet, by the IPv4 address within it if it has one."""
    address = ipaddress.ip_address(text.split("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        within = address.ipv4_mapped or address.sixtofour
        if address in _TRANSLATED:
            within = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        address = within or address
    return address.is_global and not address.is_multicast
