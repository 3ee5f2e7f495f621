"""What many tests begin with is built once in a process; later tests get its rows back in one statement."""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import time_machine
from django.apps import apps
from django.db import connection
from psycopg import sql

from betony.kit import tenancy

World = TypeVar("World")
# A world that is older is built again, so that what happened in it is still recent.
LONGEST_AGE_SECONDS = 60.0
JOBS = "procrastinate_jobs"


@dataclass(frozen=True)
class _Kept:
    value: Any
    statement: sql.Composable | None
    built_at: float


class Worlds:
    """The worlds this process has built, each the rows of one organization and the value that names them."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def forget(self) -> None:
        """Build every world anew from now on: numbers the database gave may be given again."""
        self._kept.clear()

    def remember(
        self, name: str, build: Callable[[], World], *, organization: Callable[[World], UUID]
    ) -> World:
        """Return a copy of what `build` made, with its rows in the open transaction.

        `build` works in one organization, `organization(value)`, and is called in an empty database.
        """
        kept = self._kept.get(name)
        if time_machine.escape_hatch.is_travelling():
            return build()
        if kept is None or time.monotonic() - kept.built_at > LONGEST_AGE_SECONDS:
            value = self._build(name, build, organization)
        else:
            value = copy.deepcopy(kept.value)
            if kept.statement is not None:
                with tenancy.organization(organization(value)), connection.cursor() as cursor:
                    cursor.execute(kept.statement)
        return value

    def _build(self, name: str, build: Callable[[], World], organization: Callable[[World], UUID]) -> World:
        before = _rows()
        value = build()
        with tenancy.organization(organization(value)):
            after = _rows()
        added = {table: [row for row in rows if row not in before[table]] for table, rows in after.items()}
        statement = _insertion({table: rows for table, rows in added.items() if rows})
        self._kept[name] = _Kept(copy.deepcopy(value), statement, time.monotonic())
        return value


def _tables() -> list[str]:
    models = apps.get_models(include_auto_created=True)
    return sorted({model._meta.db_table for model in models if model._meta.managed} | {JOBS})


def _rows() -> dict[str, list[str]]:
    """Return the rows that may be seen now, as JSON, by table."""
    statement = sql.SQL(" union all ").join(
        sql.SQL("select {}, row_to_json(t)::text from {} t").format(sql.Literal(table), sql.Identifier(table))
        for table in _tables()
    )
    found: dict[str, list[str]] = {table: [] for table in _tables()}
    with connection.cursor() as cursor:
        cursor.execute(statement)
        for table, row in cursor.fetchall():
            found[table].append(row)
    return found


def _insertion(rows: dict[str, list[str]]) -> sql.Composable | None:
    """Return one statement for all tables, so that their references are looked at when all rows are there."""
    if not rows:
        return None
    columns = _columns()
    parts = [
        sql.SQL("{} as (insert into {} ({columns}) overriding system value"
                " select {columns} from json_populate_recordset(null::{}, {}))").format(
            sql.Identifier(f"put_{number}"), sql.Identifier(table), sql.Identifier(table),
            sql.Literal(f"[{','.join(rows[table])}]"),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns[table])),
        )
        for number, table in enumerate(rows)
    ]  # fmt: skip
    return sql.SQL("with {} select 1").format(sql.SQL(", ").join(parts))


def _columns() -> dict[str, list[str]]:
    """Return the columns of each table that a row is stored with."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name from information_schema.columns"
            " where table_schema = current_schema() and is_generated = 'NEVER' order by ordinal_position"
        )
        for table, column in cursor.fetchall():
            found.setdefault(table, []).append(column)
    return found
