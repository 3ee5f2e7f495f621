"""Work that outlives the request: queued in the transaction that caused it, done by a worker.

Built on procrastinate (a job queue in PostgreSQL).
"""

from betony.kit.jobs.queue import Job, Retry, RetryLater, every, job

__all__ = ["Job", "Retry", "RetryLater", "every", "job"]
