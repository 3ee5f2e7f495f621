"""The clinic's own client, speaking to the dispensary in memory."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings

from betony.clinic.prescriptions.dispensary.client import HttpDispensary
from betony.clinic.prescriptions.dispensary.fake.server import FakeServer
from betony.kit import http_client

_servers: dict[str, FakeServer] = {}


def server(environment: str = "us") -> FakeServer:
    """Return the dispensary server of this environment; the same one until `fresh_servers`."""
    if environment not in _servers:
        _servers.setdefault(environment, FakeServer(settings.BETONY_FULLSCRIPT[environment]))
    return _servers[environment]


def fresh_servers(servers: Mapping[str, FakeServer] | None = None) -> None:
    """Forget everything: the next test finds empty servers, or those given."""
    _servers.clear()
    _servers.update(servers or {})


class InMemoryHttp(http_client.HttpClient):
    """What the client takes for the network."""

    def __init__(self, environment: str) -> None:
        super().__init__("http://dispensary.invalid", limits=http_client.Limits(), name="fake")
        self._environment = environment

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
    ) -> http_client.Answer:
        """Answer from memory."""
        return server(self._environment).call(method, path, params=params, body=json, headers=headers)


@lru_cache(maxsize=4)
def _http(environment: str) -> InMemoryHttp:
    return InMemoryHttp(environment)


class FakeDispensary(HttpDispensary):
    """The client as it ships, with the network replaced."""

    def __init__(self, environment: str, token: str = "", *, is_interactive: bool = False) -> None:
        super().__init__(environment, token, is_interactive=is_interactive)
        self._http = self._token_http = _http(environment)
