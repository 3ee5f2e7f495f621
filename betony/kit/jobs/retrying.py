"""When a job that failed is tried again, and what counts as a try."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import uniform

from django.db import connection, transaction
from procrastinate import BaseRetryStrategy, RetryDecision, jobs

# Beyond it no wait is shorter than any longest wait, and two to its power is still a number.
_MOST_DOUBLINGS = 30


class RetryLater(Exception):
    """Something passing is in the way; try again, at the soonest in so many seconds.

    With `seconds` the other side did nothing and said when to come back. For as long as
    `Retry.longest_told_seconds` that is not one of the tries: it would have done what was asked.
    """

    def __init__(self, reason: str, *, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seconds = seconds
        # How often the job was told to wait, this time included; 0 when this run is one of its tries.
        self.waits = 0


class GiveUp(Exception):
    """No further try would change anything: what is done after the last try is done now, if there is something."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotGivenUp(Exception):
    """What is done in place of another try could not be done; so the job is tried once more, and it too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry(BaseRetryStrategy):
    """Exponential backoff with jitter: tries in all, first and longest wait in seconds.

    `longest_told_seconds`: for how long after it was queued being told to wait is no try.
    """

    attempts: int = 8
    first_wait_seconds: float = 2
    longest_wait_seconds: float = 600
    longest_told_seconds: float = 6 * 60 * 60

    def wait_seconds(self, runs_so_far: int) -> float:
        """Return the seconds to wait before the next run, after so many runs (one or more)."""
        wait = self.first_wait_seconds * 2.0 ** min(runs_so_far - 1, _MOST_DOUBLINGS)
        return min(wait, self.longest_wait_seconds) * uniform(0.8, 1.2)  # noqa: S311  (jitter, not a secret)

    def was_last_try(self, exception: BaseException, job: jobs.Job) -> bool:
        """Tell whether the tries are used up by this failure."""
        return job.attempts + 1 >= self.attempts and not _waits(exception)

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> RetryDecision | None:
        """Tell procrastinate when to try again; None when the tries are used up."""
        if isinstance(exception, NotGivenUp):
            seconds = self.longest_wait_seconds
        elif self.was_last_try(exception, job):
            return None
        else:
            # The run that was told to wait is among the waits, and not among the tries.
            waits = _waits(exception)
            seconds = self.wait_seconds(job.attempts + waits if waits else job.attempts + 1)
        if isinstance(exception, RetryLater) and exception.seconds is not None:
            seconds = max(seconds, exception.seconds)
        return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=seconds))


def _waits(exception: BaseException) -> int:
    return exception.waits if isinstance(exception, RetryLater) else 0


_RUNS_BEFORE = """
    select count(*) filter (where type = 'deferred_for_retry'), extract(epoch from now() - min(at))
      from procrastinate_events where job_id = %s
"""


def note_told_to_wait(error: RetryLater, job: jobs.Job, retry: Retry) -> None:
    """Take the run that was told to wait out of the job's tries, unless it was told so for too long already.

    procrastinate counts every run that is followed by another; its own events tell how many there were.
    """
    if error.seconds is None:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_RUNS_BEFORE, [job.id])
        runs_before, age_seconds = cursor.fetchone() or (0, None)
        if age_seconds is None or age_seconds > retry.longest_told_seconds:
            return
        cursor.execute("update procrastinate_jobs set attempts = attempts - 1 where id = %s", [job.id])
    error.waits = max(runs_before - job.attempts, 0) + 1
