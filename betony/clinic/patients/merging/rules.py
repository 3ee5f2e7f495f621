"""Rules of merging two patients. Pure: no database, clock or network."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

UNDO_LASTS = datetime.timedelta(days=30)
REFUSED, AGREED = "refused", "agreed"


class Choice(Enum):
    """Which value stays in the kept record."""

    KEPT = "kept"
    MERGED = "merged"
    BOTH = "both"


class Caution(Enum):
    """What speaks against one person, or should be looked at before."""

    BIRTH_DATES_DIFFER = "birth_dates_differ"
    SEXES_DIFFER = "sexes_differ"
    NAMES_DIFFER = "names_differ"
    ONE_DECEASED = "one_deceased"
    ONE_INACTIVE = "one_inactive"
    EMAIL_SHARED = "email_shared"


# These say that the two may be different people: somebody must say that they are not.
GRAVE = frozenset(
    {Caution.BIRTH_DATES_DIFFER, Caution.SEXES_DIFFER, Caution.NAMES_DIFFER, Caution.ONE_DECEASED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What warnings are drawn from."""

    born: datetime.date
    sex: str
    is_deceased: bool
    is_active: bool


def warnings(kept: Facts, merged: Facts, *, names_agree: bool, shares_email: bool) -> list[Caution]:
    """Return what to say before these two are merged, the gravest first."""
    told = {
        Caution.BIRTH_DATES_DIFFER: kept.born != merged.born,
        Caution.SEXES_DIFFER: kept.sex != merged.sex and "unknown" not in (kept.sex, merged.sex),
        Caution.NAMES_DIFFER: not names_agree,
        Caution.ONE_DECEASED: kept.is_deceased != merged.is_deceased,
        Caution.ONE_INACTIVE: kept.is_active != merged.is_active,
        Caution.EMAIL_SHARED: shares_email,
    }
    return [warning for warning, holds in told.items() if holds]


def asks_whether_one_person(told: Sequence[Caution]) -> bool:
    """Tell whether somebody must say that both records are about one person."""
    return bool(GRAVE & set(told))


def proposed(kind: str, kept: Sequence[object], merged: Sequence[object]) -> Choice:
    """Return which value to propose, given the columns of a field in both records.

    A value beats none, a refusal beats an agreement, active beats inactive, notes stay both; else the kept
    record's own.
    """
    if kind == "consent":
        order = (REFUSED, AGREED)
        ranks = [order.index(one[0]) if one[0] in order else len(order) for one in (kept, merged)]
        return Choice.MERGED if ranks[1] < ranks[0] else Choice.KEPT
    if kind == "active":
        return Choice.MERGED if not kept[0] else Choice.KEPT
    if is_empty(kept):
        return Choice.MERGED
    return Choice.BOTH if kind == "text" and not is_empty(merged) else Choice.KEPT


def is_empty(values: Sequence[object]) -> bool:
    """Tell whether nothing is known here."""
    return all(value in ("", None, "unknown", "not_asked", False) for value in values)


def may_be_undone(*, merged_at: datetime.datetime, now: datetime.datetime) -> bool:
    """Tell whether a merge is young enough to be undone."""
    return now - merged_at < UNDO_LASTS
