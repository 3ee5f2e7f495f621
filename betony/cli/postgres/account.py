"""Whom PostgreSQL runs as. It refuses to run as root, so root lends it an unprivileged account."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from betony.cli.errors import CannotContinueError

CANDIDATES = ("postgres", "nobody")


class ProcessOwner(TypedDict, total=False):
    """The arguments of subprocess that change who a child runs as; empty for ourselves."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """The operating-system account PostgreSQL runs as."""

    name: str
    uid: int
    gid: int

    @property
    def is_ourselves(self) -> bool:
        return self.uid == os.geteuid()

    def process_owner(self) -> ProcessOwner:
        """Return the subprocess arguments that start a child as this account."""
        if self.is_ourselves:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def succeeds(self, *command: str | Path) -> bool:
        """Tell whether a command, run as this account, exits with 0."""
        try:
            done = subprocess.run(command, check=False, capture_output=True, cwd="/", **self.process_owner())
        except OSError:
            return False
        return done.returncode == 0

    def can_reach(self, folder: Path) -> bool:
        """Ask the kernel whether this account can enter a folder."""
        return self.is_ourselves or self.succeeds("/bin/sh", "-c", 'cd -- "$1"', "sh", folder)

    def own(self, folder: Path) -> None:
        """Give a folder we just made to this account."""
        if not self.is_ourselves:
            os.chown(folder, self.uid, self.gid)


def choose_account() -> Account:
    """Return ourselves, or for root an existing unprivileged account.

    Raises CannotContinueError when root has none to lend.
    """
    if os.geteuid() != 0:
        return Account(name=str(os.geteuid()), uid=os.geteuid(), gid=os.getegid())
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise CannotContinueError(
        f"PostgreSQL does not run as root, and this machine has neither account {' nor '.join(CANDIDATES)}: "
        "start Betony as an ordinary user."
    )
