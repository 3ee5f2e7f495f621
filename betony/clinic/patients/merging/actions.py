"""Carrying out a merge, and taking it back: each one transaction and one audit event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Field, ForeignKey, Model, Value, When

from betony.clinic.patients import access, events
from betony.clinic.patients.merging import manifest, queries, rules
from betony.clinic.patients.merging.parts import Change
from betony.clinic.patients.models import Patient, PatientMerge
from betony.kit import clock
from betony.kit import events as kit_events
from betony.kit.actor import Actor, NotPermitted
from betony.kit.audit import trail

NEEDS = "patients.merge"


class AlreadyMerged(Exception):
    """These two are merged already, by this merge: another click, tab or person was first."""

    def __init__(self, merge: PatientMerge) -> None:
        super().__init__(str(merge.pk))
        self.merge = merge


class MergedElsewhere(Exception):
    """One of the two was merged into another record meanwhile, so this pair is none any more."""

    def __init__(self, patient: Patient) -> None:
        super().__init__(str(patient.pk))
        self.patient = patient


class SeenOtherwise(Exception):
    """One of the two was changed since the preview was drawn; nothing was done."""


class DiedBeforeBirth(Exception):
    """The chosen date of death lies before the chosen date of birth."""


class UndoneAlready(Exception):
    """The merge was undone before."""


class TooLate(Exception):
    """More than thirty days have passed."""


class UndoOtherFirst(Exception):
    """A later merge stands on this one and must be undone first."""

    def __init__(self, merge: PatientMerge) -> None:
        super().__init__(str(merge.pk))
        self.merge = merge


@dataclass(slots=True)
class Returned:
    """What an undo put back, and what stays with the kept record because it was changed since."""

    rows: list[Change] = dataclass_field(default_factory=list)
    staying: list[Change] = dataclass_field(default_factory=list)

    def all(self) -> list[Change]:
        return [*self.rows, *self.staying]


def lock_pair(*, by: Actor, kept_id: UUID, merged_id: UUID) -> tuple[Patient, Patient]:
    """Return the kept and the merged patient, both locked until the transaction ends.

    Raises NotPermitted for the unknown and the forbidden alike.
    """
    if kept_id == merged_id:
        raise NotPermitted(NEEDS)
    found = access.patients_for_change(by=by, patient_ids=[kept_id, merged_id], needs=NEEDS)
    return found[kept_id], found[merged_id]


def check_stand(kept: Patient, merged: Patient) -> None:
    """Pass when neither of the two was merged before. Raises AlreadyMerged, MergedElsewhere."""
    done = queries.live_merge_of(merged) if merged.merged_into_id == kept.pk else None
    if done is not None:
        raise AlreadyMerged(done)
    for one in (merged, kept):
        if one.is_merged:
            raise MergedElsewhere(one)


@transaction.atomic
def carry_out(
    *,
    by: Actor,
    kept: Patient,
    merged: Patient,
    changes: Sequence[Change],
    kept_had: Sequence[UUID],
    reason: str,
) -> PatientMerge:
    """Make the changes, hide the merged record, and return the merge. Both must be locked, as by `lock_pair`.

    `kept_had`: the kept record's own rows, to tell them later from what it got since.
    """
    own = Change(
        model=Patient,
        ids=(merged.pk,),
        columns={"merged_into_id": (None, kept.pk), "is_active": (merged.is_active, False)},
    )
    made = [change for change in (*changes, own) if change.ids]
    _apply([change for change in made if change.model is not Patient], to=1)
    _save_patient(kept, _columns_of(kept, made, to=1))
    _save_patient(merged, _columns_of(merged, made, to=1))
    merge = PatientMerge.objects.create(
        organization_id=kept.organization_id,
        kept=kept,
        merged=merged,
        merged_at=clock.now(),
        merged_by_id=by.membership,
        reason=reason.strip(),
        manifest={**manifest.write(made), "had": sorted(str(one) for one in kept_had)},
    )
    told = _told(kept, made) | {"merged": [None, str(merged.pk)]}
    _tell(by, "patients.patients_merged", merge, told, reason)
    return merge


@transaction.atomic
def take_back(
    *, by: Actor, merge: PatientMerge, kept: Patient, merged: Patient, returned: Returned, reason: str
) -> PatientMerge:
    """Put back what `returned` holds, and let the merged record stand again. All three must be locked."""
    _save_patient(merged, _columns_of(merged, returned.rows, to=0))
    _save_patient(kept, _columns_of(kept, returned.rows, to=0))
    _apply([change for change in reversed(returned.rows) if change.model is not Patient], to=0)
    merge.undone_at = clock.now()
    merge.undone_by_id = by.membership
    merge.undo_reason = reason.strip()
    merge.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    told = _told(kept, returned.rows, is_undo=True) | {"merged": [str(merged.pk), None]}
    if returned.staying:
        told["staying"] = [None, manifest.write(returned.staying)]
    _tell(by, "patients.merge_undone", merge, told, reason)
    return merge


def check_may_be_undone(merge: PatientMerge) -> None:
    """Pass when the merge can be undone now. Raises UndoneAlready, TooLate, UndoOtherFirst."""
    if merge.undone_at is not None:
        raise UndoneAlready
    if not rules.may_be_undone(merged_at=merge.merged_at, now=clock.now()):
        raise TooLate
    later = queries.merge_to_undo_first(merge)
    if later is not None:
        raise UndoOtherFirst(later)


def _apply(changes: Sequence[Change], *, to: int) -> None:
    """Write the columns, one statement for neighbours that change the same columns of one table."""
    for (model, names), group in groupby(changes, key=lambda one: (one.model, tuple(one.columns))):
        same = [change for change in group if change.ids]
        if not same:
            continue
        rows = model._base_manager.filter(pk__in=[pk for change in same for pk in change.ids])
        rows.update(**{name: _value(model, name, same, to) for name in names})


def _value(model: type[Model], name: str, changes: Sequence[Change], to: int) -> Any:
    if len(changes) == 1:
        return changes[0].columns[name][to]
    field = model._meta.get_field(name.removesuffix("_id"))
    assert isinstance(field, Field)  # noqa: S101  (columns are fields)
    return Case(
        *(When(pk__in=change.ids, then=Value(change.columns[name][to])) for change in changes),
        output_field=field.target_field if isinstance(field, ForeignKey) else field,
    )


def _columns_of(patient: Patient, changes: Sequence[Change], *, to: int) -> dict[str, Any]:
    """Return what the changes make of this patient's own columns."""
    mine = [change for change in changes if change.model is Patient and patient.pk in change.ids]
    return {name: pair[to] for change in mine for name, pair in change.columns.items()}


def _save_patient(patient: Patient, values: Mapping[str, Any]) -> None:
    Patient.objects.filter(pk=patient.pk).update(**values, version=F("version") + 1, updated_at=clock.now())


def _told(kept: Patient, changes: Sequence[Change], *, is_undo: bool = False) -> dict[str, list[Any]]:
    """Return the event's changes: the kept record's fields as in any other edit, and the whole manifest."""
    values = {}
    for change in changes:
        if change.model is Patient and kept.pk in change.ids:
            for name, (was, now) in change.columns.items():
                values[name] = [now, was] if is_undo else [was, now]
    moved = manifest.write(changes)
    return {
        **values,
        "version": [kept.version, kept.version + 1],
        "moved": [moved, None] if is_undo else [None, moved],
    }


def _tell(by: Actor, action: str, merge: PatientMerge, changes: Mapping[str, Any], reason: str) -> None:
    trail.record(
        by=by, action=action, subject=merge.kept, patient_ids=[merge.kept_id, merge.merged_id],
        changes=changes, reason=reason.strip(),
    )  # fmt: skip
    organization_id = merge.organization_id
    for patient_id in (merge.kept_id, merge.merged_id):
        kit_events.publish(events.PatientSaved(organization_id=organization_id, patient_id=patient_id))
    what = events.PatientsMerged if merge.undone_at is None else events.MergeUndone
    kit_events.publish(
        what(organization_id=organization_id, patient_id=merge.kept_id, merged_id=merge.merged_id)
    )
