"""The cast of the patients' tests, and June, whose record it is."""

import pytest

from betony.clinic.patients.tests import factories
from betony.clinic.patients.tests.conftest import alice, bob, charlie, clinic, stranger, theo, visitor
from betony.kit import tenancy

__all__ = ["alice", "bob", "charlie", "clinic", "stranger", "theo", "visitor"]


@pytest.fixture
def june(clinic):
    with tenancy.organization(clinic.pk):
        return factories.patient(clinic, first_name="June", last_name="Hartley")
