"""What stands in a database: for every table how many rows, and a sum that another row would change."""

import json
from dataclasses import asdict, dataclass
from typing import Any

import psycopg
from psycopg import sql

from betony.cli.errors import CannotContinueError

FORMAT = 1
# What is over when it is restored: everybody signs in again, and limits count anew.
LEFT_EMPTY = ("django_session", "kit_cache", "kit_rate_limits_counter")
# How values are written decides the sums, so it is the same wherever they are taken.
_WRITING = (
    "SET LOCAL timezone = 'UTC'", "SET LOCAL datestyle = 'ISO, YMD'", "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'", "SET LOCAL extra_float_digits = 1",
)  # fmt: skip
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
# 60 bits of each row's hash, added up: the order of the rows does not matter.
_SUM = (
    "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0)::text"
    " FROM public.{table} t"
)


@dataclass(frozen=True, slots=True)
class Table:
    """How many rows a table has, and the sum over what stands in them."""

    rows: int
    sum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a backup begins with: whose it is, as of when, and what stands in every table."""

    server: str
    taken_at: str
    tables: dict[str, Table]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    def line(self) -> bytes:
        """Return it as one line of JSON."""
        return json.dumps({"format": FORMAT, **asdict(self)}).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> "Contents":
        """Read the line. Raises CannotContinueError when it is none of ours."""
        try:
            found: dict[str, Any] = json.loads(line)
            if found["format"] != FORMAT:
                raise CannotContinueError("The backup was made by a newer Betony: restore it with that one.")
            tables = {name: Table(**table) for name, table in found["tables"].items()}
            return cls(server=found["server"], taken_at=found["taken_at"], tables=tables)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CannotContinueError("This is no backup of Betony.") from error


def table_names(connection: psycopg.Connection) -> list[str]:
    """Return the names of Betony's tables in this database."""
    return [row[0] for row in connection.execute(_TABLES).fetchall()]


def take(connection: psycopg.Connection, server: str) -> Contents:
    """Return what stands in the database, as the open transaction sees it; what is left empty is not looked at."""
    for statement in _WRITING:
        connection.execute(statement.encode())
    tables = {}
    for name in table_names(connection):
        if name not in LEFT_EMPTY:
            rows, total = _one(connection, sql.SQL(_SUM).format(table=sql.Identifier(name)))
            tables[name] = Table(rows, total)
    (taken_at,) = _one(connection, sql.SQL("SELECT to_char(now(), 'YYYY-MM-DD HH24:MI:SS \"UTC\"')"))
    return Contents(server=server, taken_at=taken_at, tables=tables)


def differences(before: Contents, after: Contents) -> list[str]:
    """Return the tables that are not as they were, by name."""
    names = before.tables.keys() | after.tables.keys()
    return sorted(name for name in names if before.tables.get(name) != after.tables.get(name))


def _one(connection: psycopg.Connection, query: sql.SQL | sql.Composed) -> tuple[Any, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always has one
    return tuple(row)
