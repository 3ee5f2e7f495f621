"""What is built once is put back whole, as often as it is asked for, and never shared."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from betony.cli.testing.worlds import Worlds
from betony.clinic.patients.tests import factories
from betony.kit import jobs, tenancy
from betony.kit.actor import system
from betony.kit.audit import trail

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def worlds() -> Worlds:
    return Worlds()


@jobs.job("tests.later")
def later(*, organization_id: UUID) -> None:
    """Never run."""


def build() -> Any:
    clinic = factories.organization()
    with tenancy.organization(clinic.pk):
        by = system("tests.worlds", organization_id=clinic.pk)
        trail.record(by=by, action="tests.built", changes={"name": ["Zoë's", None]})
        later.queue(organization_id=clinic.pk)
    return SimpleNamespace(pk=clinic.pk, names=[])


def rows(organization_id: UUID) -> list[tuple[object, ...]]:
    with tenancy.organization(organization_id), connection.cursor() as cursor:
        cursor.execute("select * from kit_audit_auditevent")
        events = cursor.fetchall()
        cursor.execute("select id, task_name, args, status from procrastinate_jobs")
        return events + cursor.fetchall()


seen: list[list[tuple[object, ...]]] = []


@pytest.mark.parametrize("time", [1, 2, 3])
def test_every_test_finds_the_same_rows_and_a_value_of_its_own(worlds: Worlds, time: int) -> None:
    world = worlds.remember("small", build, organization=_pk)
    world.names.append(time)
    seen.append(rows(world.pk))
    assert world.names == [time]
    assert len(seen[-1]) == 2
    assert seen[-1] == seen[0]


def _pk(world: Any) -> UUID:
    found: UUID = world.pk
    return found
