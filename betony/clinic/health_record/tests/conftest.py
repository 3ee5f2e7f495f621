"""The cast: Alice the owner, Bob at the desk, Theo the biller, Charlie who may see nothing."""

import pytest
from django.test import Client

from betony.clinic.patients.tests import factories


@pytest.fixture
def clinic(db):
    return factories.organization()


@pytest.fixture
def alice(clinic):
    return factories.signed_in(factories.member(clinic))


@pytest.fixture
def bob(clinic):
    return factories.signed_in(factories.member(clinic, role="front_desk", first="Bob"))


@pytest.fixture
def theo(clinic):
    return factories.signed_in(factories.member(clinic, role="biller", first="Theo"))


@pytest.fixture
def charlie(clinic):
    return factories.signed_in(factories.member(clinic, role="nobody", first="Charlie"))


@pytest.fixture
def stranger(db):
    other = factories.organization(name="Harbour", slug="harbour", country="CA")
    return factories.signed_in(factories.member(other, first="Mei"))


@pytest.fixture
def visitor(db):
    return Client()
