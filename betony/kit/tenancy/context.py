"""The organization of this transaction: the one place that tells PostgreSQL whose rows may be seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connection, transaction

_working_for: ContextVar[UUID | None] = ContextVar("betony_working_for", default=None)
_in_database: ContextVar[UUID | None] = ContextVar("betony_in_database", default=None)


class NoOrganization(Exception):
    """Something that belongs to an organization was asked for before one was known."""


def current() -> UUID:
    """Return the organization being worked for; raise NoOrganization when none is set."""
    organization_id = _working_for.get()
    if organization_id is None:
        raise NoOrganization("No organization is set here.")
    return organization_id


@contextmanager
def working_for(organization_id: UUID | None) -> Iterator[None]:
    """Remember the organization without opening a transaction (jobs, and views that call the network)."""
    token = _working_for.set(organization_id)
    try:
        yield
    finally:
        _working_for.reset(token)


@contextmanager
def organization(organization_id: UUID | None = None) -> Iterator[UUID]:
    """Open a transaction in which row-level security shows this organization's rows, and only those.

    Without an argument the organization being worked for is taken. Nests: the outer organization is back
    when the inner block ends. Raises NoOrganization when there is none.
    """
    chosen = organization_id or current()
    is_inner = connection.in_atomic_block
    outer = _in_database.get() if is_inner else None
    with working_for(chosen), transaction.atomic():
        if chosen != outer:
            _tell_database(chosen)
        token = _in_database.set(chosen)
        try:
            yield chosen
        finally:
            _in_database.reset(token)
        # A released savepoint keeps its settings, so the outer block's must be put back by hand; the end of
        # the transaction, and after an error the rollback, do it by themselves.
        if is_inner and chosen != outer:
            _tell_database(outer)


@contextmanager
def reading(organization_id: UUID) -> Iterator[None]:
    """Read this organization's rows in the transaction that shows them already, else in one of its own.

    For what every page asks beside its own subject: within a view's transaction it costs no statement.
    """
    if connection.in_atomic_block and _in_database.get() == organization_id:
        yield
        return
    with organization(organization_id):
        yield


def _tell_database(organization_id: UUID | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('betony.organization', %s, true)",
            [str(organization_id) if organization_id else ""],
        )
