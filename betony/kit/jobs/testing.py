"""Running queued jobs inside a test, in the test's own transaction."""

import json
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app

from betony.kit.jobs.queue import Job

_NEXT = """
    select id, task_name, args from procrastinate_jobs
     where status = 'todo' and (%s or scheduled_at is null or scheduled_at <= now())
     order by id limit 1
"""


def queued() -> list[tuple[str, dict[str, Any]]]:
    """Return name and arguments of every waiting job, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("select task_name, args from procrastinate_jobs where status = 'todo' order by id")
        return [(str(name), _as_dict(args)) for name, args in cursor.fetchall()]


def run_queued(*, also_later: bool = False, most: int = 500) -> list[str]:
    """Run waiting jobs, and those they queue, until none is left; return their names in order.

    A job that raises, raises here. `also_later` runs those scheduled for later too.
    """
    ran: list[str] = []
    while len(ran) < most:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [also_later])
            row = cursor.fetchone()
            if row is None:
                return ran
            cursor.execute("delete from procrastinate_jobs where id = %s", [row[0]])
        declared_job(str(row[1]))(**_as_dict(row[2]))
        ran.append(str(row[1]))
    raise AssertionError(f"more than {most} jobs: do they queue themselves?")


def declared_job(name: str) -> Job:
    """Return the declared job of this name."""
    app.perform_import_paths()  # type: ignore[no-untyped-call]  # procrastinate's own
    bound = getattr(app.tasks[name].func, "__self__", None)
    assert isinstance(bound, Job), f"{name} is not declared with @jobs.job"
    return bound


def declared_jobs() -> list[Job]:
    """Return every job of the server that is declared with @jobs.job."""
    app.perform_import_paths()  # type: ignore[no-untyped-call]  # procrastinate's own
    bound = [getattr(task.func, "__self__", None) for task in app.tasks.values()]
    return [one for one in bound if isinstance(one, Job)]


def _as_dict(value: Any) -> dict[str, Any]:
    return dict(json.loads(value)) if isinstance(value, str) else dict(value)
