"""What the databases and roles of the two servers are called, and where their addresses come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from betony.cli.errors import CannotContinueError

SUPERUSER = "postgres"


@dataclass(frozen=True)
class Server:
    """One of Betony's two servers, as its database knows it."""

    name: str

    @property
    def database(self) -> str:
        return f"betony_{self.name}"

    @property
    def application_role(self) -> str:
        """The role the server connects as: owns nothing, cannot bypass row-level security."""
        return f"betony_{self.name}_app"

    @property
    def migration_role(self) -> str:
        """The role that owns the schema and runs migrations and bulk loads."""
        return f"betony_{self.name}_migration"

    @property
    def application_variable(self) -> str:
        return f"BETONY_{self.name.upper()}_DATABASE_URL"

    @property
    def migration_variable(self) -> str:
        return f"BETONY_{self.name.upper()}_MIGRATION_DATABASE_URL"


CLINIC = Server("clinic")
DISPENSARY = Server("dispensary")
SERVERS = (CLINIC, DISPENSARY)


@dataclass(frozen=True)
class DatabaseAddresses:
    """The two URLs one server needs."""

    application: str
    migration: str


def server_named(name: str) -> Server:
    """Return the server called `clinic` or `dispensary`."""
    return {server.name: server for server in SERVERS}[name]


def given_addresses(server: Server, environment: Mapping[str, str]) -> DatabaseAddresses | None:
    """Return the URLs the environment gives for a server, itself or by files, or None when it gives none.

    Raises CannotContinueError when only one of the two is given, or a file cannot be read.
    """
    application = _given(server.application_variable, environment)
    migration = _given(server.migration_variable, environment)
    if not application and not migration:
        return None
    if not application or not migration:
        missing = server.migration_variable if application else server.application_variable
        raise CannotContinueError(
            f"{missing} must be set too: a server needs one URL for each of its two roles."
        )
    return DatabaseAddresses(application=application, migration=migration)


def _given(name: str, environment: Mapping[str, str]) -> str:
    """Return the variable, or what stands in the file that NAME_FILE names, as the servers read it."""
    file_name = environment.get(f"{name}_FILE", "")
    if environment.get(name) or not file_name:
        return environment.get(name, "")
    try:
        return Path(file_name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise CannotContinueError(f"{name}_FILE names a file that cannot be read: {file_name}.") from error


def address(*, role: str, password: str, database: str, socket_folder: str) -> str:
    """Return the URL of a database reached through a socket."""
    host = quote(socket_folder, safe="")
    return f"postgresql://{quote(role)}:{quote(password)}@/{quote(database)}?host={host}"
