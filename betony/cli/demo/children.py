"""Child processes that never outlive the run that started them."""

import ctypes
import ctypes.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from betony.cli import home
from betony.cli.postgres import process

SET_PARENT_DEATH_SIGNAL = 1
_library = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_us(sign: signal.Signals) -> Callable[[], None]:
    """Return what a child runs before its program, so that the kernel signals it when we are gone.

    Elsewhere than on Linux nothing signals it; the next start ends what was left over.
    """
    parent = os.getpid()

    def prepare() -> None:
        if _library is None:
            return
        _library.prctl(SET_PARENT_DEATH_SIGNAL, int(sign), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


class Register:
    """The file that remembers our children, for the start after a kill -9."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def write(self, pids: list[int]) -> None:
        """Remember the children that run now, by number and time of birth."""
        alive = {str(pid): birth(pid) for pid in pids if birth(pid)}
        home.write_private_file(self._file, json.dumps(alive))

    def end_left_overs(self) -> None:
        """End the children of a run that was killed: they hold its ports."""
        try:
            known: dict[str, str] = json.loads(self._file.read_text())
        except (FileNotFoundError, ValueError):
            return
        left = [int(pid) for pid, born in known.items() if birth(int(pid)) == born]
        for sign, seconds in ((signal.SIGTERM, 3.0), (signal.SIGKILL, 3.0)):
            for pid in left:
                _signal_group(pid, sign)
            if process.wait_until(lambda: not any(process.is_running(pid) for pid in left), seconds=seconds):
                break
        self._file.unlink()


def stop_all(children: list[subprocess.Popen[bytes]], *, seconds: float) -> None:
    """Ask children to stop, and end those that have not done so in time."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    process.wait_until(lambda: all(child.poll() is not None for child in children), seconds=seconds)
    for child in children:
        if child.poll() is None:
            _signal_group(child.pid, signal.SIGKILL)
            child.wait()


def birth(pid: int) -> str:
    """Return when a process was started, in whatever words the system has; empty when there is none."""
    status = process.PROCESS_TABLE / str(pid) / "stat"
    if process.can_see_folders():
        try:
            return status.read_text().rpartition(")")[2].split()[19]
        except (OSError, IndexError):
            return ""
    shown = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], check=False, capture_output=True, text=True
    )
    return shown.stdout.strip()


def _signal_group(pid: int, sign: signal.Signals) -> None:
    try:
        os.killpg(pid, sign)
    except (ProcessLookupError, PermissionError):
        return
