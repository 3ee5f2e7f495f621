"""The embedded PostgreSQL: who may enter, what the roles may do, and what survives a kill."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from betony.cli.errors import CannotContinueError
from betony.cli.postgres import place, process, servers
from betony.cli.postgres.cluster import Cluster

pytestmark = pytest.mark.slow
Start = Callable[[Path], Cluster]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[tuple[Cluster, subprocess.Popen[bytes]]] = []

    def begin(home: Path) -> Cluster:
        cluster = Cluster(home)
        cluster.prepare()
        cluster.create()
        with cluster.log.open("ab") as log:
            child = cluster.launch(log)
        started.append((cluster, child))
        cluster.wait_until_ready(child)
        return cluster

    yield begin
    for cluster, child in started:
        cluster.stop()
        child.wait()
        place.forget(cluster.file)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("home"), durable=False)
    cluster.prepare()
    cluster.create()
    with cluster.log.open("ab") as log:
        child = cluster.launch(log)
    cluster.wait_until_ready(child)
    cluster.set_up()
    yield cluster
    cluster.stop()
    child.wait()
    place.forget(cluster.file)


def test_the_socket_is_in_a_folder_only_its_user_can_enter(running: Cluster) -> None:
    status = Path(running.place.socket_folder).stat()
    assert status.st_mode & 0o777 == 0o700
    assert status.st_uid == running.account.uid != 0


def test_the_passwords_are_in_a_file_only_its_owner_can_read(running: Cluster) -> None:
    assert running.file.stat().st_mode & 0o777 == 0o600
    assert len(set(running.place.passwords.values())) == 5


def test_nobody_enters_without_the_password(running: Cluster) -> None:
    address = running.address(servers.SUPERUSER, "postgres")
    password = running.place.passwords[servers.SUPERUSER]
    for wrong in ("", "wrong"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(address.replace(password, wrong))


def test_there_is_no_tcp_port(running: Cluster) -> None:
    with running.connect_as_superuser("postgres") as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_setting_up_twice_changes_nothing(running: Cluster) -> None:
    running.set_up()


def test_the_application_cannot_bypass_anything(running: Cluster) -> None:
    with running.connect_as_superuser("postgres") as connection:
        rows = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'betony%' "
            "AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication)"
        ).fetchall()
    assert rows == []


def test_the_application_reads_and_writes_rows_but_changes_no_schema(running: Cluster) -> None:
    addresses = running.addresses(servers.CLINIC)
    with psycopg.connect(addresses.migration, autocommit=True) as owner:
        owner.execute("CREATE TABLE thing (id bigserial PRIMARY KEY, name citext)")
        owner.execute("CREATE FUNCTION one() RETURNS int LANGUAGE sql RETURN 1")
    with psycopg.connect(addresses.application, autocommit=True) as application:
        application.execute("INSERT INTO thing (name) VALUES ('a')")
        application.execute("UPDATE thing SET name = 'b'")
        assert application.execute("SELECT name, one() FROM thing").fetchone() == ("b", 1)
        application.execute("DELETE FROM thing")
        for forbidden in (
            "TRUNCATE thing",
            "DROP TABLE thing",
            "ALTER TABLE thing DISABLE ROW LEVEL SECURITY",
            "CREATE TABLE mine (id int)",
            "CREATE TEMPORARY TABLE mine (id int)",
            "SET ROLE betony_clinic_migration",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(forbidden.encode())


def test_one_server_cannot_enter_the_other_ones_database(running: Cluster) -> None:
    for role in (servers.CLINIC.application_role, servers.CLINIC.migration_role):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(running.address(role, servers.DISPENSARY.database))


def test_the_application_has_time_limits(running: Cluster) -> None:
    with psycopg.connect(running.addresses(servers.DISPENSARY).application) as application:
        assert application.execute("SHOW statement_timeout").fetchone() == ("30s",)
        assert application.execute("SHOW lock_timeout").fetchone() == ("5s",)
        assert application.execute("SHOW idle_in_transaction_session_timeout").fetchone() == ("1min",)


def test_failed_statements_leave_no_name_in_the_log(running: Cluster) -> None:
    with psycopg.connect(running.addresses(servers.CLINIC).migration, autocommit=True) as owner:
        owner.execute("CREATE TABLE person (name text UNIQUE)")
        owner.execute("INSERT INTO person VALUES ('June Hartley')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute("INSERT INTO person VALUES ('June Hartley')")
    assert "duplicate key" in running.log.read_text()
    assert "Hartley" not in running.log.read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends PostgreSQL another account")
def test_a_private_home_of_root_is_left_as_it_is(start: Start, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    parents = [home, *home.parents]
    before = [(folder.stat().st_mode, folder.stat().st_uid) for folder in parents]
    cluster = start(home)
    folder = Path(cluster.place.folder)
    assert folder.parent == Path("/var/lib/betony")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.stat().st_uid == cluster.account.uid
    assert [(folder.stat().st_mode, folder.stat().st_uid) for folder in parents] == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's clusters may be outside their home")
def test_only_what_a_lost_temporary_home_left_is_deleted(start: Start, tmp_path: Path) -> None:
    lost, kept = Path("/var/lib/betony/cluster-test-lost"), Path("/var/lib/betony/cluster-test-kept")
    for folder, owner in ((lost, tmp_path / "gone"), (kept, Path("/mnt/a-disk-that-is-away"))):
        folder.mkdir(parents=True)
        (folder / place.OWNER_NOTE).write_text(str(owner))
    start(tmp_path)
    assert not lost.exists()
    assert kept.exists()
    shutil.rmtree(kept)


def test_a_long_home_gets_a_short_private_socket_folder(start: Start, tmp_path: Path) -> None:
    home = tmp_path / ("long" * 30)
    home.mkdir()
    cluster = start(home)
    assert len(cluster.place.socket_folder) < 90
    with cluster.connect_as_superuser("postgres") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_data_survives_a_killed_server(start: Start, tmp_path: Path) -> None:
    cluster = start(tmp_path)
    with cluster.connect_as_superuser("postgres") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    pid = cluster.running_process()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert process.wait_until(lambda: not process.is_running(pid), seconds=5)
    again = start(tmp_path)
    with again.connect_as_superuser("postgres") as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_note_with_the_number_of_another_process_does_not_stop_the_start(
    start: Start, tmp_path: Path
) -> None:
    cluster = start(tmp_path)
    cluster.stop()
    with subprocess.Popen(["sleep", "60"], **cluster.account.process_owner()) as other:
        note = cluster.place.data / "postmaster.pid"
        note.write_text(f"{other.pid}\n{cluster.place.data}\n1700000000\n5432\n\n\n0 0\nready\n")
        assert cluster.running_process() is None
        again = start(tmp_path)
        other.kill()
        assert again.running_process() not in (None, other.pid)


def test_a_second_server_on_one_folder_is_refused(running: Cluster) -> None:
    with running.log.open("ab") as log, pytest.raises(CannotContinueError, match="already running"):
        running.launch(log)


def test_a_copied_home_does_not_take_the_original_ones_data(running: Cluster, tmp_path: Path) -> None:
    (tmp_path / running.file.name).write_bytes(running.file.read_bytes())
    with pytest.raises(CannotContinueError, match="is a copy of it"):
        Cluster(tmp_path).prepare()


def test_no_database_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CannotContinueError, match="run make demo first"):
        Cluster(tmp_path).addresses(servers.CLINIC)
