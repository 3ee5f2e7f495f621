"""`/healthz` (the process is up) and `/readyz` (it can do its work), for both servers."""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from betony.kit import routes
from betony.kit.jobs import depth, stalled

_migrations_are_applied = False


@routes.public
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer that the process is up."""
    return JsonResponse({"status": "ok"})


@routes.public
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer for each part whether it works, and how the queue stands; 503 when one does not."""
    checks: dict[str, Callable[[], bool]] = {
        "database": _database, "migrations": _migrations, "worker": _worker
    }  # fmt: skip
    parts: dict[str, object] = {}
    for name, check in checks.items():
        try:
            parts[name] = "ok" if check() else "failing"
        except DatabaseError:
            parts[name] = "failing"
    is_ready = all(value == "ok" for value in parts.values())
    body = {"status": "ok" if is_ready else "failing", **parts}
    if parts["database"] == "ok" and parts["migrations"] == "ok":
        body["queue"] = depth.measure()
    return JsonResponse(body, status=200 if is_ready else 503)


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
        return bool(cursor.fetchone() == (1,))


def _migrations() -> bool:
    global _migrations_are_applied  # noqa: PLW0603  (once applied, they stay applied for this process)
    if not _migrations_are_applied:
        executor = MigrationExecutor(connection)
        _migrations_are_applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrations_are_applied


def _worker() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from procrastinate_workers where last_heartbeat > now() - %s * interval '1 second'",
            [stalled.SECONDS_WITHOUT_HEARTBEAT],
        )
        row = cursor.fetchone()
    return row is not None and row[0] > 0
