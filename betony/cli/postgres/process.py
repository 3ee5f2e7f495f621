"""Looking at processes: which one is a cluster's server, and does it still run?"""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

PROCESS_TABLE = Path("/proc")
READY_LINE = 7


def server_process(data: Path) -> int | None:
    """Return the process id of the PostgreSQL that serves a data folder, or None.

    The number in postmaster.pid may belong to somebody else by now (after a power cut, or in a
    container that starts again), so the process must also stand in the data folder.
    """
    pid = noted_process(data / "postmaster.pid")
    return pid if pid is not None and is_running(pid) and _serves(pid, data) else None


def noted_process(note: Path) -> int | None:
    """Return the process id in the first line of a file, or None."""
    try:
        return int(note.read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def members(data: Path) -> list[int]:
    """Return the processes that stand in a data folder: its server's, and what a killed server left."""
    found = []
    for entry in PROCESS_TABLE.glob("[0-9]*"):
        pid = int(entry.name)
        if is_running(pid) and _serves(pid, data):
            found.append(pid)
    return found


def can_see_folders() -> bool:
    """Tell whether this system shows in which folder a process stands."""
    return (PROCESS_TABLE / "self").exists()


def is_ready(data: Path, pid: int) -> bool:
    """Tell whether this server of a data folder accepts connections; a killed one's note says nothing."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > READY_LINE and lines[0] == str(pid) and lines[READY_LINE].strip() == "ready"


def is_running(pid: int) -> bool:
    """Tell whether a process exists and is more than a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = (PROCESS_TABLE / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return not can_see_folders()
    return state != "Z"


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Look every 20 ms until a condition holds; tell whether it did in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _serves(pid: int, data: Path) -> bool:
    if can_see_folders():
        try:
            return (PROCESS_TABLE / str(pid) / "cwd").readlink() == data.resolve()
        except OSError:
            return False
    shown = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], check=False, capture_output=True, text=True
    )
    return str(data) in shown.stdout
