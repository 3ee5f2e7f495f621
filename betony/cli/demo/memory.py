"""What was prepared already, so that the second start can skip it."""

import hashlib
import json
import sysconfig
from pathlib import Path

from betony.cli import home

PACKAGE = home.checkout() / "betony"


class Memory:
    """The file prepared.json: the fingerprint of the code each step was last done for."""

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            self._done: dict[str, str] = json.loads(file.read_text())
        except (FileNotFoundError, ValueError):
            self._done = {}

    def get(self, step: str) -> str:
        """Return what a step was last done for; empty when it never was."""
        return self._done.get(step, "")

    def put(self, step: str, fingerprint: str) -> None:
        """Remember that a step is done."""
        self._done[step] = fingerprint
        home.write_private_file(self._file, json.dumps(self._done, indent=1))


def fingerprint(pattern: str) -> str:
    """Return a hash of the files of the betony package that match a pattern, and of all packages' versions.

    Size and time stand for the content: reading them all would cost a start more than it saves.
    """
    digest = hashlib.sha256(_versions().encode())
    for path in sorted(PACKAGE.glob(pattern)):
        if path.is_file():
            status = path.stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _versions() -> str:
    """Return what is installed: a package's description stands in a folder named for its version."""
    return "\n".join(sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info")))
