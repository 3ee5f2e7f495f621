"""How far the matching of all active patients is."""

from uuid import UUID

from django.db import transaction

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import jobs as our_jobs
from betony.clinic.prescriptions.models import Dispensary
from betony.kit import clock
from betony.kit.actor import Actor
from betony.kit.audit import trail


@transaction.atomic
def begin(*, by: Actor, dispensary: Dispensary) -> None:
    """Have every active patient matched; one that is under way goes on."""
    locked = Dispensary.objects.select_for_update(no_key=True).get(pk=dispensary.pk)
    if locked.matching_began_at is None or locked.matched_at is not None:
        locked.matching_began_at, locked.matched_at = clock.now(), None
        locked.matching_total = Patient.objects.filter(
            organization_id=locked.organization_id, is_active=True
        ).count()
        locked.matching_done, locked.matching_after = 0, None
        locked.save(
            update_fields=[
                "matching_began_at", "matched_at", "matching_total", "matching_done", "matching_after",
            ]
        )  # fmt: skip
        trail.record(by=by, action="prescriptions.matching_began", subject=locked)
    queue_going_on(locked)


def queue_going_on(dispensary: Dispensary) -> None:
    """Have the matching go on from where it stopped; two runs for one dispensary never overlap."""
    key = f"match:{dispensary.pk}"
    our_jobs.match_patients.queue(organization_id=dispensary.organization_id, once_key=key, lock=key)


@transaction.atomic
def note_looked_at(*, dispensary_id: UUID, after: UUID, count: int) -> None:
    """Remember how far it is, so that a stopped run goes on there."""
    dispensary = Dispensary.objects.select_for_update(no_key=True).get(pk=dispensary_id)
    done = min(dispensary.matching_done + count, dispensary.matching_total)
    Dispensary.objects.filter(pk=dispensary_id).update(matching_after=after, matching_done=done)


@transaction.atomic
def note_matched(*, by: Actor, dispensary: Dispensary) -> None:
    """Remember that every active patient has been looked for at the dispensary."""
    Dispensary.objects.filter(pk=dispensary.pk).update(matched_at=clock.now())
    trail.record(by=by, action="prescriptions.patients_matched", subject=dispensary)
