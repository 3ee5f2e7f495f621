"""Reading about merges: what went into a record, what stands on what, and who may be the same person."""

from collections.abc import Iterable
from uuid import UUID

from betony.clinic.patients import queries
from betony.clinic.patients.models import Patient, PatientMerge
from betony.kit import pagination


def merges_of(patient: Patient) -> list[PatientMerge]:
    """Return what was merged into this record, the latest first, undone ones left out."""
    rows = PatientMerge.objects.filter(
        organization_id=patient.organization_id, kept_id=patient.pk, undone_at=None
    )
    # Few patients have any: the others' pages need not ask for two whole people beside nothing.
    return list(rows.prefetch_related("merged", "merged_by__user").order_by("-id"))


def live_merge_of(merged: Patient) -> PatientMerge | None:
    """Return the merge that took this record away, unless it was undone; None for a record that stands."""
    rows = PatientMerge.objects.filter(
        organization_id=merged.organization_id, merged_id=merged.pk, undone_at=None
    )
    return rows.select_related("kept", "merged_by__user").first()


def merge_to_undo_first(merge: PatientMerge) -> PatientMerge | None:
    """Return the later merge that stands on this one and must be undone before it, if there is one."""
    rows = PatientMerge.objects.filter(organization_id=merge.organization_id, undone_at=None, pk__gt=merge.pk)
    touching = rows.filter(kept_id=merge.kept_id) | rows.filter(merged_id=merge.kept_id)
    return touching.select_related("kept", "merged").order_by("-id").first()


def look_alikes_of(patient: Patient) -> list[queries.LookAlike]:
    """Return other patients who may be this one, with the reasons."""
    return queries.look_alikes(patient.organization_id, queries.as_person(patient), besides=patient.pk)


def others_with_emails(patient: Patient, *, emails: Iterable[str], besides: Iterable[UUID]) -> list[Patient]:
    """Return other active patients with one of these email keys."""
    keys = {key for key in emails if key}
    if not keys:
        return []
    rows = Patient.objects.filter(organization_id=patient.organization_id, is_active=True, email_key__in=keys)
    return list(rows.exclude(pk__in=list(besides)).order_by("sort_name", "id")[:5])


def page(organization_id: UUID, *, cursor: str = "") -> pagination.Page[PatientMerge]:
    """Return one page of the clinic's merges, the latest first."""
    rows = PatientMerge.objects.filter(organization_id=organization_id)
    rows = rows.select_related("kept", "merged", "merged_by__user", "undone_by__user").defer("manifest")
    return pagination.page_by_key(rows, keys=("-id",), cursor=cursor)
