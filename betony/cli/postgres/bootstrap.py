"""The statements that turn an empty PostgreSQL into one Betony's migrations can start from.

The same statements are run on the embedded server and printed for the administrator of another one.
"""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from betony.cli.postgres.servers import Server

EXTENSIONS = ("btree_gist", "citext", "pg_trgm", "unaccent")
APPLICATION_LIMITS = {
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}
MIGRATION_LIMITS = {"lock_timeout": "10s"}


@dataclass(frozen=True)
class RoleNames:
    """Who may do what in one server's database."""

    application: str
    migration: str


def role_names(server: Server) -> RoleNames:
    """Return the role names a server has by default."""
    return RoleNames(application=server.application_role, migration=server.migration_role)


def role_statements(role: str, password: sql.Composable, limits: dict[str, str]) -> list[sql.Composed]:
    """Return what creates a role that can log in, owns nothing yet and obeys row-level security."""
    create = sql.SQL(
        "CREATE ROLE {role} LOGIN PASSWORD {password}"
        " NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    )
    settings = [
        sql.SQL("ALTER ROLE {role} SET {name} = {value}").format(
            role=sql.Identifier(role), name=sql.Identifier(name), value=sql.Literal(value)
        )
        for name, value in limits.items()
    ]
    return [create.format(role=sql.Identifier(role), password=password), *settings]


def database_statement(database: str, owner: str) -> sql.Composed:
    """Return what creates an empty database for a role."""
    return sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
        sql.Identifier(database), sql.Identifier(owner)
    )


def extension_statements() -> list[sql.Composed]:
    """Return what adds the extensions the migrations use."""
    return [sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name)) for name in EXTENSIONS]


def database_privilege_statements(database: str, roles: RoleNames) -> list[sql.Composed]:
    """Return what lets only the two roles into a database."""
    statements = (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {database} TO {application}",
    )
    words = {"database": sql.Identifier(database), "application": sql.Identifier(roles.application)}
    return [sql.SQL(statement).format(**words) for statement in statements]


def schema_statements(roles: RoleNames) -> list[sql.Composed]:
    """Return what lets the application work with the objects the migration role will make.

    The application reads and writes rows. It never truncates, and creates nothing, not even temporary
    tables: what else it may do to a table is decided by that table's migration.
    """
    statements = (
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT ALL ON SCHEMA public TO {migration}",
        "GRANT USAGE ON SCHEMA public TO {application}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {migration} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    )
    words = {"application": sql.Identifier(roles.application), "migration": sql.Identifier(roles.migration)}
    inside = [sql.SQL(statement).format(**words) for statement in statements]
    return [*inside, *default_privilege_statements(roles)]


def default_privilege_statements(roles: RoleNames, *, take_back: bool = False) -> list[sql.Composed]:
    """Return what gives the application its rights to every object the migration role makes, or takes them back."""
    rights = (
        "SELECT, INSERT, UPDATE, DELETE ON TABLES",
        "USAGE, SELECT ON SEQUENCES",
        "EXECUTE ON FUNCTIONS",
    )
    change = "REVOKE {rights} FROM {application}" if take_back else "GRANT {rights} TO {application}"
    statement = f"ALTER DEFAULT PRIVILEGES FOR ROLE {{migration}} IN SCHEMA public {change}"
    return [
        sql.SQL(statement).format(
            rights=sql.SQL(right), application=sql.Identifier(roles.application),
            migration=sql.Identifier(roles.migration),
        )
        for right in rights
    ]  # fmt: skip


def set_up(connection: psycopg.Connection, server: Server, passwords: dict[str, str]) -> None:
    """Create a server's missing roles and database; the connection is a superuser's, in autocommit."""
    limits = {server.application_role: APPLICATION_LIMITS, server.migration_role: MIGRATION_LIMITS}
    for role, settings in limits.items():
        if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
            with connection.transaction():
                for statement in role_statements(role, sql.Literal(passwords[role]), settings):
                    connection.execute(statement)
    if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", server.database):
        connection.execute(database_statement(server.database, server.migration_role))


def allow_test_databases(connection: psycopg.Connection, server: Server) -> None:
    """Let the migration role create databases, and end connections to them, as test sessions do."""
    role = sql.Identifier(server.migration_role)
    connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(role))
    connection.execute(sql.SQL("GRANT pg_signal_backend TO {}").format(role))


def set_up_database(connection: psycopg.Connection, server: Server) -> None:
    """Add extensions and privileges; the connection is a superuser's to the server's own database."""
    with connection.transaction():
        for statement in _statements_inside(server):
            connection.execute(statement)


def script(server: Server) -> str:
    """Return the psql script an administrator runs once on a PostgreSQL of their own."""
    application = role_statements(
        server.application_role, sql.SQL(":'application_password'"), APPLICATION_LIMITS
    )
    migration = role_statements(server.migration_role, sql.SQL(":'migration_password'"), MIGRATION_LIMITS)
    lines = [
        f"-- Run once as a superuser of PostgreSQL 15 or newer, for Betony's {server.name}:",
        "--   psql -v application_password=SECRET -v migration_password=OTHER-SECRET -f THIS-FILE postgres",
        "\\set ON_ERROR_STOP on",
        *_text(application),
        *_text(migration),
        *_text([database_statement(server.database, server.migration_role)]),
        f"\\connect {server.database}",
        *_text(_statements_inside(server)),
        f"-- Then set {server.application_variable} and {server.migration_variable}.",
    ]
    return "\n".join(lines) + "\n"


def _statements_inside(server: Server) -> list[sql.Composed]:
    roles = role_names(server)
    privileges = [*database_privilege_statements(server.database, roles), *schema_statements(roles)]
    return [*extension_statements(), *privileges]


def _text(statements: list[sql.Composed]) -> list[str]:
    return [f"{statement.as_string()};" for statement in statements]


def _exists(connection: psycopg.Connection, query: str, name: str) -> bool:
    return connection.execute(query.encode(), [name]).fetchone() is not None
