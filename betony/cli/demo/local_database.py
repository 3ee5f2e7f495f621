"""The embedded PostgreSQL of a local run, and the lock that keeps a home folder to one run at a time."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from betony.cli import home as home_module
from betony.cli.demo.configuration import Configuration
from betony.cli.errors import CannotContinueError
from betony.cli.postgres.cluster import Cluster

LOCK_NAME = "demo.lock"


def cluster(chosen: Configuration) -> Cluster:
    """Return the cluster of a local run, which may not exist yet."""
    return Cluster(chosen.home)


@contextlib.contextmanager
def sole_use(home: Path) -> Iterator[None]:
    """Keep everybody else from running or resetting the demo of a home folder.

    Raises CannotContinueError when somebody does already.
    """
    home_module.make_home(home)
    with (home / LOCK_NAME).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip()
            raise CannotContinueError(
                f"Betony already runs from {home} (process {holder}): stop it first, "
                "or choose another folder with BETONY_HOME."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextlib.contextmanager
def available(chosen: Configuration) -> Iterator[None]:
    """Have the local database running: the demo's when it runs, else started for this occasion."""
    if not chosen.uses_embedded_database:
        yield
        return
    local = cluster(chosen)
    if local.running_process() is not None:
        yield
        return
    with sole_use(chosen.home), local.log.open("ab") as log:
        child = local.launch(log)
        try:
            local.wait_until_ready(child)
            yield
        finally:
            local.stop()
            child.wait()
