"""The part of the test databases that pytest must know before it reads the settings."""

import os
import secrets
from collections.abc import Generator
from pathlib import Path

import pytest
from cryptography import fernet

from betony.cli import home
from betony.cli.postgres import servers
from betony.cli.testing import cluster

TRANSACTION_REFUSED = (
    "django_db(transaction=True), transactional_db and live_server empty tables with TRUNCATE, "
    "which the application's role may not do. Use the committed_db fixture: it commits for real "
    "and restores the database afterwards."
)

# `make fast` leaves these out; `make test` runs them.
SLOW_FIXTURES = {"committed_db", "at_once"}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Name the databases before pytest-django imports the settings that need them."""
    for name, value in _settings().items():
        os.environ.setdefault(name, value)
    for server in servers.SERVERS:
        Path(os.environ["BETONY_STATIC_ROOT"], server.name).mkdir(parents=True, exist_ok=True)
    cluster.give_addresses(os.environ)
    return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow what commits for real: the database is made anew after it."""
    for item in items:
        if SLOW_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse the transactional tests of pytest-django."""
    marker = item.get_closest_marker("django_db")
    is_marked = marker is not None and bool(marker.kwargs.get("transaction") or any(marker.args[:1]))
    fixtures = set(getattr(item, "fixturenames", ()))
    if is_marked or fixtures & {"transactional_db", "live_server", "django_db_reset_sequences"}:
        pytest.fail(TRANSACTION_REFUSED, pytrace=False)


def pytest_unconfigure() -> None:
    """Let go of the test cluster."""
    cluster.shared.release(os.environ)


def _settings() -> dict[str, str]:
    """Return what the servers' settings need besides their databases."""
    return {
        "BETONY_ENV": "test",
        "BETONY_POOL": "off",
        "BETONY_STATIC_ROOT": str(home.home_folder(os.environ) / "test" / "static"),
        "BETONY_SECRET_KEY": secrets.token_urlsafe(48),
        "BETONY_KEY_RING": fernet.Fernet.generate_key().decode(),
    }
