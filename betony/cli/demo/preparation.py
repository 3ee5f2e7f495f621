"""What happens before the servers start: schema, static files, demo data."""

import hashlib
import signal
import subprocess
import sys
from pathlib import Path

from betony.cli import home
from betony.cli.demo import children, configuration, local_database, progress
from betony.cli.demo.memory import Memory, fingerprint
from betony.cli.errors import CannotContinueError
from betony.cli.postgres import servers
from betony.cli.postgres.servers import Server

LOADING = "loading"
LOADED = "loaded"
STOP_SECONDS = 3.0
SHOWN_LINES = 15


class Preparation:
    """Brings both servers' databases and files up to the code, doing only what is not done yet."""

    def __init__(self, chosen: configuration.Configuration) -> None:
        self._chosen = chosen
        self._memory = Memory(chosen.home / "prepared.json")

    def clear_interrupted_load(self) -> None:
        """Throw away a database whose demo data was being loaded when Betony was killed."""
        cluster = local_database.cluster(self._chosen)
        for server in servers.SERVERS:
            wanted = self._of_database(server, LOADING)
            if self._memory.get(f"{server.name} demo data") != wanted or not self._is_ours(server):
                continue
            with cluster.connect_as_superuser(servers.SUPERUSER) as connection:
                connection.execute(f'DROP DATABASE IF EXISTS "{server.database}" WITH (FORCE)'.encode())
            self._memory.put(f"{server.name} migrations", "")
            self._memory.put(f"{server.name} demo data", "")

    def migrate(self) -> None:
        """Bring both schemas up to date, side by side."""
        self._side_by_side(
            "migrations", "**/migrations/**/*.py", "migrate", "--database=migration", "--no-input"
        )

    def collect_static_files(self) -> None:
        """Collect what browsers load, side by side."""
        self._side_by_side("static files", "**/static/**/*", "collectstatic", "--no-input", "--clear")

    def load_demo_data(self) -> None:
        """Load the demo's people where there are none: into the dispensary first, the clinic refers to it."""
        for server in (servers.DISPENSARY, servers.CLINIC):
            key = f"{server.name} demo data"
            if self._memory.get(key) == self._of_database(server, LOADED):
                continue
            if not (
                home.checkout() / f"betony/{server.name}/config/management/commands/load_demo.py"
            ).exists():
                progress.say(f"  The {server.name} has no demo data yet.")
                continue
            self._memory.put(key, self._of_database(server, LOADING))
            progress.say(f"  Loading demo data of the {server.name}:")
            child = subprocess.Popen(
                [sys.executable, "-m", "django", "load_demo"],
                env=configuration.server_environment(self._chosen, server),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=children.die_with_us(signal.SIGKILL),  # noqa: PLW1509 - no threads here
            )
            try:
                self._finish(server, "load_demo", child)
            finally:
                children.stop_all([child], seconds=STOP_SECONDS)
            self._memory.put(key, self._of_database(server, LOADED))

    def _side_by_side(self, step: str, files: str, *command: str) -> None:
        found = fingerprint(files)
        wanted = {server: self._of_database(server, found) for server in servers.SERVERS}
        waiting = [
            server
            for server in servers.SERVERS
            if self._memory.get(f"{server.name} {step}") != wanted[server]
            or (step == "migrations" and not self._is_ours(server))
        ]
        if not waiting:
            return
        with progress.step(f"Preparing {step}"):
            running = [(server, self._start(server, step, *command)) for server in waiting]
            try:
                for server, child in running:
                    self._finish(server, command[0], child, self._log(server, step))
                    self._memory.put(f"{server.name} {step}", wanted[server])
            finally:
                children.stop_all([child for _server, child in running], seconds=STOP_SECONDS)

    def _start(self, server: Server, step: str, *command: str) -> subprocess.Popen[bytes]:
        with self._log(server, step).open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "django", *command],
                env=configuration.server_environment(self._chosen, server),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=children.die_with_us(signal.SIGKILL),  # noqa: PLW1509 - no threads here
            )

    def _finish(
        self, server: Server, command: str, child: subprocess.Popen[bytes], log: Path | None = None
    ) -> None:
        code = child.wait()
        if code != 0:
            shown = "" if log is None else "\n" + "\n".join(log.read_text().splitlines()[-SHOWN_LINES:])
            raise CannotContinueError(f"`betony {server.name} {command}` failed (exit code {code}).{shown}")

    def _log(self, server: Server, step: str) -> Path:
        return self._chosen.logs / f"{server.name}-{step.replace(' ', '-')}.log"

    def _of_database(self, server: Server, words: str) -> str:
        """Return what to remember of a step, so that it is done again for another database."""
        addresses = servers.given_addresses(server, self._chosen.environment)
        addresses = addresses or local_database.cluster(self._chosen).addresses(server)
        return f"{words} {hashlib.sha256(addresses.migration.encode()).hexdigest()[:16]}"

    def _is_ours(self, server: Server) -> bool:
        """Tell whether the server's database is the embedded one, which nobody else changes."""
        return servers.given_addresses(server, self._chosen.environment) is None
