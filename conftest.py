"""Gives every test of the repository what betony.cli.testing offers."""

from betony.cli.testing.fixtures import (
    at_once,
    betony_test_database,
    betony_worlds,
    committed_db,
    django_db_setup,
    full_cost_hashes,
    quick_hashes,
)

__all__ = [
    "at_once",
    "betony_test_database",
    "betony_worlds",
    "committed_db",
    "django_db_setup",
    "full_cost_hashes",
    "quick_hashes",
]
