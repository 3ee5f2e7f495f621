"""What a module says about its rows when two patients are merged: values, and the shape of its `merging.py`.

A module with a reference to Patient has a `merging.py` (or, here, `merging/`) that is a `Part`. The workflow asks
every part what would change, shows it, and carries it out; nothing is written here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The two records of a merge: `merged` goes into `kept`.

    `locks`: rows are locked as they are read, because they are about to change.
    """

    organization_id: UUID
    kept_id: UUID
    merged_id: UUID
    locks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Rows of one table whose columns the merge changes in the same way, as (before, after).

    `what` is a key of the part's WORDS, by which people read how many moved; empty for what goes along unsaid.
    """

    model: type[Model]
    ids: tuple[UUID, ...]
    columns: Mapping[str, tuple[Any, Any]]
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a merge would do to a module's rows.

    `readable`: rows that never change and so stay where they are, shown with the kept record, by key of WORDS.
    `remarks`: what somebody should know before, in sentences.
    """

    changes: tuple[Change, ...] = ()
    readable: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """A table whose rows follow their `patient`, and the key of WORDS for one of them."""

    model: type[Model]
    what: str


class Part(Protocol):
    """A module's `merging.py`."""

    @property
    def FOLLOWS(self) -> tuple[Follows, ...]: ...  # noqa: N802
    # References to Patient that do not follow, as "Model.field", with the reason.
    @property
    def STAYS(self) -> Mapping[str, str]: ...  # noqa: N802
    # How many of what, as people read it: lazy plurals of `number`.
    @property
    def WORDS(self) -> "Mapping[str, Promise | str]": ...  # noqa: N802

    def plan(self, pair: Pair) -> Plan:
        """Return what the merge would change; as many queries however many rows."""

    def cannot_return(self, pair: Pair, changes: Sequence[Change]) -> Mapping[UUID, str]:
        """Return this part's rows that an undo must leave as they are now, each with the reason."""

    def also_returns(self, pair: Pair, changes: Sequence[Change]) -> list[Change]:
        """Return what came since the merge and belongs to the merged record beyond doubt."""


def rows_of(model: type[Model], pair: Pair, *, column: str = "patient_id") -> "QuerySet[Any]":
    """Return the merged record's rows of a table: all of them, also those that pages leave out of sight."""
    mine = {"organization_id": pair.organization_id, column: pair.merged_id}
    return model._base_manager.filter(**mine)


def follow(rows: "QuerySet[Any]", pair: Pair, *, what: str, **also: tuple[Any, Any]) -> Change:
    """Return the change by which these rows of the merged record follow it, with other columns if need be."""
    columns = {"patient_id": (pair.merged_id, pair.kept_id), **also}
    return Change(model=rows.model, ids=ids_of(rows, pair), columns=columns, what=what)


def ids_of(rows: "QuerySet[Any]", pair: Pair) -> tuple[UUID, ...]:
    """Return the rows' ids in order, locked when the pair says so."""
    rows = rows.order_by("pk")
    if pair.locks:
        rows = rows.select_for_update(of=("self",))
    return tuple(rows.values_list("pk", flat=True))
