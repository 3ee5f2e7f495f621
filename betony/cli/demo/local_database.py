"""The embedded PostgreSQL of a local run, and the lock that keeps a home folder to one run at a time."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from betony.cli import home as home_module
from betony.cli.demo.configuration import Configuration
from betony.cli.errors import CannotContinueError
from betony.cli.postgres import servers
from betony.cli.postgres.cluster import Cluster
from betony.cli.postgres.servers import Server

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
def available(chosen: Configuration, server: Server) -> Iterator[None]:
    """Have this server's database running where it is a local one: the demo's when it runs, else started for this."""
    if servers.given_addresses(server, chosen.environment) is not None:
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
