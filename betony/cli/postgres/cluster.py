"""One PostgreSQL cluster of a home folder: create it, start it, stop it, reach it."""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psycopg

from betony.cli import home as home_module
from betony.cli.errors import CannotContinueError
from betony.cli.postgres import account as account_module
from betony.cli.postgres import binaries, bootstrap, place, process, servers

START_SECONDS = 60.0
STOP_SECONDS = 8.0
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log holds no patient's name: neither failed statements nor the rows they were about.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
# A test's data need not survive a power cut.
THROW_AWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


class Cluster:
    """The cluster remembered in HOME/NAME.json. Everything but `stop` may be called again at any time."""

    def __init__(self, home: Path, *, name: str = "postgres", durable: bool = True) -> None:
        self.home = home
        self.file = home / f"{name}.json"
        self.log = home / "logs" / f"{name}.log"
        self.durable = durable
        self.account = account_module.choose_account()
        self._place: place.Place | None = None

    @property
    def place(self) -> place.Place:
        """Where the cluster lives. Raises CannotContinueError before it was ever prepared."""
        if self._place is None:
            self._place = place.load(self.file)
        if self._place is None:
            raise CannotContinueError(f"There is no database in {self.home} yet: run make demo first.")
        return self._place

    def prepare(self) -> None:
        """Choose the cluster's folders and passwords, so that its addresses are known before it runs."""
        home_module.make_home(self.home)
        home_module.make_private_folder(self.log.parent)
        with home_module.locked(self.file.with_suffix(".lock")):
            self._place = place.prepare(self.file, self.account)

    def create(self) -> None:
        """Create the data folder unless it exists; an interrupted creation leaves nothing behind."""
        data = self.place.data
        if (data / "PG_VERSION").exists():
            return
        draft = data.with_name("data.new")
        password_file = data.with_name("superuser-password")
        if draft.exists():
            self._run("rm", "-r", "--", draft)
        home_module.write_private_file(password_file, self.place.passwords[servers.SUPERUSER])
        self.account.own(password_file)
        try:
            programs = binaries.find_programs(self.account)
            self._run(programs / "initdb", *self._creation_options(draft, password_file))
        finally:
            password_file.unlink()
        draft.rename(data)

    def launch(self, log: IO[bytes], *, before: Callable[[], None] | None = None) -> subprocess.Popen[bytes]:
        """Start the server as a child process and return at once; `before` runs in the child.

        Raises CannotContinueError when a server already serves this cluster.
        """
        if self.running_process() is not None:
            raise CannotContinueError(f"The database in {self.place.folder} is already running.")
        self._clear_stale_notes()
        programs = binaries.find_programs(self.account)
        settings = SETTINGS | ({} if self.durable else THROW_AWAY_SETTINGS)
        settings["unix_socket_directories"] = f'"{self.place.socket_folder}"'
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return subprocess.Popen(
            [programs / "postgres", "-D", self.place.data, *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=_clean_environment(),
            umask=0o077,
            start_new_session=True,
            preexec_fn=before,  # noqa: PLW1509 - given by the supervisor only, which has no threads
            **self.account.process_owner(),
        )

    def wait_until_ready(self, child: subprocess.Popen[bytes]) -> None:
        """Wait until the server accepts connections; raises CannotContinueError when it does not."""

        def settled() -> bool:
            return child.poll() is not None or process.is_ready(self.place.data, child.pid)

        settled_in_time = process.wait_until(settled, seconds=START_SECONDS)
        if child.poll() is not None or not settled_in_time:
            raise CannotContinueError(f"PostgreSQL did not start; the reason is at the end of {self.log}.")

    def running_process(self) -> int | None:
        """Return the process id of this cluster's server, whoever started it, or None."""
        return process.server_process(self.place.data)

    def stop(self) -> None:
        """Stop the server, whoever started it: politely, and after some seconds by force."""
        pid = self.running_process()
        if pid is None:
            return
        for sign, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 3.0)):
            try:
                os.kill(pid, sign)
            except ProcessLookupError:
                return
            if process.wait_until(lambda: not process.is_running(pid), seconds=seconds):
                return

    def set_up(self) -> None:
        """Create the roles, databases, extensions and privileges that are missing."""
        with self.connect_as_superuser("postgres") as connection:
            for server in servers.SERVERS:
                bootstrap.set_up(connection, server, self.place.passwords)
        for server in servers.SERVERS:
            with self.connect_as_superuser(server.database) as connection:
                bootstrap.set_up_database(connection, server)

    def connect_as_superuser(self, database: str) -> psycopg.Connection:
        """Return an autocommit connection of the superuser."""
        return psycopg.connect(self.address(servers.SUPERUSER, database), autocommit=True)

    def address(self, role: str, database: str) -> str:
        """Return the URL a role reaches a database by."""
        return servers.address(
            role=role,
            password=self.place.passwords[role],
            database=database,
            socket_folder=self.place.socket_folder,
        )

    def addresses(self, server: servers.Server) -> servers.DatabaseAddresses:
        """Return the URLs of a server's two roles."""
        return servers.DatabaseAddresses(
            application=self.address(server.application_role, server.database),
            migration=self.address(server.migration_role, server.database),
        )

    def _creation_options(self, data: Path, password_file: Path) -> list[str | Path]:
        options: list[str | Path] = ["-D", data, "--username", servers.SUPERUSER, "--pwfile", password_file]
        options += ["--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions"]
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        return options if self.durable else [*options, "--no-sync"]

    def _clear_stale_notes(self) -> None:
        """Remove the notes of a killed server: their number may be another process's by now.

        PostgreSQL would refuse to start then. By the same notes it knows whether processes of the killed
        server still write, so they stay until it is certain that there are none.
        """
        if not process.can_see_folders():
            return
        if process.wait_until(lambda: not process.members(self.place.data), seconds=STOP_SECONDS):
            notes = Path(self.place.socket_folder).glob(".s.PGSQL.*.lock")
            for note in (self.place.data / "postmaster.pid", *notes):
                note.unlink(missing_ok=True)

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env=_clean_environment(),
            umask=0o077,
            **self.account.process_owner(),
        )
        if done.returncode != 0:
            raise CannotContinueError(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


def _clean_environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
