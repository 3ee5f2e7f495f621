"""Calling other systems: limits, no redirects, and addresses a user may not make us call."""

import contextlib
import gzip
import http.server
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest

from betony.kit import http_client

pytestmark = pytest.mark.once

PACKINGS = {
    "/packed": gzip.compress(b"ok" * 1000),
    "/bomb": gzip.compress(b"0" * 30_000_000),
    "/half-a-package": gzip.compress(b"ok" * 1000)[:-12],
    "/no-package": b"this is no gzip",
}


class Other(http.server.BaseHTTPRequestHandler):
    """The other system, in its moods."""

    def do_GET(self) -> None:
        if self.path == "/drip-headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
            with contextlib.suppress(OSError):
                for _ in range(30):
                    self.wfile.write(b".")
                    self.wfile.flush()
                    time.sleep(0.1)
            return
        if self.path == "/hang-up":
            return
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/ok")
            self.end_headers()
            return
        if packing := PACKINGS.get(self.path.partition("?")[0]):
            self.send_response(200)
            self.send_header("Content-Encoding", unquote(self.path.partition("?")[2]) or "gzip")
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(packing)
            return
        self.send_response(200)
        self.send_header("Set-Cookie", "session=of-the-first-caller; Path=/")
        self.end_headers()
        if self.path == "/large":
            self.wfile.write(b"x" * (http_client.MOST_BYTES + 1))
        elif self.path == "/drip":
            for _ in range(20):
                self.wfile.write(b".")
                self.wfile.flush()
                time.sleep(0.1)
        elif self.path == "/silent":
            time.sleep(2)
        else:
            self.wfile.write(self.headers.get("Cookie", "ok").encode())

    def do_POST(self) -> None:
        """Take the request and break off, before the answer or within it."""
        if self.path == "/half":
            self.wfile.write(b"HTTP/1.1 200 O")
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class's name)
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def client(address: str) -> http_client.HttpClient:
    return http_client.HttpClient(
        address, limits=http_client.Limits(connect=1, read=0.5, total=0.6), name="other"
    )


def test_an_answer_comes_whole_and_a_redirect_is_not_followed(address: str) -> None:
    assert client(address).call("GET", "/ok").body == b"ok"
    assert client(address).call("GET", "/redirect").status == 302


def test_what_one_call_is_given_is_not_told_by_the_next(address: str) -> None:
    shared = client(address)
    assert shared.call("GET", "/ok").body == b"ok"
    assert shared.call("GET", "/ok").body == b"ok"


def test_an_address_nobody_can_write_is_unreachable(address: str) -> None:
    with pytest.raises(http_client.Unreachable):
        client(address).call("GET", "/\x01")


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/silent", "/drip", "/drip-headers"])
def test_silence_and_dripping_are_both_cut_off(address: str, path: str) -> None:
    started = time.monotonic()
    with pytest.raises(http_client.TimedOut):
        client(address).call("GET", path)
    assert time.monotonic() - started < 1.5


def test_an_enormous_answer_is_refused(address: str) -> None:
    with pytest.raises(http_client.TooLarge):
        http_client.HttpClient(address, limits=http_client.Limits(), name="other").call("GET", "/large")


def test_where_nobody_listens_nothing_can_have_arrived() -> None:
    with pytest.raises(http_client.NotReached):
        client("http://127.0.0.1:9").call("POST", "/")


@pytest.mark.parametrize("path", ["/reset", "/half"])
def test_a_connection_that_breaks_may_have_brought_it_there(address: str, path: str) -> None:
    with pytest.raises(http_client.Unreachable) as raised:
        client(address).call("POST", path)
    assert not isinstance(raised.value, http_client.NotReached)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://10.1.2.3/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/",
        "https://[::ffff:127.0.0.1]/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://user:password@127.0.0.1/",
        "https://2130706433/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://224.0.0.1/",
        "https://[/",
        "https://example.com:99999/",
        f"https://{'a' * 64}.example/",
        "https://a..example/",
        "https://nul\x00.example/",
    ],
)
def test_private_addresses_are_refused(url: str) -> None:
    with pytest.raises(http_client.AddressRefused):
        http_client.check_outgoing_address(url)


def test_the_allow_list_lets_this_machine_in() -> None:
    assert http_client.check_outgoing_address("http://127.0.0.1:8003/x", allowed_hosts=["127.0.0.1"])
    with pytest.raises(http_client.AddressRefused):
        http_client.check_outgoing_address("http://127.0.0.1:8003/x", allowed_hosts=["127.0.0.1:9"])


# The addresses a name leads to


def leads_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name lead to these addresses, in this order, each twice as some systems tell them."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 0)) for one in addresses for _ in range(2)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **options: found)


def call(url: str, addresses: list[str], *, total: float = 2) -> http_client.Answer:
    limits = http_client.Limits(connect=0.3, read=1, total=total)
    made = http_client.PinnedCall(method="GET", url=url, addresses=addresses, content=b"", headers={})
    return http_client.call_pinned(made, limits=limits, name="webhook")


def test_all_addresses_of_a_name_are_told_once_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    leads_to(monkeypatch, "::1", "127.0.0.1")
    found = http_client.check_outgoing_address("http://localhost:8003/", allowed_hosts=["localhost"])
    assert found == ["::1", "127.0.0.1"]


@pytest.mark.parametrize("addresses", [("93.184.215.14", "10.0.0.1"), ("10.0.0.1", "93.184.215.14")])
def test_one_private_address_among_them_is_enough_to_refuse_the_name(
    addresses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    leads_to(monkeypatch, *addresses)
    with pytest.raises(http_client.AddressRefused):
        http_client.check_outgoing_address("https://receiver.example/")


def test_where_nobody_listens_the_next_address_is_tried(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on machines where localhost is ::1 first, while a server listens on 127.0.0.1 alone."""
    leads_to(monkeypatch, "::1", "127.0.0.1")
    url = address.replace("127.0.0.1", "localhost") + "/ok"
    addresses = http_client.check_outgoing_address(url, allowed_hosts=["localhost"])
    monkeypatch.undo()
    answer = call(url, addresses)
    assert (answer.status, answer.ip_address) == (200, "127.0.0.1")


def test_only_the_addresses_that_were_checked_are_called(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name leads elsewhere by now: that is not looked up again."""
    port = address.rpartition(":")[2]
    leads_to(monkeypatch, "203.0.113.1")
    original = socket.create_connection
    called: list[str] = []

    def connect(to: tuple[str, int], *arguments: Any, **options: Any) -> socket.socket:
        called.append(to[0])
        monkeypatch.undo()
        return original(to, *arguments, **options)

    monkeypatch.setattr(socket, "create_connection", connect)
    assert call(f"http://receiver.example:{port}/ok", ["127.0.0.1"]).status == 200
    assert called == ["127.0.0.1"]


def test_one_that_was_reached_and_failed_is_not_asked_again_elsewhere(address: str) -> None:
    port = int(address.rpartition(":")[2])
    with pytest.raises(http_client.Unreachable) as failed:
        call(f"http://receiver.example:{port}/hang-up", ["127.0.0.1", "127.0.0.2"])
    assert failed.value.ip_address == "127.0.0.1"


def test_when_nobody_listens_anywhere_the_last_is_told() -> None:
    with pytest.raises(http_client.Unreachable) as failed:
        call("http://receiver.example:9/", ["127.0.0.1", "127.0.0.2"])
    assert failed.value.ip_address == "127.0.0.2"


def test_all_addresses_together_keep_the_limit_of_the_whole_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with many addresses where nothing answers does not hold a worker for a limit each."""

    def silence(_to: Any, timeout: float, **_options: Any) -> socket.socket:
        time.sleep(timeout)
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", silence)
    started = time.monotonic()
    with pytest.raises(http_client.TimedOut):
        call("http://receiver.example/", [f"203.0.113.{number}" for number in range(1, 40)], total=0.7)
    assert time.monotonic() - started < 1.5


@pytest.mark.parametrize("packing", ["gzip", "x-gzip", "GZIP"])
def test_an_answer_sent_as_gzip_is_inflated(address: str, packing: str) -> None:
    assert client(address).call("GET", f"/packed?{packing}").body == b"ok" * 1000


def test_a_bomb_is_measured_while_it_is_inflated(address: str) -> None:
    """Thirty thousand bytes that would become thirty million: hardly more than is taken is ever in memory."""
    small = http_client.HttpClient(
        address, limits=http_client.Limits(connect=1, read=2, total=5), name="other", most_bytes=64 * 1024
    )
    tracemalloc.start()
    try:
        with pytest.raises(http_client.TooLarge):
            small.call("GET", "/bomb")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * 1024 * 1024


@pytest.mark.parametrize("path", ["/packed?br", "/packed?gzip, gzip", "/half-a-package", "/no-package"])
def test_an_answer_packed_in_a_way_we_cannot_read_is_no_answer(address: str, path: str) -> None:
    with pytest.raises(http_client.Unreachable):
        client(address).call("GET", path)
