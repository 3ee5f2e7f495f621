"""Every change to a health record: one function, one transaction, one audit event."""

import dataclasses
import datetime
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from betony.clinic.health_record import access, rules
from betony.clinic.health_record.details import (
    AllergyDetails,
    ConditionDetails,
    Ending,
    MedicationDetails,
)
from betony.clinic.health_record.models import Allergy, Condition, ConditionKind, MedicationStatement, Status
from betony.clinic.patients import access as patient_access
from betony.kit import clock
from betony.kit.actor import Actor
from betony.kit.audit import trail
from betony.kit.identifiers import uuid7

Entry = TypeVar("Entry", Allergy, MedicationStatement, Condition)


class ChangedMeanwhile(Exception):
    """Somebody else changed the row since the form was opened; nothing was saved."""


class AlreadyOver(Exception):
    """The row has ended, or was marked as a mistake, before."""


class AlreadyRecorded(Exception):
    """The patient is recorded as pregnant, or breastfeeding, already."""


class EndsBeforeStart(Exception):
    """The day it ended lies before the day it began."""


@transaction.atomic
def add_allergy(
    *, by: Actor, patient_id: UUID, details: AllergyDetails, entry_id: UUID | None = None
) -> Allergy:
    """Add an allergy and return it; the same `entry_id` twice adds one, as it was sent last.

    Raises ChangedMeanwhile, AlreadyOver when the one that was added is not as it was any more.
    """
    return _add(
        Allergy, by, patient_id=patient_id, entry_id=entry_id or uuid7(), values=_values(details),
        action="health_record.allergy_added",
    )  # fmt: skip


@transaction.atomic
def add_medication(
    *, by: Actor, patient_id: UUID, details: MedicationDetails, entry_id: UUID | None = None
) -> MedicationStatement:
    """Add a medication or supplement and return it; the same `entry_id` twice adds one, as it was sent last.

    Raises ChangedMeanwhile, AlreadyOver when the one that was added is not as it was any more.
    """
    return _add(
        MedicationStatement, by, patient_id=patient_id, entry_id=entry_id or uuid7(), values=_values(details),
        action=f"health_record.{details.kind}_added",
    )  # fmt: skip


@transaction.atomic
def add_condition(
    *, by: Actor, patient_id: UUID, details: ConditionDetails, entry_id: UUID | None = None
) -> Condition:
    """Add a condition and return it; the same `entry_id` twice adds one, as it was sent last.

    A patient is pregnant, or breastfeeding, once at a time: raises AlreadyRecorded. Raises ChangedMeanwhile,
    AlreadyOver when the one that was added is not as it was any more.
    """
    entry_id = entry_id or uuid7()
    patient_access.patient_for_change(by=by, patient_id=patient_id, needs="health_record.edit")
    values = _condition_values(details)
    _refuse_a_second(patient_id, values["kind"], but=entry_id)
    return _add(
        Condition, by, patient_id=patient_id, entry_id=entry_id, values=values,
        action=f"health_record.{values['kind']}_added",
    )  # fmt: skip


@transaction.atomic
def amend_allergy(
    *, by: Actor, patient_id: UUID, entry_id: UUID, seen_version: int, details: AllergyDetails
) -> Allergy:
    """Correct an allergy; what it said before stays in the trail. Raises ChangedMeanwhile, AlreadyOver."""
    row = access.entry_for_change(Allergy, by=by, patient_id=patient_id, entry_id=entry_id)
    return _amend(by, row, seen_version, _values(details), "health_record.allergy_amended")


@transaction.atomic
def amend_medication(
    *, by: Actor, patient_id: UUID, entry_id: UUID, seen_version: int, details: MedicationDetails
) -> MedicationStatement:
    """Correct what somebody takes; what it said before stays in the trail.

    Raises ChangedMeanwhile, AlreadyOver.
    """
    row = access.entry_for_change(MedicationStatement, by=by, patient_id=patient_id, entry_id=entry_id)
    return _amend(by, row, seen_version, _values(details), f"health_record.{row.kind}_amended")


@transaction.atomic
def amend_condition(
    *, by: Actor, patient_id: UUID, entry_id: UUID, seen_version: int, details: ConditionDetails
) -> Condition:
    """Correct a condition; what it said before stays in the trail.

    Raises ChangedMeanwhile, AlreadyOver, AlreadyRecorded.
    """
    patient_access.patient_for_change(by=by, patient_id=patient_id, needs="health_record.edit")
    row = access.entry_for_change(Condition, by=by, patient_id=patient_id, entry_id=entry_id)
    values = _condition_values(details)
    _refuse_a_second(patient_id, values["kind"], but=entry_id)
    return _amend(by, row, seen_version, values, f"health_record.{row.kind}_amended")


@transaction.atomic
def end_allergy(*, by: Actor, patient_id: UUID, entry_id: UUID, ending: Ending, is_error: bool) -> Allergy:
    """End an allergy, or mark it as a mistake; it stays readable. Raises AlreadyOver."""
    row = access.entry_for_change(Allergy, by=by, patient_id=patient_id, entry_id=entry_id)
    return _end(
        by, row, ending, is_error=is_error, action="health_record.allergy_ended", started=row.noted_date
    )


@transaction.atomic
def end_medication(
    *, by: Actor, patient_id: UUID, entry_id: UUID, ending: Ending, is_error: bool
) -> MedicationStatement:
    """End a medication or supplement, or mark it as a mistake; it stays readable.

    Raises AlreadyOver, EndsBeforeStart.
    """
    row = access.entry_for_change(MedicationStatement, by=by, patient_id=patient_id, entry_id=entry_id)
    return _end(
        by, row, ending, is_error=is_error, action=f"health_record.{row.kind}_ended", started=row.since_date
    )


@transaction.atomic
def end_condition(
    *, by: Actor, patient_id: UUID, entry_id: UUID, ending: Ending, is_error: bool
) -> Condition:
    """End a condition, or mark it as a mistake; it stays readable. Raises AlreadyOver, EndsBeforeStart."""
    row = access.entry_for_change(Condition, by=by, patient_id=patient_id, entry_id=entry_id)
    return _end(
        by, row, ending, is_error=is_error, action=f"health_record.{row.kind}_ended", started=row.onset_date
    )


def _condition_values(details: ConditionDetails) -> dict[str, Any]:
    values = _values(details)
    return {**values, "kind": rules.kind_of(values["name"])}


def _refuse_a_second(patient_id: UUID, kind: str, *, but: UUID) -> None:
    """Raise AlreadyRecorded when such a state is current; the patient's row is locked, so nobody is adding one."""
    if kind == ConditionKind.CONDITION:
        return
    others = Condition.objects.filter(patient_id=patient_id, kind=kind, status=Status.ACTIVE)
    if others.exclude(pk=but).exists():
        raise AlreadyRecorded


def _values(details: AllergyDetails | MedicationDetails | ConditionDetails) -> dict[str, Any]:
    values = dataclasses.asdict(details)
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


def _add(
    model: type[Entry], by: Actor, *, patient_id: UUID, entry_id: UUID, values: Mapping[str, Any], action: str
) -> Entry:
    by.require("health_record.edit")
    # The patient is locked so that the same form sent twice at once finds its own row the second time.
    patient = patient_access.patient_for_change(by=by, patient_id=patient_id, needs="health_record.edit")
    rows = model.objects.select_for_update(of=("self",))
    known = rows.filter(organization_id=patient.organization_id, patient=patient, pk=entry_id).first()
    if known is not None:
        return _sent_again(by, known, values, action)
    now = clock.now()
    row = model(
        id=entry_id, organization_id=patient.organization_id, patient=patient, created_at=now,
        updated_at=now, **values,
    )  # fmt: skip
    row.save(force_insert=True)
    given = {name: [None, value] for name, value in values.items() if value}
    trail.record(by=by, action=action, subject=row, patient_ids=[patient.pk], changes=given)
    return row


def _sent_again(by: Actor, row: Entry, values: Mapping[str, Any], action: str) -> Entry:
    """Take what the form says that added the row, sent once more because its answer never came.

    What was corrected in it before it was sent again amends the row, as long as nobody has changed it since.
    """
    _refuse_when_over(row)
    changes = trail.changed_fields(row, values)
    if not changes:
        return row
    if row.version != 1 or not trail.was_done_by(by=by, action=action, subject=row):
        raise ChangedMeanwhile
    return _save(by, row, changes, action.replace("_added", "_amended"))


def _amend(by: Actor, row: Entry, seen_version: int, values: Mapping[str, Any], action: str) -> Entry:
    _refuse_when_over(row)
    if row.version != seen_version:
        raise ChangedMeanwhile
    changes = trail.changed_fields(row, values)
    return _save(by, row, changes, action) if changes else row


def _end(
    by: Actor, row: Entry, ending: Ending, *, is_error: bool, action: str, started: datetime.date | None
) -> Entry:
    _refuse_when_over(row)
    if ending.ended_date and started and ending.ended_date < started:
        raise EndsBeforeStart
    values = {
        "status": Status.ERROR if is_error else Status.ENDED,
        "ended_date": ending.ended_date,
        "reason": ending.reason.strip(),
    }
    if is_error:
        action = action.replace("_ended", "_marked_as_error")
    return _save(by, row, trail.changed_fields(row, values), action)


def _refuse_when_over(row: Entry) -> None:
    if row.status != Status.ACTIVE:
        raise AlreadyOver


def _save(by: Actor, row: Entry, changes: Mapping[str, Any], action: str) -> Entry:
    for name, (_before, after) in changes.items():
        setattr(row, name, after)
    row.version += 1
    row.updated_at = clock.now()
    row.save(force_update=True)
    trail.record(by=by, action=action, subject=row, patient_ids=[row.patient_id], changes=changes)
    return row
