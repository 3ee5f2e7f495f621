"""The databases tests get: the servers' own roles, real commits where asked for, nothing left behind."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django import db

from betony.cli.testing import databases, plugin

INSERT = "INSERT INTO kit_cache (cache_key, value, expires) VALUES (%s, '', now())"


def _rows() -> int:
    with db.connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kit_cache")
        return int(cursor.fetchone()[0])


def _insert(key: str) -> None:
    with db.connection.cursor() as cursor:
        cursor.execute(INSERT, [key])


@pytest.mark.django_db
def test_a_test_runs_as_the_application() -> None:
    with db.connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls, current_database() FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, db.connection.settings_dict["NAME"])


@pytest.mark.django_db
def test_the_application_owns_nothing() -> None:
    with db.connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_the_application_cannot_empty_a_table() -> None:
    with pytest.raises(db.ProgrammingError, match="permission denied"), db.connection.cursor() as cursor:
        cursor.execute("TRUNCATE kit_cache")


@pytest.mark.slow
def test_commits_are_real_and_are_taken_back(
    committed_db: None, betony_test_database: databases.TestDatabase
) -> None:
    _insert("kept")
    db.connection.close()
    assert _rows() == 1
    betony_test_database.restore()
    assert _rows() == 0


@pytest.mark.slow
def test_two_threads_race_for_one_row(at_once: Callable[..., list[Any]]) -> None:
    results = at_once(lambda: _insert("same"), lambda: _insert("same"))
    assert sorted(type(result).__name__ for result in results) == ["IntegrityError", "NoneType"]
    assert _rows() == 1


def test_the_fingerprint_does_not_change_by_itself() -> None:
    assert databases.fingerprint_of_migrations() == databases.fingerprint_of_migrations()


@pytest.mark.parametrize("fixture", ["transactional_db", "live_server"])
def test_a_test_that_would_truncate_is_refused_with_the_way_out(fixture: str) -> None:
    item = SimpleNamespace(get_closest_marker=lambda name: None, fixturenames=[fixture])
    with pytest.raises(pytest.fail.Exception, match="Use the committed_db fixture"):
        plugin.pytest_runtest_setup(item)  # type: ignore[arg-type]  # stands in for pytest's item


def test_a_transactional_mark_is_refused() -> None:
    marker = pytest.mark.django_db(transaction=True).mark
    item = SimpleNamespace(get_closest_marker=lambda name: marker, fixturenames=[])
    with pytest.raises(pytest.fail.Exception, match="Use the committed_db fixture"):
        plugin.pytest_runtest_setup(item)  # type: ignore[arg-type]  # stands in for pytest's item
