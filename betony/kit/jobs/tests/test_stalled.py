"""What a killed worker left behind is taken up again, whatever keys and locks it holds and what waits beside it."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django import app

from betony.kit import jobs
from betony.kit.jobs import depth, stalled
from betony.kit.jobs.tests import as_worker

pytestmark = pytest.mark.django_db


@jobs.job("tests.be_killed_in")
def be_killed_in(*, thing: str) -> None: ...


def names_waiting() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select args->>'thing' from procrastinate_jobs where status = 'todo' order by id")
        return [row[0] for row in cursor.fetchall()]


def fetched_and_killed() -> int:
    """Let a worker take a job and be killed at once, before it said anything."""
    worker = as_worker.register()
    job = as_worker.fetch(worker)
    assert job is not None
    as_worker.kill(worker)
    return int(job.id or 0)


def test_a_job_whose_worker_gives_no_heartbeat_is_taken_up_and_no_other() -> None:
    be_killed_in.queue(thing="one")
    alive = as_worker.register()
    assert as_worker.fetch(alive) is not None
    assert stalled.take_up() == []
    as_worker.kill(alive)
    assert stalled.take_up() == ["tests.be_killed_in"]
    assert names_waiting() == ["one"]
    assert stalled.take_up() == []


def test_a_job_whose_worker_was_put_away_is_taken_up() -> None:
    be_killed_in.queue(thing="one")
    fetched_and_killed()
    with connection.cursor() as cursor:
        cursor.execute("select * from procrastinate_prune_stalled_workers_v1(15)")
    assert stalled.take_up() == ["tests.be_killed_in"]


def test_it_is_taken_up_although_the_same_key_waits_again() -> None:
    be_killed_in.queue(thing="first", once_key="send:1", lock="send:1")
    fetched_and_killed()
    be_killed_in.queue(thing="second", once_key="send:1", lock="send:1")
    assert stalled.take_up() == ["tests.be_killed_in"]
    worker = as_worker.register()
    taken = [as_worker.fetch(worker), as_worker.fetch(worker)]
    # One at a time, the older first: they have one lock.
    assert [one and one.task_kwargs["thing"] for one in taken] == ["first", None]


def test_one_that_cannot_be_taken_up_keeps_no_other_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        be_killed_in.queue(thing=str(number))
        fetched_and_killed()
    # A copy that was queued by hand, with a key that the code does not know to free.
    monkeypatch.setattr(
        stalled, "_FREE_KEY", "update procrastinate_jobs set attempts = attempts where id = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set queueing_lock = 'taken' where args->>'thing' = '1'")
    be_killed_in.queue(thing="in the way", once_key="taken")
    assert len(stalled.take_up()) == 2
    assert names_waiting() == ["0", "2", "in the way"]


def test_a_scheduled_job_goes_on_after_its_worker_was_killed_and_the_next_one_is_due() -> None:
    """As procrastinate queues it, with the keys that `every` gives it."""
    task = app.tasks["kit.sweep"]
    with connection.cursor() as cursor:
        for tick in (60, 120):
            cursor.execute(
                "select procrastinate_defer_periodic_job_v2(%s, %s, %s, %s, 0, '', %s, %s)",
                [task.queue, task.lock, task.queueing_lock, task.name, tick, json.dumps({"timestamp": tick})],
            )
            if tick == 60:
                fetched_and_killed()
    worker = as_worker.register()
    assert as_worker.fetch(worker) is None
    assert stalled.take_up() == ["kit.sweep"]
    found = as_worker.fetch(worker)
    assert found is not None
    assert found.task_kwargs == {"timestamp": 60}


def test_looking_for_them_is_no_job_that_could_be_left_behind_itself() -> None:
    app.perform_import_paths()
    scheduled = {task.name for task in app.tasks.values()}
    assert not [name for name in scheduled if "stalled" in name]


def test_what_is_due_and_what_was_left_behind_is_shown_with_its_age() -> None:
    be_killed_in.queue(thing="left")
    fetched_and_killed()
    be_killed_in.queue(thing="due")
    be_killed_in.queue(thing="failed for good")
    with connection.cursor() as cursor:
        cursor.execute(
            "update procrastinate_jobs set status = 'failed' where args->>'thing' = 'failed for good'"
        )
        cursor.execute("update procrastinate_events set at = at - interval '90 seconds'")
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, scheduled_at) "
            "values ('default', 'tests.later', now() + interval '1 hour')"
        )
    assert depth.measure() == {"waiting": 1, "oldest_waiting_seconds": 90, "stalled": 1, "failed": 1}


def test_a_job_that_is_tried_again_waits_since_it_was_due() -> None:
    be_killed_in.queue(thing="again")
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_events set at = at - interval '1 day'")
        cursor.execute("update procrastinate_jobs set scheduled_at = now() - interval '20 seconds'")
    assert depth.measure()["oldest_waiting_seconds"] == 20


def test_readyz_shows_it() -> None:
    be_killed_in.queue(thing=str(uuid4()))
    fetched_and_killed()
    body = Client().get("/readyz").json()
    assert body["queue"] == {"waiting": 0, "oldest_waiting_seconds": 0, "stalled": 1, "failed": 0}
