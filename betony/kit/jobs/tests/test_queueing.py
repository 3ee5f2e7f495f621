"""Jobs are queued in the transaction that caused them, at most once where asked, and tried again."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from procrastinate import jobs as procrastinate_jobs

from betony.kit import clock, jobs, tenancy
from betony.kit.jobs import testing, upkeep
from betony.kit.jobs.queue import _release_once_key
from betony.kit.rate_limits import counting
from betony.kit.rate_limits.models import Counter

calls: list[tuple[UUID, UUID]] = []


@jobs.job("tests.note")
def note(*, organization_id: UUID, thing_id: UUID) -> None:
    assert tenancy.current() == organization_id
    calls.append((organization_id, thing_id))


def as_procrastinate(name: str, attempts: int, **arguments: object) -> procrastinate_jobs.Job:
    return procrastinate_jobs.Job(
        id=1, queue="default", lock=None, queueing_lock=None, task_name=name, attempts=attempts,
        task_kwargs={key: str(value) for key, value in arguments.items()},
    )  # fmt: skip


@pytest.mark.django_db
def test_a_job_gets_its_ids_as_ids_and_its_organization() -> None:
    organization_id, thing_id = uuid4(), uuid4()
    note.queue(organization_id=organization_id, thing_id=thing_id)
    assert testing.run_queued() == ["tests.note"]
    assert calls[-1] == (organization_id, thing_id)


@pytest.mark.django_db
def test_a_rolled_back_transaction_queues_nothing() -> None:
    with transaction.atomic():
        note.queue(organization_id=uuid4(), thing_id=uuid4())
        transaction.set_rollback(True)
    assert testing.queued() == []


@pytest.mark.django_db
def test_the_same_key_waits_once_and_breaks_no_transaction() -> None:
    with transaction.atomic():
        for _ in range(3):
            note.queue(organization_id=uuid4(), thing_id=uuid4(), once_key="one")
        note.queue(organization_id=uuid4(), thing_id=uuid4(), once_key="other")
    assert len(testing.queued()) == 2


@pytest.mark.django_db
def test_a_running_job_frees_its_key_so_that_it_can_wait_again() -> None:
    note.queue(organization_id=uuid4(), thing_id=uuid4(), once_key="one")
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'doing' returning id")
        (job_id,) = cursor.fetchone()
    running = as_procrastinate("tests.note", 0).evolve(id=job_id, queueing_lock="one")
    _release_once_key(running)
    note.queue(organization_id=uuid4(), thing_id=uuid4(), once_key="one")
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'todo' where id = %s", [job_id])
    assert len(testing.queued()) == 2


@pytest.mark.django_db
def test_it_can_be_asked_for_whom_a_run_waits_or_is_under_way() -> None:
    waiting, running, over, nobody = (uuid4() for _ in range(4))
    for thing_id in (waiting, running, over):
        note.queue(organization_id=uuid4(), thing_id=thing_id)
    with connection.cursor() as cursor:
        for state, thing_id in (("doing", running), ("failed", over)):
            cursor.execute(
                "update procrastinate_jobs set status = %s where args->>'thing_id' = %s",
                [state, str(thing_id)],
            )
    everybody = [waiting, running, over, nobody]
    assert note.at_work_on("thing_id", everybody) == {str(waiting), str(running)}


def test_the_hourly_sweep_puts_away_what_is_over_and_nothing_else(db: None) -> None:
    over, running = counting.Limit("tests.over", 5, 60), counting.Limit("tests.running", 5, 7200)
    for limit in (over, running):
        counting.hit(limit, "somebody")
    for key, hours in (("a" * 32, 0), ("b" * 32, 2)):
        Session.objects.create(
            session_key=key, session_data="x", expire_date=clock.now() + timedelta(hours=hours, minutes=1)
        )
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        upkeep.sweep()
    assert Counter.objects.count() == 1
    assert counting.seconds_left(running, "somebody") > 0
    assert [one.session_key for one in Session.objects.all()] == ["b" * 32]


@pytest.mark.django_db
def test_jobs_that_failed_are_kept_for_two_weeks() -> None:
    kept, over, waiting = (uuid4() for _ in range(3))
    for thing_id in (kept, over, waiting):
        note.queue(organization_id=uuid4(), thing_id=thing_id)
    with connection.cursor() as cursor:
        for thing_id, days in ((kept, 13), (over, 15), (waiting, 400)):
            cursor.execute(
                "update procrastinate_events set at = now() - %s * interval '1 day' from procrastinate_jobs job "
                "where job.id = job_id and args->>'thing_id' = %s",
                [days, str(thing_id)],
            )
        cursor.execute(
            "update procrastinate_jobs set status = 'failed' where args->>'thing_id' <> %s", [str(waiting)]
        )
        # That it failed is an event, too, of today.
        cursor.execute("delete from procrastinate_events where type <> 'deferred'")
        upkeep.sweep()
        cursor.execute("select args->>'thing_id' from procrastinate_jobs order by id")
        assert [row[0] for row in cursor.fetchall()] == [str(kept), str(waiting)]
