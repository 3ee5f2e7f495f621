"""Work that outlives the request: queued in the transaction that caused it, done by a worker.

Built on procrastinate (a job queue in PostgreSQL).
"""

from betony.kit.jobs.queue import Job, every, job
from betony.kit.jobs.retrying import GiveUp, Retry, RetryLater

__all__ = ["GiveUp", "Job", "Retry", "RetryLater", "every", "job"]
