"""Sealing again under the newest key what older keys sealed, so that an old key can be put away."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, models, transaction

from betony.kit import secrets_box, tenancy

ROWS_AT_ONCE = 200

_WAITING_JOBS = """
    select id, args from procrastinate_jobs
     where status in ('todo', 'doing') and id > %s and args::text like '%%\\_sealed"%%' order by id limit %s
"""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A table, and which of its texts (or lists of texts) are sealed."""

    model: type[models.Model]
    fields: tuple[str, ...]
    is_of_organizations: bool = True


@dataclass(slots=True)
class Tally:
    """How many secrets were sealed again, and which rows hold one that no key opens."""

    resealed: int = 0
    lost: list[str] = field(default_factory=list)


def reseal_everything(*, tables: Iterable[Sealed], organizations: Iterable[UUID]) -> Tally:
    """Seal again whatever is not sealed under the newest key. What runs beside it is never overwritten."""
    tally, of_every_one = Tally(), list(organizations)
    for table in tables:
        for organization_id in of_every_one if table.is_of_organizations else [None]:
            _in_batches(_transaction_of(organization_id), partial(_rows, table, tally))
    _in_batches(transaction.atomic, partial(_jobs, tally))
    return tally


def _transaction_of(organization_id: UUID | None) -> Callable[[], Any]:
    return transaction.atomic if organization_id is None else lambda: tenancy.organization(organization_id)


def _in_batches(open_transaction: Callable[[], Any], work: Callable[[Any], Any]) -> None:
    """Call `work` with the last key it returned, each time in a transaction of its own, until it has none."""
    after: Any = None
    while True:
        with open_transaction():
            after = work(after)
        if after is None:
            return


def _rows(table: Sealed, tally: Tally, after: Any) -> Any:
    rows = table.model._default_manager.order_by("pk")
    rows = rows.filter(pk__gt=after) if after is not None else rows
    batch = list(rows.values("pk", *table.fields)[:ROWS_AT_ONCE])
    for row in batch:
        where = f"{table.model.__name__} {row['pk']}"
        fresh = {name: _fresh(row[name], where, tally) for name in table.fields}
        changed = {name: value for name, value in fresh.items() if value != row[name]}
        if changed:
            # Only while it is as it was read: a token may be refreshed at this moment.
            unchanged = {name: row[name] for name in changed}
            table.model._default_manager.filter(pk=row["pk"], **unchanged).update(**changed)
    return batch[-1]["pk"] if batch else None


def _jobs(tally: Tally, after: Any) -> Any:
    """Seal again what waiting jobs carry."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING_JOBS, [after or 0, ROWS_AT_ONCE])
        batch = cursor.fetchall()
        for number, found in batch:
            arguments = json.loads(found) if isinstance(found, str) else found
            fresh = {
                name: _fresh(value, f"job {number}", tally) if name.endswith("_sealed") else value
                for name, value in arguments.items()
            }
            if fresh != arguments:
                cursor.execute(
                    "update procrastinate_jobs set args = %s where id = %s", [json.dumps(fresh), number]
                )
    return batch[-1][0] if batch else None


def _fresh(value: Any, where: str, tally: Tally) -> Any:
    """Return the secret, or the list of them, sealed under the newest key; unchanged where no key opens it."""
    if isinstance(value, list):
        return [_fresh(one, where, tally) for one in value]
    if not value or secrets_box.is_newest(value):
        return value
    try:
        fresh = secrets_box.reseal(value)
    except secrets_box.CannotOpen:
        tally.lost.append(where)
        return value
    tally.resealed += 1
    return fresh


def say(tally: Tally) -> Iterator[str]:
    """Yield what was done, in sentences for whoever ran it."""
    yield f"{tally.resealed} secrets were sealed again under the newest key."
    if tally.lost:
        yield "No key of the ring opens what these hold; keep looking for the key they were sealed with:"
        yield from (f"  {where}" for where in dict.fromkeys(tally.lost))
    else:
        yield "Nothing is sealed under an older key. Older keys can be taken off BETONY_KEY_RING."


class ResealCommand(BaseCommand):
    """`reseal` of either server. Can be run at any time, beside the running server, and as often as you like."""

    help = "Seal again under the newest key of BETONY_KEY_RING what older keys sealed."
    tables: ClassVar[tuple[Sealed, ...]]

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal everything again and say so; raise CommandError when something could not be opened."""
        everybody = apps.get_model(settings.BETONY_ORGANIZATION_MODEL)._default_manager
        organizations = everybody.order_by("pk").values_list("pk", flat=True)
        tally = reseal_everything(tables=self.tables, organizations=organizations)
        for sentence in say(tally):
            self.stdout.write(sentence)
        if tally.lost:
            raise CommandError("Some secrets could not be opened.")
