"""One migrated database per test process, copied from a template migrated once per state of the code."""

import contextlib
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from django import apps, db
from django.core import management
from psycopg import sql

from betony.cli import home
from betony.cli.postgres import bootstrap

COMPLETE = "betony: complete"
PATIENCE_SECONDS = 5.0
# Besides the migrations themselves, what they call decides what they make.
CODE_BEHIND_MIGRATIONS = (
    "betony/kit/tenancy",
    "betony/kit/audit",
    "betony/cli/postgres",
    "requirements/base.txt",
)


class TestDatabase:
    """The database of one test process, reached by the aliases `default` and `migration`."""

    __test__ = False

    def __init__(self, server: str, process: str, migration_url: str) -> None:
        self._server = server
        self._maintenance = psycopg.connect(migration_url, autocommit=True)
        # Waiting for another session's template can take as long as its migrations do.
        self._maintenance.execute("SET lock_timeout = 0")
        self._name = self._claim_name(f"test_{server}_{process}")
        self._template = f"test_template_{server}_{fingerprint_of_migrations()}"
        self._roles = bootstrap.RoleNames(
            application=db.connections["default"].settings_dict["USER"],
            migration=db.connections["migration"].settings_dict["USER"],
        )

    def create(self) -> None:
        """Copy the template to a fresh database and point Django's connections at it."""
        with self._alone():
            self._ensure_template()
            self._copy_template()
        for alias in ("default", "migration"):
            _point(alias, self._name)

    def restore(self) -> None:
        """Throw away everything tests committed: the next test finds the database as migrated."""
        for alias in db.connections:
            _close(alias)
        with self._alone():
            self._copy_template()

    def drop(self) -> None:
        """Remove the database; the template stays for the next session."""
        for alias in db.connections:
            _close(alias)
        self._drop(self._name)
        self._maintenance.close()

    def _claim_name(self, wanted: str) -> str:
        """Return a name no other running session uses, held until our connection ends."""
        for number in range(100):
            name = wanted if number == 0 else f"{wanted}_{number}"
            row = self._maintenance.execute(
                "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name]
            ).fetchone()
            if row is not None and row[0]:
                return name
        raise RuntimeError(f"A hundred sessions hold {wanted}.")

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other sessions from making, copying or removing templates of this server."""
        lock = [f"test templates of {self._server}"]
        self._maintenance.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", lock)
        try:
            yield
        finally:
            self._maintenance.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", lock)

    def _ensure_template(self) -> None:
        others = self._maintenance.execute(
            "SELECT datname, shobj_description(oid, 'pg_database')"
            " FROM pg_database WHERE starts_with(datname, %s)",
            [f"test_template_{self._server}_"],
        ).fetchall()
        if (self._template, COMPLETE) in others:
            return
        for name, _comment in others:
            self._drop(name)
        self._maintenance.execute(bootstrap.database_statement(self._template, self._roles.migration))
        _point("migration", self._template)
        with db.connections["migration"].cursor() as cursor:
            prepared = [*bootstrap.extension_statements(), *bootstrap.schema_statements(self._roles)]
            for statement in prepared:
                cursor.execute(statement)
        management.call_command("migrate", database="migration", interactive=False, verbosity=0)
        _close("migration")
        self._maintenance.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(self._template), sql.Literal(COMPLETE)
            )
        )

    def _copy_template(self) -> None:
        self._drop(self._name)
        self._maintenance.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(self._name),
                sql.Identifier(self._roles.migration),
                sql.Identifier(self._template),
            )
        )
        for statement in bootstrap.database_privilege_statements(self._name, self._roles):
            self._maintenance.execute(statement)

    def _drop(self, name: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self._maintenance.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )
            except (psycopg.errors.ObjectInUse, psycopg.errors.InsufficientPrivilege):
                # A server that is not ours does not let us end another role's connections.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return


def fingerprint_of_migrations() -> str:
    """Return a short hash of everything that decides what the migrated database looks like."""
    digest = hashlib.sha256()
    folders = [Path(config.path) / "migrations" for config in apps.apps.get_app_configs()]
    folders += [home.checkout() / part for part in CODE_BEHIND_MIGRATIONS]
    for folder in folders:
        files = [folder] if folder.is_file() else sorted([*folder.rglob("*.py"), *folder.rglob("*.sql")])
        for file in files:
            digest.update(f"{file}\n".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _point(alias: str, name: str) -> None:
    _close(alias)
    db.connections[alias].settings_dict["NAME"] = name


def _close(alias: str) -> None:
    connection = db.connections[alias]
    connection.close()
    close_pool = getattr(connection, "close_pool", None)
    if close_pool is not None:
        close_pool()
