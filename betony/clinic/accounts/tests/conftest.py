"""The cast: Alice owns a clinic, Bob is at its desk; Mallory owns another clinic."""

import time

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.tests import factories
from betony.kit.audit import trail


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch):
    """Argon2id with its least cost: the same algorithm, without the wait."""
    for name, value in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
        monkeypatch.setattr(Argon2PasswordHasher, name, value)


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
