"""The fixtures that give a test a database. The root conftest.py imports them."""

import concurrent.futures
import os
import threading
from collections.abc import Callable, Generator
from typing import Any

import pytest
import pytest_django
from django import db
from django.conf import settings
from django.contrib.auth import hashers

from betony.cli.postgres import servers
from betony.cli.testing import cluster, databases, worlds

# Argon2id with its least cost: the same algorithm, without the wait.
LEAST_COST = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
FULL_COST = {name: getattr(hashers.Argon2PasswordHasher, name) for name in LEAST_COST}


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Generator[None]:
    """Hash passwords cheaply in every test."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in LEAST_COST.items():
            patch.setattr(hashers.Argon2PasswordHasher, name, value)
        yield


@pytest.fixture
def full_cost_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords in this test as the servers do."""
    for name, value in FULL_COST.items():
        monkeypatch.setattr(hashers.Argon2PasswordHasher, name, value)


@pytest.fixture(scope="session")
def betony_test_database(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> Generator[databases.TestDatabase]:
    """The database of this test process, created on first use."""
    cluster.shared.ensure_running(os.environ)
    server = servers.server_named(settings.SETTINGS_MODULE.split(".")[1])
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock():
        database = databases.TestDatabase(server.name, worker, os.environ[server.migration_variable])
        try:
            database.create()
        except BaseException:
            database.drop()
            raise
    yield database
    with django_db_blocker.unblock():
        database.drop()


@pytest.fixture(scope="session")
def betony_worlds() -> worlds.Worlds:
    """What this process has built for many tests: `betony_worlds.remember(name, build, …)`."""
    return worlds.Worlds()


@pytest.fixture(scope="session")
def django_db_setup(betony_test_database: databases.TestDatabase) -> None:
    """Put our database in the place of the one pytest-django would create."""


@pytest.fixture
def committed_db(
    betony_test_database: databases.TestDatabase,
    betony_worlds: worlds.Worlds,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    request: pytest.FixtureRequest,
) -> Generator[None]:
    """Open the database without a transaction around the test: commits are real, other connections see them.

    After the test the database is again as the migrations left it.
    """
    if request.node.get_closest_marker("django_db") or "db" in request.fixturenames:
        pytest.fail("committed_db opens the database by itself: leave out django_db and db.", pytrace=False)
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            betony_test_database.restore()
            betony_worlds.forget()


@pytest.fixture
def at_once(committed_db: None) -> Callable[..., list[Any]]:
    """Run functions in threads that start together, each with connections of its own.

    `at_once(first, second)` returns their results in order; an error is returned in the place of a result.
    """

    def run(*functions: Callable[[], object]) -> list[Any]:
        barrier = threading.Barrier(len(functions))

        def one(function: Callable[[], object]) -> object:
            try:
                barrier.wait(timeout=10)
                return function()
            except Exception as error:  # noqa: BLE001 - the caller looks at what each thread raised
                return error
            finally:
                db.connections.close_all()

        with concurrent.futures.ThreadPoolExecutor(len(functions)) as pool:
            return list(pool.map(one, functions))

    return run
