"""What the pages of merging say."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from betony.clinic.patients.merging import fields, rules
from betony.clinic.patients.merging.rules import Caution, Choice
from betony.clinic.patients.models import Patient, PatientMerge
from betony.clinic.workflows.merge_patients import WORDS, Preview
from betony.kit import clock
from betony.kit.ui import words


@dataclass(frozen=True, slots=True)
class Option:
    """One value that can stay, and whose it is."""

    value: str
    text: str
    whose: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A field in which the two records differ."""

    key: str
    label: str
    options: list[Option]
    is_open: bool


def questions(shown: Preview, chosen: Mapping[str, Choice]) -> list[Question]:
    """Return the fields to decide about, each with what is chosen or else proposed."""
    return [_question(shown, one, chosen.get(one.field.key, one.proposed)) for one in shown.differences]


def _question(shown: Preview, one: fields.Difference, chosen: Choice) -> Question:
    people = {Choice.KEPT: shown.kept, Choice.MERGED: shown.merged}
    options = [
        Option(
            value=choice.value,
            text=value_of(people[choice], one.field) if choice in people else _("Both, one after the other"),
            whose=people[choice].full_name if choice in people else "",
            is_chosen=choice is chosen,
        )
        for choice in one.choices
    ]
    return Question(one.field.key, one.label, options, is_open=one.is_open)


def value_of(patient: Patient, field: fields.Field) -> str:
    """Return what stands in a field, as people read it."""
    value = getattr(patient, field.columns[0])
    if isinstance(value, datetime.date):
        return words.date_in_words(value)
    return fields.in_words(patient, field) or _("empty")


def cautions(shown: Preview) -> list[str]:
    """Return the warnings in sentences, the gravest first."""
    said = {
        Caution.BIRTH_DATES_DIFFER: _("Different dates of birth: %(kept)s and %(merged)s."),
        Caution.SEXES_DIFFER: _("Different sexes: %(kept)s and %(merged)s."),
        Caution.NAMES_DIFFER: _("The names do not look alike: %(kept)s and %(merged)s."),
        Caution.ONE_DECEASED: _("Only %(one)s is recorded as deceased."),
        Caution.ONE_INACTIVE: _("Only %(one)s is inactive."),
        Caution.EMAIL_SHARED: _(
            "Others here share one of these emails: %(names)s. Is one of them the right person instead?"
        ),
    }
    return [said[one] % _values(shown, one) for one in shown.warnings]


def _values(shown: Preview, caution: Caution) -> dict[str, str]:
    kept, merged = shown.kept, shown.merged
    if caution is Caution.BIRTH_DATES_DIFFER:
        return {
            "kept": words.date_in_words(kept.date_of_birth), "merged": words.date_in_words(merged.date_of_birth)
        }  # fmt: skip
    if caution is Caution.SEXES_DIFFER:
        return {"kept": str(kept.get_sex_display()), "merged": str(merged.get_sex_display())}
    if caution is Caution.NAMES_DIFFER:
        return {"kept": kept.full_name, "merged": merged.full_name}
    if caution is Caution.ONE_DECEASED:
        return {"one": (kept if kept.is_deceased else merged).full_name}
    if caution is Caution.ONE_INACTIVE:
        return {"one": (merged if kept.is_active else kept).full_name}
    return {"names": ", ".join(one.full_name for one in shown.sharing_email)}


def counted(found: Mapping[str, int]) -> list[str]:
    """Return how many of what, in words: 3 allergies."""
    return [str(WORDS[what] % {"number": number}) for what, number in found.items()]


def until(merge: PatientMerge) -> datetime.date:
    """Return the last whole day on which a merge can be undone, in the time zone that is active."""
    return timezone.localtime(merge.merged_at + rules.UNDO_LASTS).date() - datetime.timedelta(days=1)


def rows(merges: list[PatientMerge], *, may_undo: bool) -> list[dict[str, Any]]:
    """Return merges as a list shows them."""
    now = clock.now()
    return [
        {
            "record": one,
            "until": until(one),
            "can_undo": may_undo
            and one.undone_at is None
            and rules.may_be_undone(merged_at=one.merged_at, now=now),
        }
        for one in merges
    ]
