"""Calling other systems: limits, no redirects, and addresses a user may not make us call."""

import contextlib
import gzip
import http.server
import threading
import time
import tracemalloc
from collections.abc import Iterator
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


def test_nobody_there_is_unreachable() -> None:
    with pytest.raises(http_client.Unreachable):
        client("http://127.0.0.1:9").call("GET", "/")


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
