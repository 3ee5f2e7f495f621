"""Declaring a job, queueing it, and what happens around its run."""

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, get_type_hints
from uuid import UUID

import structlog
from django.db import connection, transaction
from procrastinate import JobContext, exceptions, jobs, manager
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from betony.kit import tenancy
from betony.kit.jobs.retrying import GiveUp, NotGivenUp, Retry, RetryLater, note_told_to_wait

log = structlog.get_logger()

# Two queues, each with slots of its own in every worker (worker.py).
ORDINARY = "default"
CALLING_OUT = "calling_out"

# Called in place of another try, with the job's arguments and `reason=`.
FailureHandler = Callable[..., None]

DEFAULT_RETRY = Retry()

# What people wait for is not held up by thousands of things that merely have to be done.
AFTER_ALL_OTHERS = -10
_priorities: dict[str, int] = {}

_AT_WORK_ON = """
    select args->>%s from procrastinate_jobs
     where task_name = %s and status in ('todo', 'doing') and args->>%s = any(%s)
"""


class Job:
    """A declared job. `queue` puts it in the queue within the transaction that is open."""

    def __init__(
        self,
        function: Callable[..., None],
        *,
        name: str,
        retry: Retry,
        on_failure: FailureHandler | None,
        calls_out: bool = False,
        is_background: bool = False,
    ) -> None:
        self.function = function
        self.name = name
        self.retry = retry
        self.on_failure = on_failure
        functools.update_wrapper(self, function)
        self._parameters = inspect.signature(function).parameters
        hints = get_type_hints(function)
        self._ids = {key for key, hint in hints.items() if hint is UUID or hint == UUID | None}
        self.calls_out = calls_out
        where = CALLING_OUT if calls_out else ORDINARY
        _priorities[name] = AFTER_ALL_OTHERS if is_background else 0
        app.task(name=name, queue=where, retry=retry, pass_context=True)(self._run)

    def queue(self, *, once_key: str | None = None, lock: str | None = None, at: datetime | None = None,
              **arguments: Any) -> None:  # fmt: skip
        """Queue a run, in the open transaction.

        `once_key`: silently skipped while a run with the same key waits. `lock`: runs with the same lock
        never run at the same time. `at`: not before this instant. Arguments are ids and short texts.
        """
        queue_by_name(self.name, arguments, once_key=once_key, lock=lock, at=at)

    def at_work_on(self, argument: str, among: Iterable[Any]) -> set[str]:
        """Return, as texts, those of these values of an argument for which a run waits or is under way."""
        with connection.cursor() as cursor:
            cursor.execute(_AT_WORK_ON, [argument, self.name, argument, [str(one) for one in among]])
            return {str(row[0]) for row in cursor.fetchall()}

    def __call__(self, **arguments: Any) -> None:
        """Run the job here and now, as the worker would (tests and commands)."""
        self._run_with_organization(self._read(arguments))

    def _read(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {
            key: UUID(value) if key in self._ids and isinstance(value, str) else value
            for key, value in arguments.items()
            if key in self._parameters
        }

    def _run_with_organization(self, arguments: dict[str, Any]) -> None:
        try:
            with tenancy.working_for(arguments.get("organization_id")):
                self.function(**arguments)
        except GiveUp as error:
            self._give_up(arguments, error)

    def _run(self, context: JobContext, /, **raw: Any) -> None:
        arguments = self._read(raw)
        _release_once_key(context.job)
        try:
            self._run_with_organization(arguments)
        except Exception as error:
            if isinstance(error, RetryLater):
                note_told_to_wait(error, context.job, self.retry)
            log.warning(
                "job_failed", job=self.name, attempt=context.job.attempts + 1, error=type(error).__name__,
                organization_id=str(arguments.get("organization_id", "")),
            )  # fmt: skip
            if self.retry.was_last_try(error, context.job):
                self._give_up(arguments, error)
            raise

    def _give_up(self, arguments: dict[str, Any], error: Exception) -> None:
        if self.on_failure is None:
            return
        reason = error.reason if isinstance(error, RetryLater | GiveUp) else type(error).__name__
        try:
            with tenancy.working_for(arguments.get("organization_id")):
                self.on_failure(reason=reason, **arguments)
        except Exception as trouble:
            # Else what waits would wait for ever, and nobody would be told.
            log.exception("job_not_given_up", job=self.name)
            raise NotGivenUp from trouble


def job(
    name: str,
    *,
    retry: Retry = DEFAULT_RETRY,
    on_failure: FailureHandler | None = None,
    calls_out: bool = False,
    is_background: bool = False,
) -> Callable[[Callable[..., None]], Job]:
    """Declare a function as the job of this name (`module.verb_noun`, unique on the server).

    `calls_out`: it waits for another system that may hang, so it runs beside the others, not among them.
    `is_background`: it runs when none of the others waits.
    """

    def declare(function: Callable[..., None]) -> Job:
        return Job(
            function, name=name, retry=retry, on_failure=on_failure, calls_out=calls_out,
            is_background=is_background,
        )  # fmt: skip

    return declare


def every(cron: str, name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Declare a function to be run on this schedule (cron, UTC), once on all workers together."""

    def declare(function: Callable[[], None]) -> Callable[[], None]:
        def run(timestamp: int) -> None:
            function()

        app.periodic(cron=cron)(app.task(name=name, queueing_lock=name, lock=name)(run))
        return function

    return declare


def queue_by_name(
    name: str,
    arguments: Mapping[str, Any],
    *,
    once_key: str | None = None,
    lock: str | None = None,
    at: datetime | None = None,
) -> None:
    """Queue a job known only by its name; see `Job.queue`."""
    values = {key: str(value) if isinstance(value, UUID) else value for key, value in arguments.items()}
    # Always through Django's own connection, so that a job queued by a job is in that job's transaction too.
    deferrer = jobs.JobDeferrer(
        job_manager=manager.JobManager(DjangoConnector()),
        job=jobs.Job(
            id=None,
            queue=_queue_of(name),
            lock=lock,
            queueing_lock=once_key,
            task_name=name,
            scheduled_at=at,
            priority=_priorities.get(name, 0),
        ),
    )
    try:
        # A taken once_key breaks the statement; the savepoint keeps the caller's transaction whole.
        with transaction.atomic():
            deferrer.defer(**values)
    except exceptions.AlreadyEnqueued:
        log.debug("job_already_queued", job=name)


def _queue_of(name: str) -> str:
    app.perform_import_paths()  # type: ignore[no-untyped-call]  # procrastinate's own
    return app.tasks[name].queue


def _release_once_key(running: jobs.Job) -> None:
    """Let a new run with the same key be queued while this one runs.

    The key is unique among waiting jobs; a failed job that kept it could not go back to waiting when
    another had taken its place.
    """
    if running.queueing_lock is not None:
        with connection.cursor() as cursor:
            cursor.execute("update procrastinate_jobs set queueing_lock = null where id = %s", [running.id])
