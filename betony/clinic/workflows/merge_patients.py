"""Two records of one person become one, and can be two again for thirty days."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import OperationalError, connection

from betony.clinic.health_record import merging as health_record
from betony.clinic.patients import access, merging, queries, resemblance
from betony.clinic.patients.merging import actions, fields, manifest, parts, rules
from betony.clinic.patients.merging import queries as merge_queries
from betony.clinic.patients.models import Patient, PatientMerge
from betony.clinic.prescriptions import merging as prescriptions
from betony.kit import tenancy
from betony.kit.actor import Actor

# Every module with a reference to Patient. tests/architecture holds this list against the models.
PARTS: tuple[parts.Part, ...] = (prescriptions, health_record, merging)
WORDS: Mapping[str, Any] = {key: words for part in PARTS for key, words in part.WORDS.items()}

# Merging gives way to whoever holds a row already, rather than both waiting for each other, and tries again.
LONGEST_WAIT = "400ms"
TRIES = 8
# PostgreSQL's names for a lock that was not had in time, and for a deadlock.
GIVES_WAY = ("55P03", "40P01")

Result = TypeVar("Result")


class Busy(Exception):
    """Somebody else is at work on these records all the time; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What merging these two would do, for a person to decide."""

    kept: Patient
    merged: Patient
    differences: list[fields.Difference]
    counts: dict[str, int]
    remarks: list[str]
    warnings: list[rules.Caution]
    sharing_email: list[Patient]

    @property
    def seen(self) -> str:
        """What the person saw, to notice when it is no more so."""
        return f"{self.kept.version}.{self.merged.version}"

    @property
    def asks_whether_one_person(self) -> bool:
        return rules.asks_whether_one_person(self.warnings)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPreview:
    """What undoing a merge would do, for a person to decide."""

    merge: PatientMerge
    returning: dict[str, int]
    returning_fields: list[str]
    staying: dict[str, int]
    staying_fields: list[str]
    reasons: list[str]
    added_since: dict[str, int]


def preview(*, by: Actor, kept_id: UUID, merged_id: UUID) -> Preview:
    """Return what merging would do, and record that both were shown.

    Raises NotPermitted, and what `actions.check_stand` raises.
    """
    kept, merged = access.two_patients(
        by=by, patient_ids=(kept_id, merged_id), action="patients.merge_previewed", needs=actions.NEEDS
    )
    actions.check_stand(kept, merged)
    pair = parts.Pair(organization_id=kept.organization_id, kept_id=kept.pk, merged_id=merged.pk)
    plans = [part.plan(pair) for part in PARTS]
    sharing = merge_queries.others_with_emails(
        kept, emails=(kept.email_key, merged.email_key), besides=(kept.pk, merged.pk)
    )
    return Preview(
        kept=kept,
        merged=merged,
        differences=fields.differences(kept, merged),
        counts=_counts(plans),
        remarks=[remark for plan in plans for remark in plan.remarks],
        warnings=_warnings(kept, merged, sharing),
        sharing_email=sharing,
    )


def merge(
    *, by: Actor, kept_id: UUID, merged_id: UUID, seen: str, choices: Mapping[str, rules.Choice], reason: str
) -> PatientMerge:
    """Merge one record into the other, whole or not at all, and return the merge.

    Raises NotPermitted, actions.AlreadyMerged, actions.MergedElsewhere, actions.SeenOtherwise,
    actions.DiedBeforeBirth and Busy.
    """
    return _patiently(lambda: _merge(by, kept_id, merged_id, seen, choices, reason))


def _merge(
    by: Actor, kept_id: UUID, merged_id: UUID, seen: str, choices: Mapping[str, rules.Choice], reason: str
) -> PatientMerge:
    kept, merged = actions.lock_pair(by=by, kept_id=kept_id, merged_id=merged_id)
    actions.check_stand(kept, merged)
    if seen != f"{kept.version}.{merged.version}":
        raise actions.SeenOtherwise
    pair = parts.Pair(organization_id=kept.organization_id, kept_id=kept.pk, merged_id=merged.pk, locks=True)
    moved = [change for part in PARTS for change in part.plan(pair).changes]
    chosen = fields.changes(fields.differences(kept, merged), choices)
    _check_dates(kept, chosen)
    own = [parts.Change(model=Patient, ids=(kept.pk,), columns=columns) for columns in chosen]
    had = [one for _follows, ids in _rows_of(kept.organization_id, kept.pk) for one in ids]
    return actions.carry_out(
        by=by, kept=kept, merged=merged, changes=[*own, *moved], kept_had=had, reason=reason
    )


def _check_dates(kept: Patient, chosen: Sequence[Mapping[str, tuple[Any, Any]]]) -> None:
    after = {name: now for columns in chosen for name, (_was, now) in columns.items()}
    died = after.get("deceased_date", kept.deceased_date)
    if died is not None and died < after.get("date_of_birth", kept.date_of_birth):
        raise actions.DiedBeforeBirth


def preview_undo(*, by: Actor, kept_id: UUID, merge_id: UUID) -> UndoPreview:
    """Return what undoing would do, and record that both were shown.

    Raises NotPermitted, and what `actions.check_may_be_undone` raises.
    """
    found = access.merge(by=by, kept_id=kept_id, merge_id=merge_id)
    actions.check_may_be_undone(found)
    returned, reasons = _returned(found, locks=False)
    return UndoPreview(
        merge=found,
        returning=_by_what(returned.rows),
        returning_fields=_field_labels(found, returned.rows),
        staying=_by_what(returned.staying),
        staying_fields=_field_labels(found, returned.staying),
        reasons=reasons,
        added_since=_added_since(found, returned),
    )


def undo(*, by: Actor, kept_id: UUID, merge_id: UUID, reason: str) -> PatientMerge:
    """Put everything back that the merge changed and nobody changed since, and return the merge.

    Raises NotPermitted, actions.UndoneAlready, actions.TooLate, actions.UndoOtherFirst and Busy.
    """
    return _patiently(lambda: _undo(by, kept_id, merge_id, reason))


def _undo(by: Actor, kept_id: UUID, merge_id: UUID, reason: str) -> PatientMerge:
    seen = access.merge(by=by, kept_id=kept_id, merge_id=merge_id, is_shown=False)
    kept, merged = actions.lock_pair(by=by, kept_id=seen.kept_id, merged_id=seen.merged_id)
    found = access.merge(by=by, kept_id=kept_id, merge_id=merge_id, is_shown=False)
    actions.check_may_be_undone(found)
    found.kept, found.merged = kept, merged
    returned, _reasons = _returned(found, locks=True)
    return actions.take_back(by=by, merge=found, kept=kept, merged=merged, returned=returned, reason=reason)


def _returned(merge: PatientMerge, *, locks: bool) -> tuple[actions.Returned, list[str]]:
    """Tell what can go back as it was, what was changed since and so stays, and why some of it must."""
    pair = parts.Pair(
        organization_id=merge.organization_id, kept_id=merge.kept_id, merged_id=merge.merged_id, locks=locks
    )
    changes = manifest.read(merge.manifest)
    barred: dict[UUID, str] = {}
    for part in PARTS:
        barred |= part.cannot_return(pair, changes)
    returned = actions.Returned()
    for change in changes:
        as_left = _still_as_left(merge, pair, change)
        going = tuple(one for one in change.ids if one in as_left and one not in barred)
        staying = tuple(one for one in change.ids if one not in set(going))
        _add(returned.rows, change, going)
        _add(returned.staying, change, staying)
    for part in PARTS:
        returned.rows += [change for change in part.also_returns(pair, changes) if change.ids]
    return returned, sorted(set(barred.values()))


def _add(to: list[parts.Change], change: parts.Change, ids: tuple[UUID, ...]) -> None:
    if ids:
        to.append(parts.Change(model=change.model, ids=ids, columns=change.columns, what=change.what))


def _still_as_left(merge: PatientMerge, pair: parts.Pair, change: parts.Change) -> set[UUID]:
    """Return the rows whose columns are as the merge left them."""
    after = {name: now for name, (_was, now) in change.columns.items()}
    if change.model is Patient:
        one = merge.kept if change.ids == (merge.kept_id,) else merge.merged
        return {one.pk} if all(getattr(one, name) == now for name, now in after.items()) else set()
    rows = change.model._base_manager.filter(organization_id=pair.organization_id, pk__in=change.ids, **after)
    return set(parts.ids_of(rows, pair))


def _added_since(merge: PatientMerge, returned: actions.Returned) -> dict[str, int]:
    """Count what the kept record got since the merge, and keeps."""
    known = manifest.had(merge.manifest) | {one for rows in returned.all() for one in rows.ids}
    found: dict[str, int] = {}
    for follows, ids in _rows_of(merge.organization_id, merge.kept_id):
        if number := len(set(ids) - known):
            found[follows.what] = found.get(follows.what, 0) + number
    return found


def _rows_of(organization_id: UUID, patient_id: UUID) -> Iterator[tuple[parts.Follows, list[UUID]]]:
    """Return the ids of everything that would follow this patient, table by table."""
    for part in PARTS:
        for follows in part.FOLLOWS:
            rows = follows.model._base_manager.filter(organization_id=organization_id, patient_id=patient_id)
            yield follows, list(rows.values_list("pk", flat=True))


def _warnings(kept: Patient, merged: Patient, sharing: Sequence[Patient]) -> list[rules.Caution]:
    one, other = (
        rules.Facts(
            born=patient.date_of_birth,
            sex=patient.sex,
            is_deceased=patient.is_deceased,
            is_active=patient.is_active,
        )
        for patient in (kept, merged)
    )
    alike = resemblance.names_alike(queries.as_person(kept), queries.as_person(merged))
    return rules.warnings(one, other, names_agree=alike, shares_email=bool(sharing))


def _patiently(act: Callable[[], Result]) -> Result:
    """Do it in a transaction of its own; when somebody holds a row, let them finish and try again."""
    for turn in range(TRIES):
        try:
            with tenancy.organization():
                with connection.cursor() as cursor:
                    cursor.execute("select set_config('lock_timeout', %s, true)", [LONGEST_WAIT])
                return act()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") not in GIVES_WAY:
                raise
        time.sleep(0.05 * (turn + 1))
    raise Busy


def _counts(plans: Sequence[parts.Plan]) -> dict[str, int]:
    found = _by_what([change for plan in plans for change in plan.changes])
    for plan in plans:
        for what, number in plan.readable.items():
            found[what] = found.get(what, 0) + number
    return {what: number for what, number in found.items() if number}


def _by_what(changes: Sequence[parts.Change]) -> dict[str, int]:
    found: dict[str, int] = {}
    for change in changes:
        if change.what and change.ids:
            found[change.what] = found.get(change.what, 0) + len(change.ids)
    return found


def _field_labels(merge: PatientMerge, changes: Sequence[parts.Change]) -> list[str]:
    """Return the names of the kept record's fields among the changes."""
    mine = [change for change in changes if change.model is Patient and change.ids == (merge.kept_id,)]
    return [fields.label_of_column(next(iter(change.columns))) for change in mine]
