"""The processes of a running demo, found from outside."""

import os
from dataclasses import dataclass
from pathlib import Path

from betony.cli.postgres import process

KIBIBYTE = 1024


@dataclass(frozen=True)
class Process:
    """One live process of a demo."""

    pid: int
    command: str
    settings: str

    @property
    def pss_megabytes(self) -> float:
        """The memory it takes, its part of what it shares with others included."""
        text = Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        kibibytes = next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
        return kibibytes * KIBIBYTE / 1_000_000


def of_demo(home: Path) -> list[Process]:
    """Return the live processes that belong to a home folder, the oldest first."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            environment = (entry / "environ").read_bytes().decode(errors="replace").split("\0")
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        pid = int(entry.name)
        if f"BETONY_HOME={home}" in environment and pid != os.getpid() and process.is_running(pid):
            named = [one for one in environment if one.startswith("DJANGO_SETTINGS_MODULE=")]
            found.append(Process(pid, command, named[0].partition("=")[2] if named else ""))
    return sorted(found, key=lambda one: one.pid)


def web(home: Path, server: str) -> list[Process]:
    """Return a server's web processes; the first one is the parent of the others."""
    return [one for one in of_demo(home) if f"betony.{server}.config.wsgi" in one.command]


def worker(home: Path, server: str) -> list[Process]:
    """Return a server's worker."""
    return [
        one
        for one in of_demo(home)
        if "django work" in one.command and one.settings == f"betony.{server}.config.settings"
    ]
