"""The kit's smallest parts."""

import uuid

import pytest
from django.db import DatabaseError, connection

from betony.kit import clock, identifiers, tenancy
from betony.kit.actor import Actor, system
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent
from betony.kit.rate_limits import counting


def test_identifiers_sort_by_the_time_they_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    # Another test may have moved this process's clock into the future.
    monkeypatch.setattr(identifiers, "_last", (0, 0))
    made = [identifiers.uuid7() for _ in range(10_000)]
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {uuid.RFC_4122}
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert abs((made[0].int >> 80) / 1000 - clock.now().timestamp()) < 60


def test_an_identifier_is_read_in_any_form_and_anything_else_is_none() -> None:
    made = identifiers.uuid7()
    for text in (str(made), str(made).upper(), made.hex, f"{{{made}}}"):
        assert identifiers.read_uuid(text) == made
    for text in ("", " ", "7", f"{made}0", f"{made}; drop", "é" * 32):
        assert identifiers.read_uuid(text) is None


@pytest.mark.django_db
def test_an_event_is_seen_by_its_own_organization_only() -> None:
    ours, theirs = identifiers.uuid7(), identifiers.uuid7()
    with tenancy.organization(ours):
        trail.record(by=system("test", organization_id=ours), action="test.thing_done")
        assert AuditEvent.objects.count() == 1
    with tenancy.organization(theirs):
        assert AuditEvent.objects.count() == 0
    assert AuditEvent.objects.count() == 0


@pytest.mark.django_db
def test_an_event_cannot_be_written_for_another_organization() -> None:
    ours, theirs = identifiers.uuid7(), identifiers.uuid7()
    with pytest.raises(DatabaseError), tenancy.organization(ours):
        trail.record(by=system("test", organization_id=theirs), action="test.thing_done")


@pytest.mark.django_db
def test_an_event_is_never_changed() -> None:
    ours = identifiers.uuid7()
    with tenancy.organization(ours):
        event = trail.record(by=Actor(kind="staff", organization_id=ours), action="test.thing_done")
        with pytest.raises(DatabaseError), tenancy.organization(ours), connection.cursor() as cursor:
            cursor.execute("update kit_audit_auditevent set reason = 'x' where id = %s", [event.pk])


@pytest.mark.django_db
def test_a_limit_is_reached_after_its_number_of_hits() -> None:
    limit = counting.Limit("test", most=2, window_seconds=60)
    assert [counting.hit(limit, "k") for _ in range(3)] == [True, True, False]
    assert counting.is_reached(limit, "k")
    assert not counting.is_reached(limit, "other")
