"""Keeps a set of processes alive, and ends them together."""

import signal
import subprocess
import time
from pathlib import Path

from betony.cli.demo import children, progress
from betony.cli.demo.services import Service
from betony.cli.postgres.cluster import Cluster

SERVICES_STOP_SECONDS = 6.0
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0
SETTLED_SECONDS = 30.0
LOOK_SECONDS = 0.1


class Kept:
    """One service and the process that runs it now."""

    def __init__(self, service: Service, logs: Path) -> None:
        self.service = service
        self.child: subprocess.Popen[bytes] | None = None
        self._log = logs / service.log_name
        self._started_at = 0.0
        self._wait_seconds = FIRST_WAIT_SECONDS
        self._due_at: float | None = None

    def start(self) -> None:
        """Start the process."""
        with self._log.open("ab") as log:
            self.child = subprocess.Popen(
                self.service.command,
                env=self.service.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=children.die_with_us(self.service.death_signal),  # noqa: PLW1509 - no threads here
            )
        self._started_at = time.monotonic()
        self._due_at = None

    def look(self) -> bool:
        """Start the process again when it has died and waited long enough; tell whether it was started."""
        if self.child is None or self.child.poll() is None:
            return False
        now = time.monotonic()
        if self._due_at is None:
            if now - self._started_at > SETTLED_SECONDS:
                self._wait_seconds = FIRST_WAIT_SECONDS
            self._due_at = now + self._wait_seconds
            how = how_it_ended(self.child.returncode)
            progress.say(
                f"{_capital(self.service.name)} {how}; starting it again in {self._wait_seconds:g} s."
            )
            self._wait_seconds = min(self._wait_seconds * 2, LONGEST_WAIT_SECONDS)
        if now < self._due_at:
            return False
        self.start()
        return True


class KeptDatabase(Kept):
    """The embedded PostgreSQL, which is started by its cluster."""

    def __init__(self, cluster: Cluster, logs: Path) -> None:
        super().__init__(
            Service(name="PostgreSQL", command=[], environment={}, log_name=cluster.log.name), logs
        )
        self._cluster = cluster

    def start(self) -> None:
        """Start the server and wait until it accepts connections; a server that stays away is tried again."""
        with self._log.open("ab") as log:
            self.child = self._cluster.launch(log, before=children.die_with_us(signal.SIGINT))
        self._started_at = time.monotonic()
        self._due_at = None

    def wait_until_ready(self) -> None:
        """Wait for the first start. Raises CannotContinueError when it fails."""
        if self.child is not None:
            self._cluster.wait_until_ready(self.child)


class Supervisor:
    """Runs the database and the services, in this order, and stops them in the other."""

    def __init__(self, logs: Path, register: children.Register) -> None:
        self._logs = logs
        self._register = register
        self._database: KeptDatabase | None = None
        self._services: list[Kept] = []

    def start_database(self, cluster: Cluster) -> None:
        """Start PostgreSQL and wait for it."""
        self._database = KeptDatabase(cluster, self._logs)
        self._database.start()
        self._database.wait_until_ready()

    def start(self, services: list[Service]) -> None:
        """Start services."""
        for service in services:
            kept = Kept(service, self._logs)
            self._services.append(kept)
            kept.start()
        self._remember()

    def look(self) -> None:
        """Start again what has died."""
        everything = [self._database, *self._services] if self._database else self._services
        started = [kept.look() for kept in everything]
        if any(started):
            self._remember()

    def run(self) -> None:
        """Watch until a signal interrupts."""
        while True:
            self.look()
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        """Stop the services, then the database."""
        running = [kept.child for kept in self._services if kept.child is not None]
        children.stop_all(running, seconds=SERVICES_STOP_SECONDS)
        if self._database is not None and self._database.child is not None:
            child = self._database.child
            if child.poll() is None:
                child.send_signal(signal.SIGINT)
            try:
                child.wait(timeout=2.5)
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGQUIT)
                child.wait()
        self._register.write([])

    def _remember(self) -> None:
        self._register.write([kept.child.pid for kept in self._services if kept.child is not None])


def how_it_ended(code: int) -> str:
    """Return how a process ended, in words."""
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"stopped with exit code {code}"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
