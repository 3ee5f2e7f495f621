"""Gives every test of the repository the databases of betony.cli.testing, and quick passwords."""

from betony.cli.testing.fixtures import (
    at_once,
    betony_test_database,
    committed_db,
    django_db_setup,
    full_cost_hashes,
    quick_hashes,
)

__all__ = [
    "at_once",
    "betony_test_database",
    "committed_db",
    "django_db_setup",
    "full_cost_hashes",
    "quick_hashes",
]
