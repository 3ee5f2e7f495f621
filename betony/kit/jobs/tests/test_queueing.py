"""Jobs are queued in the transaction that caused them, at most once where asked, and tried again."""

from datetime import UTC, datetime, timedelta
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
given_up: list[str] = []


def give_up(*, reason: str, organization_id: UUID) -> None:
    given_up.append(reason)


@jobs.job("tests.note")
def note(*, organization_id: UUID, thing_id: UUID) -> None:
    assert tenancy.current() == organization_id
    calls.append((organization_id, thing_id))


@jobs.job("tests.fail", retry=jobs.Retry(attempts=2, first_wait_seconds=0), on_failure=give_up)
def fail(*, organization_id: UUID) -> None:
    raise jobs.RetryLater("the other side is away", seconds=30)


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


def test_waits_grow_up_to_the_longest_and_end_with_the_last_try() -> None:
    retry = jobs.Retry(attempts=4, first_wait_seconds=10, longest_wait_seconds=25)
    assert 8 <= retry.wait_seconds(1) <= 12
    assert 16 <= retry.wait_seconds(2) <= 24
    assert 20 <= retry.wait_seconds(9) <= 30
    error = RuntimeError()
    decision = retry.get_retry_decision(exception=error, job=as_procrastinate("tests.note", 2))
    assert decision is not None
    assert retry.get_retry_decision(exception=error, job=as_procrastinate("tests.note", 3)) is None


def test_the_other_side_may_say_when_to_come_back() -> None:
    decision = jobs.Retry().get_retry_decision(
        exception=jobs.RetryLater("busy", seconds=120), job=as_procrastinate("tests.note", 0)
    )
    assert decision is not None
    assert decision.retry_at is not None
    assert 115 < (decision.retry_at - datetime.now(UTC)).total_seconds() < 125


@pytest.mark.django_db
@pytest.mark.parametrize(("attempts", "expected"), [(0, []), (1, ["the other side is away"])])
def test_the_failure_handler_is_called_with_the_reason_after_the_last_try(
    attempts: int, expected: list[str]
) -> None:
    given_up.clear()
    job = as_procrastinate("tests.fail", attempts, organization_id=uuid4())

    class Context:
        def __init__(self) -> None:
            self.job = job

    with pytest.raises(jobs.RetryLater):
        fail._run(Context(), **job.task_kwargs)  # type: ignore[arg-type]
    assert given_up == expected


@pytest.mark.django_db
def test_what_a_killed_worker_left_behind_is_taken_up_again() -> None:
    note.queue(organization_id=uuid4(), thing_id=uuid4())
    with connection.cursor() as cursor:
        cursor.execute("select id from procrastinate_register_worker_v1() as t(id)")
        (worker_id,) = cursor.fetchone()
        cursor.execute("update procrastinate_jobs set status = 'doing', worker_id = %s", [worker_id])
    assert upkeep.take_up_stalled_jobs() == []
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_workers set last_heartbeat = now() - interval '1 minute'")
    assert upkeep.take_up_stalled_jobs() == ["tests.note"]
    assert len(testing.queued()) == 1


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
