"""A dispensary with a program that holds a token of its owner, and Carol, its patient."""

from collections.abc import Iterator

import pytest

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Organization
from betony.dispensary.api import factories as api
from betony.dispensary.patients import factories as patients
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices import factories as practices
from betony.dispensary.practices.models import Practitioner
from betony.kit import tenancy


@pytest.fixture
def cedar(db: None) -> Iterator[Organization]:
    """A dispensary of the United States with ten percent for every patient."""
    organization = accounts.organization(name="Cedar Dispensary", slug="cedar", discount_percent=10)
    with tenancy.organization(organization.pk):
        yield organization


@pytest.fixture
def owner(cedar: Organization) -> Practitioner:
    return practices.practitioner(cedar)


@pytest.fixture
def program(owner: Practitioner) -> api.Program:
    return api.program(owner)


@pytest.fixture
def carol(cedar: Organization) -> Patient:
    return patients.patient(cedar, first_name="Carol", last_name="Reyes", email="carol@example.com")
