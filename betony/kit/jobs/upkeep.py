"""What both servers do by the clock: take up what a killed worker left behind, put away what is over."""

import structlog
from django.contrib.sessions.models import Session
from django.db import connection

from betony.kit import clock
from betony.kit.jobs.queue import every
from betony.kit.rate_limits import counting

log = structlog.get_logger()

SECONDS_WITHOUT_HEARTBEAT = 15

TAKE_UP = """
    select job.task_name, procrastinate_retry_job_v2(job.id, now(), null, null, null)
      from procrastinate_jobs job
      left join procrastinate_workers worker on worker.id = job.worker_id
     where job.status = 'doing'
       and (worker.id is null or worker.last_heartbeat < now() - %s * interval '1 second')
"""


def take_up_stalled_jobs() -> list[str]:
    """Queue again every job whose worker gives no heartbeat; return the names of those jobs."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_UP, [SECONDS_WITHOUT_HEARTBEAT])
        names = [str(row[0]) for row in cursor.fetchall()]
    for name in names:
        log.warning("job_taken_up_again", job=name)
    return names


@every("* * * * *", "jobs.take_up_stalled")
def take_up_stalled() -> None:
    """Look every minute for jobs whose worker died."""
    take_up_stalled_jobs()


@every("23 * * * *", "kit.sweep")
def sweep() -> None:
    """Delete, every hour, expired sessions and the counters of limits whose window is over."""
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    counting.sweep()
