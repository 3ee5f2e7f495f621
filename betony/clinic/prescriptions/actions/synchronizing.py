"""Keeping account of how far the clinic agrees with its dispensary: runs, cursors, histories, trouble."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from betony.clinic.prescriptions import jobs as our_jobs
from betony.clinic.prescriptions import queries
from betony.clinic.prescriptions.models import Dispensary, HistoryCursor, PatientLink, Synchronization
from betony.kit import clock
from betony.kit.actor import Actor
from betony.kit.audit import trail


def queue_run(organization_id: UUID) -> None:
    """Have a comparison run soon. Two for one organization never run at once; one that waits is enough."""
    key = f"synchronize:{organization_id}"
    our_jobs.synchronize.queue(organization_id=organization_id, once_key=key, lock=key)


@transaction.atomic
def ask(*, by: Actor, dispensary: Dispensary) -> Synchronization:
    """**Sync now**: remember that somebody asked, queue a run, and return how things stand."""
    by.require("prescriptions.connect")
    found = _locked(dispensary)
    found.asked_at = clock.now()
    found.save(update_fields=["asked_at"])
    trail.record(by=by, action="prescriptions.sync_asked_for", subject=found)
    queue_run(dispensary.organization_id)
    return found


@transaction.atomic
def begin(*, dispensary: Dispensary) -> Synchronization:
    """Note that a run begins, and return how far the last one came."""
    found = _locked(dispensary)
    found.began_at, found.asked_at = clock.now(), None
    found.save(update_fields=["began_at", "asked_at"])
    return found


def _locked(dispensary: Dispensary) -> Synchronization:
    Synchronization.objects.bulk_create(
        [Synchronization(organization_id=dispensary.organization_id, dispensary=dispensary)],
        ignore_conflicts=True,
    )
    return Synchronization.objects.select_for_update(of=("self",)).get(dispensary=dispensary)


@transaction.atomic
def move_cursor(*, dispensary: Dispensary, kind: str, until: datetime) -> None:
    """Remember that all news of this kind up to this instant is stored here. It never moves back."""
    found = _locked(dispensary)
    before = found.cursor.get(kind, "")
    after = until.isoformat()
    if before and datetime.fromisoformat(before) >= until:
        return
    found.cursor = {**found.cursor, kind: after}
    found.save(update_fields=["cursor"])


@transaction.atomic
def note_ended(*, by: Actor, dispensary: Dispensary, unread_records: int, trouble: str = "") -> None:
    """Note how a run ended: well, with records that could not be read, or in trouble."""
    found = _locked(dispensary)
    now = clock.now()
    before = found.trouble
    values: Mapping[str, object] = {
        "ended_at": now, "trouble": trouble, "unread_records": unread_records,
        "synced_at": found.synced_at if trouble else now,
    }  # fmt: skip
    Synchronization.objects.filter(pk=found.pk).update(**values)
    if before != trouble:
        trail.record(
            by=by, action="prescriptions.sync_troubled" if trouble else "prescriptions.sync_recovered",
            subject=found, changes={"trouble": [before, trouble]},
        )  # fmt: skip


# The history of one patient


@transaction.atomic
def note_listed(
    *, link: PatientLink, plan_ids: Sequence[str], changed_until: datetime | None
) -> HistoryCursor:
    """Keep the list of what is to be brought in of a patient's history, oldest change first."""
    HistoryCursor.objects.bulk_create(
        [HistoryCursor(organization_id=link.organization_id, link=link)], ignore_conflicts=True
    )
    cursor = HistoryCursor.objects.select_for_update(of=("self",)).get(link=link)
    now = clock.now()
    cursor.plan_ids, cursor.plans_total, cursor.plans_done = list(plan_ids), len(plan_ids), 0
    cursor.changed_until = changed_until or cursor.changed_until
    cursor.listed_at = cursor.visited_at = now
    cursor.save()
    PatientLink.objects.filter(pk=link.pk).update(imported_at=None)
    queue_history(link)
    return cursor


def queue_history(link: PatientLink) -> None:
    """Have what was listed of a patient's history brought in; runs for one patient never overlap."""
    key = f"history:{link.pk}"
    our_jobs.bring_history.queue(
        organization_id=link.organization_id, link_id=link.pk, once_key=key, lock=key
    )


@transaction.atomic
def wake_histories(*, dispensary: Dispensary) -> int:
    """Queue again the histories that stopped half-way or never began, and return how many."""
    stopped = queries.histories_that_stopped(dispensary)
    for link in stopped:
        if link.history_cursors.exists():
            queue_history(link)
        else:
            our_jobs.import_patient.queue(
                organization_id=link.organization_id, patient_id=link.patient_id,
                once_key=f"import:{link.patient_id}",
            )  # fmt: skip
    return len(stopped)


@transaction.atomic
def note_brought(*, link_id: UUID, plans_done: int) -> None:
    """Remember how many of the listed prescriptions are here."""
    HistoryCursor.objects.filter(link_id=link_id, plans_done__lt=plans_done).update(plans_done=plans_done)


@transaction.atomic
def note_visited(*, link_id: UUID, changed_until: datetime | None) -> None:
    """Remember that a linked patient's prescriptions were compared now, and how far they agree."""
    cursors = HistoryCursor.objects.filter(link_id=link_id)
    cursors.update(visited_at=clock.now())
    if changed_until is not None:
        cursors.update(changed_until=changed_until)
