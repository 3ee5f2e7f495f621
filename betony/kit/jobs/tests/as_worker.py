"""What procrastinate's worker does around a job, one step at a time, in the test's own transaction."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection
from procrastinate import jobs as procrastinate_jobs

from betony.kit.jobs import testing


@dataclass(frozen=True)
class Context:
    job: procrastinate_jobs.Job


def register() -> int:
    """Return a worker that has just given a heartbeat."""
    with connection.cursor() as cursor:
        cursor.execute("select worker_id from procrastinate_register_worker_v1()")
        return int(cursor.fetchone()[0])


def kill(worker_id: int) -> None:
    """Let a worker's last heartbeat be a minute ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update procrastinate_workers set last_heartbeat = now() - interval '1 minute' where id = %s",
            [worker_id],
        )


def fetch(worker_id: int) -> procrastinate_jobs.Job | None:
    """Take the next job, as a worker would."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, queue_name, task_name, lock, queueing_lock, args, attempts "
            "from procrastinate_fetch_job_v2(null, %s) where id is not null",
            [worker_id],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return procrastinate_jobs.Job(
        id=row[0], queue=row[1], task_name=row[2], lock=row[3], queueing_lock=row[4],
        task_kwargs=testing._as_dict(row[5]), attempts=row[6],
    )  # fmt: skip


def run_next(worker_id: int) -> float | None:
    """Run the next job, however late it is meant for; return the seconds until its next try, None after the last."""
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set scheduled_at = null where status = 'todo'")
    job = fetch(worker_id)
    assert job is not None, "nothing waits"
    declared = testing.declared_job(job.task_name)
    try:
        declared._run(Context(job), **job.task_kwargs)  # type: ignore[arg-type]
    except Exception as error:  # noqa: BLE001  (the worker, too, asks what to do about any)
        decision = declared.retry.get_retry_decision(exception=error, job=job)
        with connection.cursor() as cursor:
            if decision is None:
                cursor.execute("select procrastinate_finish_job_v1(%s, 'failed', false)", [job.id])
                return None
            cursor.execute("select procrastinate_retry_job_v2(%s, null, null, null, null)", [job.id])
        assert decision.retry_at is not None
        return (decision.retry_at - datetime.now(UTC)).total_seconds()
    with connection.cursor() as cursor:
        cursor.execute("select procrastinate_finish_job_v1(%s, 'succeeded', true)", [job.id])
    return None
