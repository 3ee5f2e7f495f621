"""The cast: Alice the owner and Bob at the desk, each in a browser; Mei owns another clinic."""

import pytest

from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.tests import factories


@pytest.fixture
def clinic(db):
    return factories.organization(name="Meadowlark")


@pytest.fixture
def alice(clinic):
    return factories.signed_in(factories.member(Role.OWNER, of=clinic))


@pytest.fixture
def bob(clinic):
    return factories.signed_in(factories.member(Role.FRONT_DESK, of=clinic, first_name="Bob"))


@pytest.fixture
def stranger(db):
    return factories.signed_in(factories.member(of=factories.organization(name="Harbour", country="CA")))
