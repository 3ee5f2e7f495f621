"""A worker for tests: runs queued jobs as the real one does, tries and last tries included, without waiting."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from betony.kit.jobs import testing

_WAITING_JOBS = """
    select id, task_name, args from procrastinate_jobs as job where status = 'todo'
       and not exists (select from procrastinate_jobs as other where other.lock = job.lock and other.status = 'doing')
     order by priority desc, id
"""


@dataclass
class Run:
    """What happened: names in order, and the jobs that want another try."""

    ran: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def work(*, most: int = 300) -> Run:
    """Run every queued job and what they queue, each failing one once; those stay queued for the next call."""
    run, again = Run(), []
    while (row := _take()) is not None:
        assert len(run.ran) < most, "do they queue themselves?"
        number, name, arguments = row
        run.ran.append(name)
        try:
            testing.declared_job(name)(**arguments)
        except Exception:  # noqa: BLE001 - the worker keeps whatever a job raised for another try
            run.failed.append(name)
            again.append(number)
            continue
        _forget(number)
    _queue_again(again)
    return run


def work_until_given_up(*, most: int = 40) -> None:
    """Run what is queued over and over; a job whose tries are used up is given up, as the worker does."""
    tries: dict[int, int] = {}
    for _ in range(most):
        waiting = _all()
        if not waiting:
            return
        for number, name, arguments in waiting:
            job = testing.declared_job(name)
            tries[number] = tries.get(number, 0) + 1
            try:
                job(**arguments)
            except Exception as error:  # noqa: BLE001 - see above
                if tries[number] < job.retry.attempts:
                    continue
                job._give_up(arguments_of(job, arguments), error)
            _forget(number)
    raise AssertionError("there is no end to it")


def take_up_again() -> None:
    """Queue what a killed worker had in hand, as every worker process does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'todo' where status = 'doing'")


def arguments_of(job: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = job._read(arguments)
    return values


def _all() -> list[tuple[int, str, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING_JOBS)
        return [(number, name, _read(args)) for number, name, args in cursor.fetchall()]


def _take() -> tuple[int, str, dict[str, Any]] | None:
    """Take the next job; two workers never take the same."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WAITING_JOBS + " limit 1 for update of job skip locked")
        row = cursor.fetchone()
        if row is None:
            return None
        # The queueing lock is let go, as the real worker does when a run begins.
        cursor.execute(
            "update procrastinate_jobs set status = 'doing', queueing_lock = null where id = %s", [row[0]]
        )
    return int(row[0]), str(row[1]), _read(row[2])


def _forget(number: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs where id = %s", [number])


def _queue_again(numbers: list[int]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'todo' where id = any(%s)", [numbers])


def _read(value: Any) -> dict[str, Any]:
    return dict(json.loads(value)) if isinstance(value, str) else dict(value)
