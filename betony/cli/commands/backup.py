"""`betony backup-key`, `betony backup` and `betony restore`: one server's database in one sealed file."""

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path

import psycopg

from betony.cli.backup import contents, restoring, saving, sealing
from betony.cli.demo import configuration, local_database
from betony.cli.errors import CannotContinueError
from betony.cli.postgres import servers


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the three commands' parsers."""
    words = "make the key that opens backups, and print the public key to make them for"
    key = commands.add_parser("backup-key", help=words, description=words)
    key.add_argument("file", type=Path, help="where the secret key goes; keep it away from the server")
    key.set_defaults(run=run_key)
    words = "write a server's database into one sealed file"
    backup = _with_server(commands.add_parser("backup", help=words, description=words))
    backup.add_argument("file", type=Path, help="the file to write; it must not exist")
    backup.add_argument(
        "--for", dest="keys", action="append", required=True, metavar="PUBLIC-KEY",
        help="a public key of `betony backup-key`; several are possible, each opens the backup",
    )  # fmt: skip
    backup.set_defaults(run=run_backup)
    words = "fill a server's empty database from a backup, and compare the two"
    restore = _with_server(commands.add_parser("restore", help=words, description=words))
    restore.add_argument("file", type=Path, help="the backup")
    restore.add_argument(
        "--key", type=Path, required=True, metavar="FILE", help="the secret key that opens it"
    )
    restore.set_defaults(run=run_restore)


def run_key(options: argparse.Namespace, environment: dict[str, str]) -> int:
    """Make the key. Raises CannotContinueError when the file exists, or cannot be written."""
    with _said_in_one_sentence():
        public = sealing.make_key(options.file)
    print(f"Public key: {public}")
    print(f"Whoever has {options.file} can read the backups: keep it away from the server, and keep two.")
    return 0


def run_backup(options: argparse.Namespace, environment: dict[str, str]) -> int:
    """Back up. A local database that is not running is started for it. Raises CannotContinueError."""
    chosen, server = configuration.from_environment(environment), servers.server_named(options.server)
    with local_database.available(chosen, server), _said_in_one_sentence():
        found = saving.back_up(
            server=server.name, url=_address(chosen, server),
            file=options.file, keys=options.keys,
        )  # fmt: skip
    size = options.file.stat().st_size / 1_000_000
    print(f"Backed up the {server.name}: {_counted(found)}, {size:,.1f} MB, in {options.file}.")
    return 0


def run_restore(options: argparse.Namespace, environment: dict[str, str]) -> int:
    """Restore. A local database is made where there is none. Raises CannotContinueError."""
    chosen, server = configuration.from_environment(environment), servers.server_named(options.server)
    is_embedded = _is_embedded(chosen, server)
    if is_embedded:
        local = local_database.cluster(chosen)
        local.prepare()
        local.create()
    with local_database.available(chosen, server), _said_in_one_sentence():
        if is_embedded:
            local.set_up()
        found = restoring.restore(
            server=server.name, url=_address(chosen, server),
            file=options.file, key=options.key,
        )  # fmt: skip
    print(f"Restored the {server.name} as of {found.taken_at}: {_counted(found)}, all as they were.")
    print("Everybody signs in again. Mail that waited when the backup was made is sent now.")
    return 0


@contextlib.contextmanager
def _said_in_one_sentence() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise CannotContinueError(f"The database answered: {error}") from error
    except OSError as error:
        raise CannotContinueError(f"The file cannot be written or read: {error}.") from error


def _with_server(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("server", choices=[server.name for server in servers.SERVERS])
    return parser


def _is_embedded(chosen: configuration.Configuration, server: servers.Server) -> bool:
    return servers.given_addresses(server, chosen.environment) is None


def _address(chosen: configuration.Configuration, server: servers.Server) -> str:
    given = servers.given_addresses(server, chosen.environment)
    return (given or local_database.cluster(chosen).addresses(server)).migration


def _counted(found: contents.Contents) -> str:
    return f"{len(found.tables)} tables, {found.rows:,} rows"
