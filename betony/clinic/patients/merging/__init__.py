"""Merging two patients: what happens to this module's own rows. See parts.py for the shape."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from betony.clinic.patients.merging import parts
from betony.clinic.patients.models import ConsentAnswer, PatientTag

FOLLOWS = (parts.Follows(model=PatientTag, what="tags"),)
STAYS: Mapping[str, str] = {
    "ConsentAnswer.patient": "an answer is never changed; reading the kept record reads the merged one's too",
    "Patient.merged_into": "says where a record went; an earlier merge stays a step of its own",
    "PatientMerge.kept": "says what was done",
    "PatientMerge.merged": "says what was done",
}
WORDS: "Mapping[str, Promise | str]" = {
    "tags": ngettext_lazy("%(number)d tag", "%(number)d tags", "number"),
    "consents": ngettext_lazy(
        "%(number)d answer about consent", "%(number)d answers about consent", "number"
    ),
}


def plan(pair: parts.Pair) -> parts.Plan:
    """Tags follow unless both have them; consents are never changed and are read along."""
    both_have = PatientTag.objects.filter(organization_id=pair.organization_id, patient_id=pair.kept_id)
    tags = parts.rows_of(PatientTag, pair).exclude(tag_id__in=both_have.values("tag_id"))
    return parts.Plan(
        changes=(parts.follow(tags, pair, what="tags"),),
        readable={"consents": parts.rows_of(ConsentAnswer, pair).count()},
    )


def cannot_return(pair: parts.Pair, changes: Sequence[parts.Change]) -> Mapping[UUID, str]:
    """Nothing stands in the way of a tag: the merged record gets no others meanwhile."""
    return {}


def also_returns(pair: parts.Pair, changes: Sequence[parts.Change]) -> list[parts.Change]:
    """Nothing says whose a new row is, so it stays with the kept record."""
    return []
