"""What both servers do by the clock: put away what is over."""

from django.contrib.sessions.models import Session
from django.db import connection

from betony.kit import clock, json_cache
from betony.kit.jobs.queue import every
from betony.kit.rate_limits import counting

# For whoever looks into why they failed; some carry a sealed token.
FAILED_JOBS_KEPT_DAYS = 14
_SWEEP_JOBS = """
    delete from procrastinate_jobs where id in (
        select job.id from procrastinate_jobs job
         where job.status in ('failed', 'succeeded', 'cancelled', 'aborted')
           and not exists (
               select from procrastinate_events event
                where event.job_id = job.id and event.at > now() - %s * interval '1 day'
           )
         order by job.id limit %s
    )
"""
_ROWS_AT_ONCE = 5000


@every("23 * * * *", "kit.sweep")
def sweep() -> None:
    """Delete, every hour, what is over: sessions, counters of limits, cached values, and jobs that failed long ago."""
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    counting.sweep()
    json_cache.sweep()
    _sweep_jobs()


def _sweep_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP_JOBS, [FAILED_JOBS_KEPT_DAYS, _ROWS_AT_ONCE])
