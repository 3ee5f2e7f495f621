"""What a merge changed, as it is stored: enough to put every row back as it was."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.apps import apps

from betony.clinic.patients.merging.parts import Change

VERSION = 1


def write(changes: Sequence[Change]) -> dict[str, Any]:
    """Return the changes as JSON, in the order in which they were made."""
    rows = [
        {
            "table": change.model._meta.label_lower,
            "what": change.what,
            "ids": [str(one) for one in change.ids],
            "columns": {name: [_plain(was), _plain(now)] for name, (was, now) in change.columns.items()},
        }
        for change in changes
    ]
    return {"version": VERSION, "changes": rows}


def read(stored: Mapping[str, Any]) -> list[Change]:
    """Return the changes of a stored manifest, values as the columns hold them."""
    return [_read(row) for row in stored["changes"]]


def had(stored: Mapping[str, Any]) -> set[UUID]:
    """Return the rows that the kept record had before the merge."""
    return {UUID(one) for one in stored["had"]}


def _read(row: Mapping[str, Any]) -> Change:
    model = apps.get_model(row["table"])
    columns = {}
    for name, (was, now) in row["columns"].items():
        field = model._meta.get_field(name.removesuffix("_id"))
        columns[name] = (_value(field, was), _value(field, now))
    return Change(
        model=model, ids=tuple(UUID(one) for one in row["ids"]), columns=columns, what=str(row["what"])
    )


def _value(field: Any, stored: Any) -> Any:
    return None if stored is None else field.to_python(stored)


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it without losing anything of it."""
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
