"""The cast: Alice owns a clinic, Bob is at its desk; Mallory owns another clinic."""

import time

import pytest

from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.tests import factories
from betony.kit.audit import trail


@pytest.fixture
def slow_trail(monkeypatch):
    """Let every action wait before its event, so that two that start together are inside at the same time."""
    record = trail.record

    def wait_and_record(**options):
        time.sleep(0.3)
        return record(**options)

    monkeypatch.setattr(trail, "record", wait_and_record)


@pytest.fixture
def clinic(db):
    return factories.organization(name="Meadowlark")


@pytest.fixture
def alice(clinic):
    return factories.member(Role.OWNER, of=clinic, email="alice@example.com")


@pytest.fixture
def bob(clinic):
    return factories.member(Role.FRONT_DESK, of=clinic, first_name="Bob", email="bob@example.com")


@pytest.fixture
def mallory(db):
    return factories.member(Role.OWNER, of=factories.organization(name="Elsewhere"), first_name="Mallory")
