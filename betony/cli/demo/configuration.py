"""The environment of a local run, read and checked once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from betony.cli import home
from betony.cli.errors import CannotContinueError
from betony.cli.postgres import servers
from betony.cli.postgres.cluster import Cluster
from betony.cli.postgres.servers import Server

SMTP_OFFSET = 1000
DEFAULT_PORTS = {
    "BETONY_CLINIC_PORT": 8000,
    "BETONY_DISPENSARY_PORT": 8001,
    "BETONY_MAILBOX_PORT": 8002,
}
SMTP_PORT = "BETONY_MAILBOX_SMTP_PORT"
LARGEST_PORT = 65535
NO_COMPILED_FILES = "PYTHONDONTWRITEBYTECODE"


@dataclass(frozen=True)
class Configuration:
    """Where a local run keeps its state and which ports it uses."""

    home: Path
    ports: dict[str, int]
    environment: Mapping[str, str]

    @property
    def clinic_url(self) -> str:
        return self.url("BETONY_CLINIC_URL", "BETONY_CLINIC_PORT")

    @property
    def dispensary_url(self) -> str:
        return self.url("BETONY_DISPENSARY_URL", "BETONY_DISPENSARY_PORT")

    @property
    def mailbox_url(self) -> str:
        return f"http://localhost:{self.ports['BETONY_MAILBOX_PORT']}"

    @property
    def mail_folder(self) -> Path:
        return self.home / "mail"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def uses_embedded_database(self) -> bool:
        return any(servers.given_addresses(server, self.environment) is None for server in servers.SERVERS)

    def url(self, variable: str, port_variable: str) -> str:
        """Return the public address of a server."""
        return self.environment.get(variable) or f"http://localhost:{self.ports[port_variable]}"


def from_environment(environment: Mapping[str, str]) -> Configuration:
    """Read the environment. Raises CannotContinueError naming the variable that is wrong."""
    ports = {name: _port(environment, name, default) for name, default in DEFAULT_PORTS.items()}
    mailbox_port = ports["BETONY_MAILBOX_PORT"]
    is_high = mailbox_port + SMTP_OFFSET > LARGEST_PORT
    smtp_port = mailbox_port - SMTP_OFFSET if is_high else mailbox_port + SMTP_OFFSET
    ports[SMTP_PORT] = _port(environment, SMTP_PORT, smtp_port)
    for name, port in ports.items():
        same = [other for other in ports if other != name and ports[other] == port]
        if same:
            raise CannotContinueError(f"{name} and {same[0]} are both {port}: give each its own port.")
    folder = home.home_folder(environment)
    return Configuration(home=folder, ports=ports, environment=_compiling_once(environment, folder))


def server_environment(chosen: Configuration, server: Server) -> dict[str, str]:
    """Return the environment one server's commands run in. What the user set is kept.

    Commands may work as the owner of the tables; what keeps running gets `serving_environment`.
    """
    keys = chosen.keys
    addresses = servers.given_addresses(server, chosen.environment) or Cluster(chosen.home).addresses(server)
    defaults = {
        "BETONY_ENV": "demo",
        "BETONY_CLINIC_URL": chosen.clinic_url,
        "BETONY_DISPENSARY_URL": chosen.dispensary_url,
        "BETONY_SMTP_URL": f"smtp://127.0.0.1:{chosen.ports[SMTP_PORT]}",
        "BETONY_STATIC_ROOT": str(chosen.home / "static"),
    }
    for name in ("secret-key", "key-ring"):
        variable = f"BETONY_{name.upper().replace('-', '_')}"
        if not chosen.environment.get(variable):
            defaults[f"{variable}_FILE"] = str(keys / f"{server.name}-{name}")
    given = {name: value for name, value in chosen.environment.items() if value}
    fixed = {
        "BETONY_HOME": str(chosen.home),
        "DJANGO_SETTINGS_MODULE": f"betony.{server.name}.config.settings",
        "PYTHONUNBUFFERED": "1",
        server.application_variable: addresses.application,
        server.migration_variable: addresses.migration,
    }
    ports = {name: str(port) for name, port in chosen.ports.items()}
    return defaults | given | ports | fixed


def serving_environment(chosen: Configuration, server: Server | None) -> dict[str, str]:
    """Return the environment of what keeps running: without the address of any database that is not its own.

    A server has its own, for the role that owns nothing; the mailbox (None) has none.
    """
    given = server_environment(chosen, server) if server is not None else dict(chosen.environment)
    own = server.application_variable if server is not None else ""
    databases = {
        name for one in servers.SERVERS for name in (one.application_variable, one.migration_variable)
    }
    others = {f"{name}{ending}" for name in databases - {own} for ending in ("", "_FILE")}
    return {name: value for name, value in given.items() if name not in others}


def _compiling_once(environment: Mapping[str, str], folder: Path) -> Mapping[str, str]:
    """Let Python keep what it compiles in our folder, where it may not keep it beside the sources.

    Else each of our processes compiles every library again, which takes longer than all the rest of a start.
    """
    if not environment.get(NO_COMPILED_FILES):
        return environment
    kept = {name: value for name, value in environment.items() if name != NO_COMPILED_FILES}
    return {"PYTHONPYCACHEPREFIX": str(folder / "compiled"), **kept}


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    value = environment.get(name) or str(default)
    if not re.fullmatch(r"\d{1,5}", value) or not 1 <= int(value) <= LARGEST_PORT:
        raise CannotContinueError(f"{name} must be a port number from 1 to {LARGEST_PORT}, not {value!r}.")
    return int(value)
