"""Merging two patients: every row of a health record follows, the past and the mistaken ones too."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from betony.clinic.health_record.models import Allergy, Condition, MedicationStatement
from betony.clinic.patients.merging import parts

FOLLOWS = (
    parts.Follows(model=Allergy, what="allergies"),
    parts.Follows(model=MedicationStatement, what="taken"),
    parts.Follows(model=Condition, what="conditions"),
)
STAYS: Mapping[str, str] = {}
WORDS: "Mapping[str, Promise | str]" = {
    "allergies": ngettext_lazy("%(number)d allergy", "%(number)d allergies", "number"),
    "taken": ngettext_lazy(
        "%(number)d medication or supplement", "%(number)d medications or supplements", "number"
    ),
    "conditions": ngettext_lazy("%(number)d condition", "%(number)d conditions", "number"),
}


def plan(pair: parts.Pair) -> parts.Plan:
    """Everything follows as it is; the same substance in both records stands there twice, never once too few."""
    return parts.Plan(
        changes=tuple(parts.follow(parts.rows_of(one.model, pair), pair, what=one.what) for one in FOLLOWS)
    )


def cannot_return(pair: parts.Pair, changes: Sequence[parts.Change]) -> Mapping[UUID, str]:
    """Nothing stands in the way: rows of a health record are never deleted, and none excludes another."""
    return {}


def also_returns(pair: parts.Pair, changes: Sequence[parts.Change]) -> list[parts.Change]:
    """Nothing says whose a new row is, so it stays with the kept record."""
    return []
