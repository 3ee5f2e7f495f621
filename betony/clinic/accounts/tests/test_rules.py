"""Devices, times and roles."""

from datetime import UTC, datetime, timedelta

import pytest

from betony.clinic.accounts import permissions, rules
from betony.clinic.accounts.permissions import Role

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0 Safari/537.36", "Chrome, Linux"),
        ("curl/8.0", ""),
    ],
)
def test_a_device_is_named_as_people_do(agent, words):
    assert rules.device_words(agent) == words


@pytest.mark.parametrize(
    ("started", "seen", "is_over"), [(1, 1, False), (1, 31, True), (719, 1, False), (721, 1, True)]
)
def test_a_session_is_over_after_its_idle_or_its_absolute_time(started, seen, is_over):
    times = {
        "started_at": NOW - timedelta(minutes=started),
        "seen_at": NOW - timedelta(minutes=seen),
    }
    assert rules.session_is_over(**times, now=NOW, idle_minutes=30) is is_over


def may(role, permission):
    return permission in permissions.PERMISSIONS[role]


def test_every_role_may_connect_and_see_their_own_settings():
    assert all(may(role, name) for role in Role for name in ("prescriptions.connect", "settings.view"))


def test_who_writes_prescriptions_is_as_story_two_says():
    assert {role for role in Role if may(role, "prescriptions.write")} == {
        Role.OWNER, Role.PRACTITIONER, Role.CLINICAL_STAFF
    }  # fmt: skip
    assert {role for role in Role if may(role, "practice.delegate")} == {Role.OWNER, Role.PRACTITIONER}
    assert may(Role.FRONT_DESK, "prescriptions.history")
    assert may(Role.FRONT_DESK, "prescriptions.in_office_checkout")


def test_front_desk_and_billers_see_no_health_record():
    for role in (Role.FRONT_DESK, Role.BILLER):
        assert not may(role, "health_record.view")
        assert not may(role, "health_record.edit")


def test_an_auditor_changes_nothing():
    changing = ("edit", "write", "manage", "delegate", "deactivate", "checkout")
    auditor = permissions.PERMISSIONS[Role.AUDITOR]
    assert [name for name in auditor if name.endswith(changing)] == []


def test_only_owners_manage():
    for name in ("settings.manage", "users.manage"):
        assert {role for role in Role if may(role, name)} == {Role.OWNER}


def test_an_unknown_role_may_nothing():
    assert permissions.of_role("emperor") == frozenset()
