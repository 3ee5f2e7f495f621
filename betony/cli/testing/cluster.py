"""The PostgreSQL all test sessions of one BETONY_HOME share: started by the first, stopped by the last."""

import fcntl
import subprocess
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import IO

from betony.cli import home
from betony.cli.postgres import bootstrap, servers
from betony.cli.postgres.cluster import Cluster

FOLDER_VARIABLE = "BETONY_TEST_CLUSTER_FOLDER"


def give_addresses(environment: MutableMapping[str, str]) -> None:
    """Set the database URLs a test session needs and the environment does not give.

    Nothing is started yet. Processes started later inherit the addresses and find the same cluster.
    """
    missing = [server for server in servers.SERVERS if servers.given_addresses(server, environment) is None]
    if not missing:
        return
    folder = home.home_folder(environment) / "test"
    cluster = Cluster(folder, durable=False)
    cluster.prepare()
    environment[FOLDER_VARIABLE] = str(folder)
    for server in missing:
        addresses = cluster.addresses(server)
        environment[server.application_variable] = addresses.application
        environment[server.migration_variable] = addresses.migration


class SharedCluster:
    """This process's share in the test cluster. Does nothing when every URL was given."""

    def __init__(self) -> None:
        self._users: IO[str] | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def ensure_running(self, environment: Mapping[str, str]) -> None:
        """Start the cluster unless another session has, and keep it running while we use it."""
        cluster = _cluster(environment)
        if cluster is None or self._users is not None:
            return
        with home.locked(cluster.home / "start.lock"):
            self._users = (cluster.home / "users.lock").open("a")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            if cluster.running_process() is None:
                self._start(cluster)

    def release(self, environment: Mapping[str, str]) -> None:
        """Stop using the cluster; it stops when nobody else uses it."""
        cluster = _cluster(environment)
        if cluster is None or not cluster.place.data.exists():
            return
        with home.locked(cluster.home / "start.lock"):
            users = self._users or (cluster.home / "users.lock").open("a")
            self._users = None
            with users:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return
                cluster.stop()
                if self._child is not None:
                    self._child.wait()

    def _start(self, cluster: Cluster) -> None:
        cluster.create()
        with cluster.log.open("ab") as log:
            self._child = cluster.launch(log)
        cluster.wait_until_ready(self._child)
        cluster.set_up()
        with cluster.connect_as_superuser(servers.SUPERUSER) as connection:
            for server in servers.SERVERS:
                bootstrap.allow_test_databases(connection, server)


def _cluster(environment: Mapping[str, str]) -> Cluster | None:
    """Return the cluster `give_addresses` chose, or None when every URL was given."""
    folder = environment.get(FOLDER_VARIABLE)
    return Cluster(Path(folder), durable=False) if folder else None


shared = SharedCluster()
