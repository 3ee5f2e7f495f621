"""A dispensary with an application that is told of everything, and a receiver on this machine."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Application, Organization
from betony.dispensary.webhooks import factories
from betony.dispensary.webhooks.models import Endpoint
from betony.kit import tenancy


class Receiver:
    """A program that listens: it keeps what came and answers as it is told."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.answer = json.dumps({"challenge": factories.CHALLENGE}).encode()
        self.location = ""
        self.server = HTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://localhost:{self.server.server_port}/hook/?a=1"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers.get("Content-Length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.received.append(({**headers, ":path": self.path}, self.rfile.read(size)))
                self.send_response(receiver.status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(receiver.answer)

            def log_message(self, *args: Any) -> None:
                """Keep quiet."""

        return Handler


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def cedar(db: None) -> Iterator[Organization]:
    organization = accounts.organization(slug="cedar")
    with tenancy.organization(organization.pk):
        yield organization


@pytest.fixture
def application(cedar: Organization) -> Application:
    return factories.connected(cedar)


@pytest.fixture
def endpoint(application: Application, receiver: Receiver) -> Endpoint:
    return factories.endpoint(application, url=receiver.url)
