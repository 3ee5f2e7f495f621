"""Gives every test of the repository the databases of betony.cli.testing."""

from betony.cli.testing.fixtures import at_once, betony_test_database, committed_db, django_db_setup

__all__ = ["at_once", "betony_test_database", "committed_db", "django_db_setup"]
