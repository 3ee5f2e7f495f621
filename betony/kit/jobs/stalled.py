"""Jobs that a killed worker left behind: finding them, and queueing them again.

Every worker process looks for them in a loop of its own (worker.py). Were that a job, a worker killed during
it would leave it behind, and nobody would look any more.
"""

import structlog
from django.db import Error, close_old_connections, connection, transaction

log = structlog.get_logger()

SECONDS_WITHOUT_HEARTBEAT = 15

# `job` is running by the table, and its worker gives no sign of life.
LEFT_BEHIND = """
      from procrastinate_jobs job
      left join procrastinate_workers worker on worker.id = job.worker_id
     where job.status = 'doing'
       and (worker.id is null or worker.last_heartbeat < now() - %s * interval '1 second')
"""
_FIND = f"select job.id {LEFT_BEHIND} order by job.id"
# Somebody else who takes it up at this moment is not waited for.
_HOLD = f"select job.task_name {LEFT_BEHIND} and job.id = %s for update of job skip locked"
# Meanwhile a job with the same key may wait: the key is unique among those, and would keep this one out.
_FREE_KEY = "update procrastinate_jobs set queueing_lock = null where id = %s"
_QUEUE_AGAIN = "select procrastinate_retry_job_v2(%s, now(), null, null, null)"


def take_up() -> list[str]:
    """Queue again every job whose worker gives no heartbeat; return the names of those jobs.

    Each by itself: one that cannot be queued again is said in the log, and keeps no other behind.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [SECONDS_WITHOUT_HEARTBEAT])
        found = [int(row[0]) for row in cursor.fetchall()]
    return [name for one in found if (name := _take_up_one(one))]


def _take_up_one(job_id: int) -> str:
    """Queue one job again and return its name, or nothing when somebody else did or it cannot be."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_HOLD, [SECONDS_WITHOUT_HEARTBEAT, job_id])
            row = cursor.fetchone()
            if row is None:
                return ""
            cursor.execute(_FREE_KEY, [job_id])
            cursor.execute(_QUEUE_AGAIN, [job_id])
    except Error:
        log.exception("job_not_taken_up")
        return ""
    log.warning("job_taken_up_again", job=row[0])
    return str(row[0])


def look() -> None:
    """Take up what was left behind; trouble with the database is said in the log, for the next look to mend."""
    close_old_connections()
    try:
        take_up()
    except Error:
        log.exception("stalled_jobs_not_looked_for")
    finally:
        close_old_connections()
