"""The cast: Alice owns the clinic and practises, Petra practises, Stan is clinical staff; Mallory is elsewhere."""

import pytest

from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.tests import factories as people


@pytest.fixture
def clinic(db):
    return people.organization(name="Meadowlark")


@pytest.fixture
def alice(clinic):
    return people.member(Role.OWNER, of=clinic)


@pytest.fixture
def petra(clinic):
    return people.member(Role.PRACTITIONER, of=clinic, first_name="Petra", last_name="Pine")


@pytest.fixture
def stan(clinic):
    return people.member(Role.CLINICAL_STAFF, of=clinic, first_name="Stan", last_name="Stone")


@pytest.fixture
def mallory(db):
    return people.member(Role.OWNER, of=people.organization(name="Elsewhere"), first_name="Mallory")
