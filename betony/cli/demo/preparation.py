"""What happens before the servers start: schema, static files, demo data."""

import contextlib
import hashlib
from collections.abc import Iterator

from betony.cli.demo import configuration, local_database, progress
from betony.cli.demo.errands import Errand
from betony.cli.demo.memory import Memory, fingerprint
from betony.cli.postgres import servers
from betony.cli.postgres.servers import Server

LOADING = "loading"
LOADED = "loaded"


class Preparation:
    """Brings both servers' databases and files up to the code, doing only what is not done yet."""

    def __init__(self, chosen: configuration.Configuration) -> None:
        self._chosen = chosen
        self._memory = Memory(chosen.home / "prepared.json")

    def clear_interrupted_load(self) -> None:
        """Throw away a database whose demo data was being loaded when Betony was killed."""
        cluster = local_database.cluster(self._chosen)
        for server in servers.SERVERS:
            loading = self._of_database(server, LOADING)
            if self._memory.get(f"{server.name} demo data") != loading or not self._is_embedded(server):
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
        self._side_by_side(
            "static files", "**/static/**/*", "collectstatic", "--no-input", "--clear", "--skip-checks"
        )

    def load_demo_data(self) -> None:
        """Load the demo's people where there are none: into the dispensary first, the clinic refers to it."""
        for server in (servers.DISPENSARY, servers.CLINIC):
            step = f"{server.name} demo data"
            if self._memory.get(step) == self._of_database(server, LOADED):
                continue
            self._memory.put(step, self._of_database(server, LOADING))
            progress.say(f"  Loading demo data of the {server.name}:")
            with Errand(self._chosen, server, "load_demo", "--skip-checks", aloud=True) as errand:
                errand.finish()
            self._memory.put(step, self._of_database(server, LOADED))
            if server is servers.DISPENSARY:
                self._memory.put("addresses", self._addresses())

    @contextlib.contextmanager
    def writing_addresses(self) -> Iterator[None]:
        """Tell the dispensary's demo applications where they are, while the block runs.

        This start may be on other ports than the last one.
        """
        wanted = self._addresses()
        if self._memory.get("addresses") == wanted:
            yield
            return
        with Errand(self._chosen, servers.DISPENSARY, "refresh_demo_addresses", "--skip-checks") as errand:
            yield
            errand.finish()
        self._memory.put("addresses", wanted)

    def _side_by_side(self, step: str, files: str, *command: str) -> None:
        found = fingerprint(files)
        waiting = {
            server: wanted
            for server in servers.SERVERS
            if self._memory.get(f"{server.name} {step}") != (wanted := self._of_database(server, found))
            or (step == "migrations" and not self._is_embedded(server))
        }
        if not waiting:
            return
        with progress.step(f"Preparing {step}"), contextlib.ExitStack() as running:
            errands = [
                (server, running.enter_context(Errand(self._chosen, server, *command))) for server in waiting
            ]
            for server, errand in errands:
                errand.finish()
                self._memory.put(f"{server.name} {step}", waiting[server])

    def _addresses(self) -> str:
        """Return what to remember of the addresses that the demo's applications were told."""
        given = {name: value for name, value in self._chosen.environment.items() if "_SANDBOX_" in name}
        code = fingerprint("dispensary/workflows/demo.py")
        words = f"{self._chosen.clinic_url} {sorted(given.items())} {code}"
        return self._of_database(servers.DISPENSARY, words)

    def _of_database(self, server: Server, words: str) -> str:
        """Return what to remember of a step, so that it is done again for another database."""
        addresses = servers.given_addresses(server, self._chosen.environment)
        addresses = addresses or local_database.cluster(self._chosen).addresses(server)
        return hashlib.sha256(f"{words} {addresses.migration}".encode()).hexdigest()

    def _is_embedded(self, server: Server) -> bool:
        """Tell whether the server's database is the embedded one, which nobody else changes."""
        return servers.given_addresses(server, self._chosen.environment) is None
