"""Backing up and restoring: what comes back is what was there, for nobody else's key, or nothing at all."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg import conninfo, sql

from betony.cli import main
from betony.cli.backup import contents, programs, saving, sealing
from betony.cli.errors import CannotContinueError
from betony.cli.postgres import bootstrap, servers
from betony.cli.testing import databases

NAME = "Zoë Brontë-O’Neill <script> 李"
EMPTY = "test_restored"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "backup.key"


@pytest.fixture
def public(key: Path) -> str:
    return sealing.make_key(key)


@pytest.fixture
def source(committed_db: None) -> str:
    """The owner's address of a migrated database in which something stands."""
    url = _address(connections["default"].settings_dict["NAME"])
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO procrastinate_jobs (task_name, args, queue_name) VALUES ('test.nothing', %s, 'default')",
            [f'{{"name": "{NAME}"}}'],
        )
        connection.execute("INSERT INTO kit_cache (cache_key, value, expires) VALUES ('a', '1', now())")
    return url


@pytest.fixture
def empty(betony_test_database: databases.TestDatabase) -> Iterator[str]:
    """The owner's address of a database that an administrator has prepared."""
    with psycopg.connect(os.environ[_server().migration_variable], autocommit=True) as maintenance:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_empty_name()))
        maintenance.execute(drop)
        maintenance.execute(bootstrap.database_statement(_empty_name(), _roles().migration))
        with psycopg.connect(_address(_empty_name())) as connection:
            for statement in [*bootstrap.extension_statements(), *bootstrap.schema_statements(_roles())]:
                connection.execute(statement)
        yield _address(_empty_name())
        maintenance.execute(drop)


def _server() -> servers.Server:
    return servers.server_named(settings.BETONY_SERVER)


def _roles() -> bootstrap.RoleNames:
    return bootstrap.RoleNames(
        application=connections["default"].settings_dict["USER"],
        migration=connections["migration"].settings_dict["USER"],
    )


def _empty_name() -> str:
    return f"{EMPTY}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{settings.BETONY_SERVER}"


def _address(database: str, role: str = "migration") -> str:
    variable = _server().migration_variable if role == "migration" else _server().application_variable
    return conninfo.make_conninfo(os.environ[variable], dbname=database)


@contextlib.contextmanager
def _at(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the command line find the database at this address."""
    with monkeypatch.context() as patch:
        for name in (_server().migration_variable, _server().application_variable):
            patch.setenv(name, url)
        other = servers.DISPENSARY if _server() == servers.CLINIC else servers.CLINIC
        for name in (other.migration_variable, other.application_variable):
            patch.setenv(name, "postgresql://nobody@localhost/nothing")
        yield


def _run(*words: str | Path) -> int:
    return main.main([str(word) for word in words])


def test_what_was_backed_up_comes_back_as_it_was(
    source: str, empty: str, key: Path, public: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    file = tmp_path / "one.backup"
    with _at(source, monkeypatch):
        assert _run("backup", _server().name, file, "--for", public) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert NAME.encode() not in file.read_bytes()
    with _at(empty, monkeypatch):
        assert _run("restore", _server().name, file, "--key", key) == 0
    assert "all as they were" in capsys.readouterr().out
    assert _everything(empty) == _everything(source)
    with psycopg.connect(empty) as connection:
        assert connection.execute("SELECT args->>'name' FROM procrastinate_jobs").fetchone() == (NAME,)
        # What is over stays over, and a row after the restore gets a number of its own.
        assert connection.execute("SELECT count(*) FROM kit_cache").fetchone() == (0,)
        connection.execute(
            "INSERT INTO procrastinate_jobs (task_name, queue_name) VALUES ('test.next', 'default')"
        )


def _everything(url: str) -> dict[str, object]:
    """Return the rows of every table that is kept, the definitions of policies and triggers, and who may what."""
    with psycopg.connect(url) as connection:
        found: dict[str, object] = {}
        for name in contents.table_names(connection):
            if name not in contents.LEFT_EMPTY:
                rows = connection.execute(
                    sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(name))
                )
                found[name] = rows.fetchall()
        for kind, query in (
            ("policies", "SELECT tablename, policyname, roles::text, qual, with_check FROM pg_policies ORDER BY 1, 2"),
            ("forced", "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
                       " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"),
            ("triggers", "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger"
                         " WHERE NOT tgisinternal ORDER BY 1, 2"),
            ("constraints", "SELECT conrelid::regclass::text, conname, contype, convalidated, condeferrable"
                            " FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"),
            ("indexes", "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"),
            ("rights of functions", "SELECT proname, given::text FROM pg_proc, unnest(proacl) given"
                " WHERE pronamespace = 'public'::regnamespace"
                " AND proowner::regrole = current_role::regrole ORDER BY 1, 2"),
            ("rights of sequences", "SELECT relname, given::text FROM pg_class, unnest(relacl) given"
                " WHERE relkind = 'S' ORDER BY 1, 2"),
            ("rights of what comes", "SELECT defaclnamespace = 0, defaclobjtype, given::text"
                " FROM pg_default_acl, unnest(defaclacl) given ORDER BY 1, 2, 3"),
            ("rights", "SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants"
                       " WHERE table_schema = 'public' ORDER BY 1, 2, 3"),
        ):  # fmt: skip
            found[kind] = connection.execute(query.encode()).fetchall()
        return found


def test_the_application_is_as_confined_in_the_restored_database(
    source: str, empty: str, key: Path, public: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "one.backup"
    with _at(source, monkeypatch):
        _run("backup", _server().name, file, "--for", public)
    with _at(empty, monkeypatch):
        _run("restore", _server().name, file, "--key", key)
    with psycopg.connect(_address(_empty_name(), role="application")) as connection:
        assert connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (1,)
        # The trail is insert-only, whatever the empty database gives the application by default.
        for statement in (b"TRUNCATE procrastinate_jobs", b"UPDATE kit_audit_auditevent SET reason = ''"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement)


def test_another_key_a_damaged_file_and_another_server_leave_nothing_behind(
    source: str, empty: str, key: Path, public: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    file, others = tmp_path / "one.backup", tmp_path / "others.key"
    sealing.make_key(others)
    with _at(source, monkeypatch):
        _run("backup", _server().name, file, "--for", public)
    whole = file.read_bytes()
    wrong = {
        "cut": whole[:-200],
        "changed": whole[:3000] + bytes([whole[3000] ^ 1]) + whole[3001:],
        "none": b"PK something else",
    }
    for name, content in wrong.items():
        (tmp_path / name).write_bytes(content)
    other = "dispensary" if _server().name == "clinic" else "clinic"
    tries = [(_server().name, tmp_path / name, key) for name in wrong]
    tries += [(_server().name, file, others), (other, file, key), (_server().name, tmp_path / "missing", key)]
    for server, damaged, opener in tries:
        with _at(empty, monkeypatch) as _, monkeypatch.context() as patch:
            for name in ("migration_variable", "application_variable"):
                patch.setenv(getattr(servers.server_named(server), name), empty)
            assert _run("restore", server, damaged, "--key", opener) == 1
        said = capsys.readouterr().err
        assert said.startswith("betony: ")
        with psycopg.connect(empty) as connection:
            assert contents.table_names(connection) == []


def test_nothing_is_written_over(
    source: str, key: Path, public: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "one.backup"
    with _at(source, monkeypatch):
        assert _run("backup", _server().name, file, "--for", public) == 0
        before = file.read_bytes()
        assert _run("backup", _server().name, file, "--for", public) == 1
        assert _run("restore", _server().name, file, "--key", key) == 1, "the database is not empty"
        assert _run("backup-key", key) == 1
    assert file.read_bytes() == before


def test_a_folder_that_is_not_there_is_said_in_one_sentence(
    source: str, public: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    missing = tmp_path / "missing"
    with _at(source, monkeypatch):
        assert _run("backup", _server().name, missing / "one.backup", "--for", public) == 1
        assert _run("backup-key", missing / "key") == 1
    said = capsys.readouterr().err.splitlines()
    assert [line.startswith("betony: The file cannot be written or read: ") for line in said] == [True, True]


def test_a_dump_that_fails_leaves_no_file(
    source: str, public: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "_options", lambda snapshot: ["--format=custom", "--table=is_not_there"])
    with _at(source, monkeypatch):
        assert _run("backup", _server().name, tmp_path / "one.backup", "--for", public) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["backup.key"]


def test_a_row_that_changed_is_noticed() -> None:
    one = contents.Contents(server="clinic", taken_at="", tables={"a": contents.Table(1, "5")})
    other = contents.Contents(server="clinic", taken_at="", tables={"a": contents.Table(1, "6")})
    assert contents.differences(one, other) == ["a"]
    assert contents.differences(one, contents.Contents(server="clinic", taken_at="", tables={})) == ["a"]


@pytest.mark.parametrize("text", ["", "age1", "AGE-SECRET-KEY-1"])
def test_what_is_no_public_key_is_said(text: str) -> None:
    with pytest.raises(CannotContinueError, match="is no public key"):
        sealing.public_keys([text])


def test_the_password_is_in_no_list_of_processes() -> None:
    address, environment = programs._reaching("postgresql://owner:secret@db:5433/clinic?sslmode=require")
    assert "secret" not in address
    assert "sslmode=require" in address
    assert environment["PGPASSWORD"] == "secret"
