"""A part of a page that draws itself again every few seconds leaves one event for some minutes."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection

from betony.kit import clock, tenancy
from betony.kit.actor import Actor
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent
from betony.kit.identifiers import earliest_uuid7, uuid7

CAROL, MIA = uuid7(), uuid7()
ALICE = Actor(kind="staff", id=uuid7(), organization_id=uuid7(), role="owner", ip="192.0.2.1")
# Any record will do as what was looked at.
CHART = AuditEvent(id=CAROL)


@pytest.fixture(autouse=True)
def _in_the_clinic(db):
    with tenancy.organization(ALICE.organization_id):
        yield


def look(by=ALICE, *, action="module.history_shown", shown=(CAROL,)):
    return trail.record_repeated_read(by=by, action=action, patient_ids=shown, subject=CHART)


def test_the_same_again_within_minutes_is_one_event():
    assert look() is not None
    assert look() is None
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    "otherwise",
    [
        {"by": replace(ALICE, id=uuid4())},
        {"by": replace(ALICE, ip="198.51.100.7")},
        {"by": replace(ALICE, role="auditor")},
        {"action": "module.link_shown"},
        {"shown": (CAROL, MIA)},
    ],
    ids=["somebody else", "from elsewhere", "in another role", "something else", "with somebody else"],
)
def test_anything_else_is_an_event_of_its_own(otherwise):
    look()
    assert look(**otherwise) is not None


def test_the_order_and_number_of_those_shown_do_not_matter():
    look(shown=(CAROL, MIA))
    assert look(shown=(MIA, CAROL, MIA)) is None


def test_after_these_minutes_it_is_told_again():
    begun = clock.now()
    with time_machine.travel(begun, tick=False):
        look()
    with time_machine.travel(begun + trail.READ_AGAIN - timedelta(seconds=1), tick=False):
        assert look() is None
    with time_machine.travel(begun + trail.READ_AGAIN + timedelta(seconds=1), tick=False):
        assert look() is not None


def test_ids_of_a_moment_are_not_below_its_earliest():
    at = clock.now()
    with time_machine.travel(at, tick=False):
        made = uuid7()
    assert earliest_uuid7(at) <= made
    assert earliest_uuid7(at) < earliest_uuid7(at + timedelta(milliseconds=1))


def test_the_index_by_subject_finds_it_beneath_row_level_security():
    """With a year of events about one chart only the last minutes of them are read."""
    # In a table of one page every index costs the same.
    AuditEvent.objects.bulk_create(
        AuditEvent(
            organization_id=ALICE.organization_id,
            subject_id=uuid7(),
            occurred_at=clock.now(),
            action="module.shown",
        )
        for _number in range(2000)
    )
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        rows = AuditEvent.objects.filter(
            organization_id=ALICE.organization_id, subject_id=CAROL, id__gte=earliest_uuid7(clock.now())
        )
        assert "audit_by_subject" in rows.explain()
        condition = rows.explain().split("Index Cond:")[1].splitlines()[0]
    assert condition.count("(subject_id =") == 1
    assert condition.count("(id >=") == 1
