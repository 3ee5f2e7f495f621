"""The cache that all processes share: a table in PostgreSQL, with values as JSON.

Django's own cache of this kind pickles, and whoever can write to the table could then have any code run here.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection

from betony.kit import clock

_KEPT_FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)
_GET = "select cache_key, value from kit_cache where cache_key = any(%s) and expires > %s"
_SET = """
    insert into kit_cache (cache_key, value, expires) values (%s, %s, %s)
    on conflict (cache_key) do update set value = excluded.value, expires = excluded.expires
"""
_ADD = f"{_SET} where kit_cache.expires <= %s"
_TOUCH = "update kit_cache set expires = %s where cache_key = %s and expires > %s"
_DELETE = "delete from kit_cache where cache_key = %s and expires > %s"
_CLEAR = "delete from kit_cache"
_SWEEP = "delete from kit_cache where expires <= %s"


class JsonCache(BaseCache):
    """Django's cache API. A value that is not JSON raises TypeError; a tuple comes back as a list."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self.get_many([key], version).get(key, default)

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        asked_for = {self.make_and_validate_key(key, version=version): key for key in keys}
        with connection.cursor() as cursor:
            cursor.execute(_GET, [list(asked_for), clock.now()])
            rows = cursor.fetchall()
        found = {}
        for key, text in rows:
            try:
                found[asked_for[key]] = json.loads(text)
            except ValueError:  # what an earlier release kept
                continue
        return found

    def set(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        self._execute(_SET, [self._key(key, version), json.dumps(value), self._until(timeout)])

    def add(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        values = [self._key(key, version), json.dumps(value), self._until(timeout), clock.now()]
        return self._execute(_ADD, values) > 0

    def touch(self, key: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return self._execute(_TOUCH, [self._until(timeout), self._key(key, version), clock.now()]) > 0

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._execute(_DELETE, [self._key(key, version), clock.now()]) > 0

    def clear(self) -> None:
        self._execute(_CLEAR, [])

    def _key(self, key: Any, version: int | None) -> str:
        return str(self.make_and_validate_key(key, version=version))

    def _until(self, timeout: float | None) -> datetime:
        seconds = self.get_backend_timeout(timeout)
        return _KEPT_FOR_EVER if seconds is None else datetime.fromtimestamp(seconds, UTC)

    def _execute(self, statement: str, values: list[Any]) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int(cursor.rowcount)


def sweep() -> None:
    """Delete what is over."""
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP, [clock.now()])
