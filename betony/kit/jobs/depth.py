"""How much waits, and for how long: what `/readyz` shows of the queues."""

from django.db import connection

from betony.kit.jobs.stalled import LEFT_BEHIND, SECONDS_WITHOUT_HEARTBEAT

# A job that is tried again, or was meant for later, waits since it was due.
_WAITING = """
    select count(*), coalesce(extract(epoch from now() - min(coalesce(job.scheduled_at, added.at))), 0)::int
      from procrastinate_jobs job
      left join procrastinate_events added on added.job_id = job.id and added.type = 'deferred'
     where job.status = 'todo' and (job.scheduled_at is null or job.scheduled_at <= now())
"""
_FAILED = "select count(*) from procrastinate_jobs where status = 'failed'"
_STALLED = f"select count(*) {LEFT_BEHIND}"


def measure() -> dict[str, int]:
    """Return how many jobs are due and since how many seconds the longest, how many a killed worker left
    behind, and how many failed for good.
    """  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        waiting, oldest = cursor.fetchone() or (0, 0)
        cursor.execute(_STALLED, [SECONDS_WITHOUT_HEARTBEAT])
        (stalled,) = cursor.fetchone() or (0,)
        cursor.execute(_FAILED)
        (failed,) = cursor.fetchone() or (0,)
    return {"waiting": waiting, "oldest_waiting_seconds": oldest, "stalled": stalled, "failed": failed}
