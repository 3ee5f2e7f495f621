"""Undoing a wrong link, and making it again when the undoing was the mistake."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from betony.clinic.prescriptions import failures, queries
from betony.clinic.prescriptions.actions import linking, sending, sharing, sight
from betony.clinic.prescriptions.models import Dispensary, LinkCandidate, PatientLink
from betony.clinic.prescriptions.models.links import Answer
from betony.clinic.prescriptions.rules import LinkState
from betony.kit import clock
from betony.kit.actor import Actor
from betony.kit.audit import trail

UNDONE = "undone"


@transaction.atomic
def unlink(*, by: Actor, link: PatientLink, seen: Collection[UUID] = ()) -> PatientLink:
    """**Unlink**: these are two people. What the link brought leaves the chart's sight.

    They are never linked again without somebody saying so. `seen` are the prescriptions that were said to be on
    their way there: each is looked up, and taken back when it has arrived. Undoing it twice changes nothing.
    Raises NotLinked, and OnTheWayDiffers when others are on their way by now.
    """
    by.require("prescriptions.write")
    link = linking.locked_by_id(link.pk)
    if link.ended_at is not None:
        return link
    if link.state != LinkState.LINKED:
        raise failures.NotLinked
    # Sending begins, and its answer is kept, with the link locked: this cannot change before the link ends.
    on_the_way = set(queries.on_the_way(link).values_list("pk", flat=True))
    if on_the_way != set(seen):
        raise failures.OnTheWayDiffers
    now = clock.now()
    link.ended_at, link.ended_by_id, link.end_reason = now, by.membership, UNDONE
    link.save(update_fields=["ended_at", "ended_by", "end_reason"])
    _rule_out(by, link)
    hidden = sight.hide(link=link)
    trail.record(
        by=by, action="prescriptions.patient_unlinked", subject=link, patient_ids=[link.patient_id],
        changes={
            "remote_id": [link.remote_id, None], "hidden": [0, hidden], "on_the_way": sorted(on_the_way),
        },
    )  # fmt: skip
    sending.send_what_waits(by=by, patient_id=link.patient_id)
    return link


def _rule_out(by: Actor, link: PatientLink) -> None:
    """Keep that the two are different people, beside how the dispensary knew the other one."""
    answered = {"answer": Answer.DIFFERENT, "answered_by_id": by.membership, "answered_at": clock.now()}
    first, _space, last = link.remote_name.partition(" ")
    LinkCandidate.objects.update_or_create(
        link=link, remote_id=link.remote_id, defaults=answered,
        create_defaults={
            **answered, "organization_id": link.organization_id, "first_name": first[:120],
            "last_name": last[:120], "email": link.remote_email, "seen_at": clock.now(),
        },
    )  # fmt: skip


@transaction.atomic
def link_again(*, by: Actor, link: PatientLink) -> PatientLink:
    """**Link again**: the undoing was the mistake. What the link had brought comes back into sight.

    Raises DispensaryLeft when the clinic is no longer connected to the link's dispensary, AnsweredMeanwhile when
    the patient is linked to somebody by now, LinkedToAnother, PatientCannotBeShared.
    """
    by.require("prescriptions.write")
    # Before the link, as connecting and disconnecting lock it.
    dispensary = Dispensary.objects.select_for_update(no_key=True).get(pk=link.dispensary_id)
    if dispensary.ended_at is not None:
        raise failures.DispensaryLeft
    undone = linking.locked_by_id(link.pk)
    sharing.check_consent(undone.patient)
    current = linking.locked_link(undone.patient_id, undone.dispensary)
    if current is not None and current.state in (LinkState.LINKED, LinkState.CREATING):
        if current.remote_id == undone.remote_id:
            return current
        raise failures.AnsweredMeanwhile
    about = LinkCandidate.objects.filter(
        link__patient_id=undone.patient_id, link__dispensary_id=undone.dispensary_id,
        remote_id=undone.remote_id,
    )  # fmt: skip
    about.update(answer=Answer.SAME, answered_by_id=by.membership, answered_at=clock.now())
    kept = linking.keep_link(
        by=by, patient=undone.patient, dispensary=undone.dispensary, remote_id=str(undone.remote_id),
        remote_name=undone.remote_name, remote_email=undone.remote_email, how=linking.CONFIRMED,
    )  # fmt: skip
    if kept is None:
        raise failures.LinkedToAnother
    trail.record(
        by=by, action="prescriptions.patient_linked_again", subject=kept, patient_ids=[kept.patient_id],
        changes={"undone": [undone.pk, None]},
    )  # fmt: skip
    return kept
