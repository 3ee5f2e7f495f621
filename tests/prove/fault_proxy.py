"""A real HTTP proxy between the clinic and the dispensary that can be told to misbehave, path by path."""

import contextlib
import http.client
import json
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HANG_SECONDS = 30.0
FORWARD_SECONDS = 60.0
HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "host",
    "content-length",
}


class Fault(StrEnum):
    """What happens to a request."""

    PASS = "pass"
    RESET = "the connection is reset before anything was done"
    HANG = "no answer for 30 seconds, nothing done"
    ERROR = "500"
    UNAUTHORIZED = "401"
    BUSY = "429"
    REFUSED = "422"
    GARBAGE = "an answer that is no JSON"
    HALF = "done, and half of the answer"
    LOST = "done, and the answer lost"


ANSWERS = {
    Fault.ERROR: (500, b'{"error": "Internal Server Error"}'),
    Fault.UNAUTHORIZED: (401, b'{"error": "The access token is invalid"}'),
    Fault.BUSY: (429, b'{"error": "Too many requests"}'),
    Fault.REFUSED: (422, json.dumps({"error": json.dumps(["Something is not valid"])}).encode()),
    Fault.GARBAGE: (200, b"\x00\xff<!doctype html><p>Something else entirely"),
}


@dataclass(frozen=True)
class Rule:
    """A fault for the requests whose path begins so, of one method or of all."""

    prefix: str
    fault: Fault
    method: str = ""
    times: int = -1

    def fits(self, method: str, path: str) -> bool:
        return path.startswith(self.prefix) and self.method in ("", method)


@dataclass(frozen=True)
class Seen:
    """One request that came by, and what was done with it."""

    method: str
    path: str
    fault: Fault


class FaultProxy:
    """Stands at `url` before a server; use `fault(...)` and `down()` as context managers."""

    def __init__(self) -> None:
        self.target = ""
        self.seen: list[Seen] = []
        # Paths that the server itself told to come back later.
        self.told_to_wait: list[str] = []
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self._let_go = threading.Event()
        self._server: _Server | None = None
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Listen, at the same port as before."""
        self._server = _Server(self, self.port)
        self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Listen no more: connections are refused."""
        if self._server is not None:
            self._let_go.set()
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @contextlib.contextmanager
    def fault(self, prefix: str, fault: Fault, *, method: str = "", times: int = -1) -> Iterator[None]:
        """Do this to requests for the length of the block, or to so many of them; what hangs is let go after it."""
        self._let_go.clear()
        with self._lock:
            self._rules.append(Rule(prefix, fault, method, times))
        try:
            yield
        finally:
            with self._lock:
                self._rules.clear()
            self._let_go.set()

    @contextlib.contextmanager
    def down(self) -> Iterator[None]:
        """Refuse every connection for the length of the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def faults_met(self, prefix: str = "/") -> int:
        """Return how many requests under a path met a fault so far."""
        return sum(one.fault is not Fault.PASS and one.path.startswith(prefix) for one in list(self.seen))

    def count(self, prefix: str, *, method: str = "GET") -> int:
        """Return how many requests of this method under a path came so far."""
        return sum(one.method == method and one.path.startswith(prefix) for one in list(self.seen))

    def count_served(self, prefix: str) -> int:
        """Return how many reads under a path came so far and were not told to come back later."""
        return self.count(prefix) - sum(path.startswith(prefix) for path in list(self.told_to_wait))

    def take(self, method: str, path: str) -> Fault:
        """Note a request and return what happens to it."""
        with self._lock:
            index = next(
                (n for n, rule in enumerate(self._rules) if rule.fits(method, path) and rule.times), -1
            )
            found = Fault.PASS
            if index >= 0:
                rule = self._rules[index]
                self._rules[index] = Rule(rule.prefix, rule.fault, rule.method, rule.times - 1)
                found = rule.fault
            self.seen.append(Seen(method, path, found))
            return found

    def hang(self) -> None:
        """Wait as a server does that does not answer; the end of the fault ends it."""
        self._let_go.wait(HANG_SECONDS)

    def forward(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Pass a request on and return status, headers and body of the answer."""
        target = urlsplit(self.target)
        connection = http.client.HTTPConnection(
            str(target.hostname), target.port or 80, timeout=FORWARD_SECONDS
        )
        try:
            connection.request(method, path, body=body or None, headers={**headers, "Host": target.netloc})
            answer = connection.getresponse()
            if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                self.told_to_wait.append(path)
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()


class _Server(ThreadingHTTPServer):
    """The listening part of a proxy."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, proxy: FaultProxy, port: int) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: callers that stop waiting are what this is for."""


class _Handler(BaseHTTPRequestHandler):
    """One request of the clinic's."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_any(self) -> None:
        """Pass the request on, or do what the fault says."""
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.proxy.take(self.command, self.path)
        if fault is Fault.HANG:
            self.server.proxy.hang()
        if fault in (Fault.HANG, Fault.RESET):
            self.reset()
        elif fault in ANSWERS:
            self.answer(*_made_up(fault))
        else:
            self.pass_on(fault, body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815  (the names http.server asks for)

    def pass_on(self, fault: Fault, body: bytes) -> None:
        """Pass the request on, and give back the answer, half of it, or nothing."""
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        try:
            status, answered, content = self.server.proxy.forward(self.command, self.path, headers, body)
        except OSError:
            self.reset()
            return
        if fault is Fault.LOST:
            self.reset()
        else:
            half = len(content) // 2 if fault is Fault.HALF else None
            self.answer(status, answered, content, sent=half)

    def answer(
        self, status: int, headers: list[tuple[str, str]], content: bytes, sent: int | None = None
    ) -> None:
        """Answer, with the first so many bytes of the content only."""
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content[:sent])

    def reset(self) -> None:
        """End the connection as a crash does."""
        # Closing with nothing left to linger for sends a reset in place of an orderly end.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
        """Keep quiet."""


def _made_up(fault: Fault) -> tuple[int, list[tuple[str, str]], bytes]:
    status, content = ANSWERS[fault]
    headers = [("Content-Type", "application/json")]
    if fault is Fault.BUSY:
        headers.append(("Retry-After", "1"))
    return status, headers, content
