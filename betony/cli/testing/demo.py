"""A whole demo on ports of its own, started as `make demo` starts it: for browser tests and proofs."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from betony.cli import home as home_module
from betony.cli.demo import welcome

START_SECONDS = 180.0
STOP_SECONDS = 20.0
PORTS = ("BETONY_CLINIC_PORT", "BETONY_DISPENSARY_PORT", "BETONY_MAILBOX_PORT", "BETONY_MAILBOX_SMTP_PORT")


@dataclass
class Demo:
    """A running `betony demo`."""

    home: Path
    ports: dict[str, int]
    process: subprocess.Popen[str]
    seconds_to_ready: float = 0.0
    said: list[str] = field(default_factory=list)

    @property
    def clinic_url(self) -> str:
        return f"http://localhost:{self.ports['BETONY_CLINIC_PORT']}"

    @property
    def dispensary_url(self) -> str:
        return f"http://localhost:{self.ports['BETONY_DISPENSARY_PORT']}"

    @property
    def mailbox_url(self) -> str:
        return f"http://localhost:{self.ports['BETONY_MAILBOX_PORT']}"

    def mails(self) -> list[Path]:
        """Return the files of all mails, oldest first."""
        return sorted((self.home / "mail").glob("*.eml"))

    def database_url(self, server: str, *, role: str) -> str:
        """Return the address of the demo's database of "clinic" or "dispensary", as `role`."""
        return command(self.home, "database-url", server, "--role", role).strip()

    def is_ready(self) -> bool:
        """Tell whether both servers say that they can do their work."""
        for variable in ("BETONY_CLINIC_PORT", "BETONY_DISPENSARY_PORT"):
            port = self.ports[variable]
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/readyz", headers={"Host": f"localhost:{port}"}
            )
            try:
                with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - an http address of this machine
                    if json.loads(answer.read())["status"] != "ok":
                        return False
            except (OSError, ValueError):
                return False
        return True

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Stop the demo and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(sign)
        if self.process.stdout is not None and not self.process.stdout.closed:
            rest, _nothing = self.process.communicate(timeout=STOP_SECONDS)
            self.said += rest.splitlines()
        return self.process.returncode


def free_ports(count: int) -> list[int]:
    """Return ports nobody listens on now."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _number in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def start(home: Path, *, ports: Mapping[str, int] | None = None, **environment: str) -> Demo:
    """Start a demo and wait until it is ready; raises AssertionError with its words when it ends before."""
    chosen = dict(ports) if ports else dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    started_at = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "betony.cli", "demo"],
        cwd=home_module.checkout(),
        env=_environment(home) | {name: str(port) for name, port in chosen.items()} | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    demo = Demo(home=home, ports=chosen, process=process)
    for line in process.stdout or ():
        demo.said.append(line.rstrip("\n"))
        if demo.said[-1] == welcome.READY:
            demo.seconds_to_ready = time.monotonic() - started_at
            return demo
    process.communicate()
    raise AssertionError("The demo ended before it was ready:\n" + "\n".join(demo.said))


@contextlib.contextmanager
def running(home: Path, *, ports: Mapping[str, int] | None = None, **environment: str) -> Iterator[Demo]:
    """Run a demo for the length of a block."""
    demo = start(home, ports=ports, **environment)
    try:
        yield demo
    finally:
        demo.stop()


def command(home: Path, *arguments: str) -> str:
    """Run another `betony` command on a demo's home folder and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "betony.cli", *arguments],
        cwd=home_module.checkout(),
        env=_environment(home),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def forget(home: Path) -> None:
    """Delete what a demo left in its home folder, and its database wherever that is."""
    command(home, "demo-reset")


def _environment(home: Path) -> dict[str, str]:
    """Return our environment without what a test session set for itself."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BETONY_", "DJANGO_"))}
    return kept | {"BETONY_HOME": str(home), "PYTHONUNBUFFERED": "1"}
