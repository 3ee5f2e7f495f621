"""The cast of the patients' tests."""

from betony.clinic.patients.tests.conftest import alice, bob, charlie, clinic, stranger, theo, visitor

__all__ = ["alice", "bob", "charlie", "clinic", "stranger", "theo", "visitor"]
