"""Ending connections: here at once, at the dispensary by a job that keeps trying."""

from uuid import UUID

from django.db import transaction

from betony.clinic.prescriptions import events as our_events
from betony.clinic.prescriptions import jobs as our_jobs
from betony.clinic.prescriptions import rules
from betony.clinic.prescriptions.actions import settling_changes
from betony.clinic.prescriptions.models import Connection, Dispensary, DispensaryRoute, Prescription
from betony.clinic.prescriptions.rules import PrescriptionState
from betony.kit import clock, events
from betony.kit.actor import Actor
from betony.kit.audit import trail


def queue_revocation(*, organization_id: UUID, environment: str, token_sealed: str) -> None:
    """Have the dispensary told that this (sealed) token must die, however often that takes."""
    our_jobs.revoke.queue(organization_id=organization_id, environment=environment, token_sealed=token_sealed)


def end_connection(connection: Connection, *, reason: str) -> None:
    """End a locked connection: its tokens stop working here now, and there as soon as it answers."""
    token = connection.access_token_sealed
    connection.ended_at = clock.now()
    connection.end_reason = reason
    connection.access_token_sealed = connection.refresh_token_sealed = ""
    connection.writes_as = None
    connection.save(
        update_fields=[
            "ended_at", "end_reason", "access_token_sealed", "refresh_token_sealed", "writes_as"
        ]
    )  # fmt: skip
    if token:
        queue_revocation(
            organization_id=connection.organization_id,
            environment=connection.dispensary.environment,
            token_sealed=token,
        )
    events.publish(
        our_events.ConnectionEnded(organization_id=connection.organization_id, connection_id=connection.pk)
    )


@transaction.atomic
def disconnect(*, by: Actor, membership_id: UUID | None = None, reason: str = "reset") -> bool:
    """End a user's connection (the actor's own unless given) and tell whether there was one (story 3.2, 3.3, 3.5).

    The user's waiting prescriptions become not sent. With the last connection the organization lets go of
    its dispensary; links and history stay.
    """
    membership_id = membership_id or by.membership
    connection = _locked(membership_id)
    if connection is None:
        return False
    end_connection(connection, reason=reason)
    waiting = _give_up_waiting(membership_id, connection.dispensary_id)
    changes = settling_changes.waiting_of_member(membership_id, connection.dispensary_id)
    settling_changes.give_up(by=by, changes=changes, reason=rules.DISCONNECTED)
    trail.record(
        by=by,
        action="prescriptions.disconnected",
        subject=connection,
        patient_ids=sorted(
            {one.patient_id for one in waiting} | {one.prescription.patient_id for one in changes}
        ),
        changes={"not_sent": [one.pk for one in waiting], "changes_not_sent": [one.pk for one in changes]},
        reason=reason,
    )
    _let_go_of(connection.dispensary)
    return True


def _give_up_waiting(membership_id: UUID, dispensary_id: UUID) -> list[Prescription]:
    """Make what the user was still sending there not sent, say so, and return it."""
    rows = Prescription.objects.select_for_update().filter(
        sender_id=membership_id, dispensary_id=dispensary_id, state=PrescriptionState.WAITING
    )
    waiting = list(rows.order_by("pk"))
    for prescription in waiting:
        prescription.state = PrescriptionState.NOT_SENT
        prescription.reason = rules.DISCONNECTED
        prescription.version += 1
        prescription.save(update_fields=["state", "reason", "version"])
        events.publish(
            our_events.PrescriptionNotSent(
                organization_id=prescription.organization_id, prescription_id=prescription.pk
            )
        )
    return waiting


def _locked(membership_id: UUID) -> Connection | None:
    """Return the user's connection, locked after its dispensary: the order in which connecting locks them."""
    mine = Connection.objects.current().filter(membership_id=membership_id)
    list(Dispensary.objects.select_for_update(no_key=True).filter(pk__in=mine.values("dispensary_id")))
    return mine.select_for_update(of=("self",)).select_related("dispensary").first()


def _let_go_of(dispensary: Dispensary) -> None:
    """End the dispensary when nobody is connected to it any more, and have the owners told."""
    locked = Dispensary.objects.select_for_update(no_key=True).get(pk=dispensary.pk)
    if locked.ended_at is not None or Connection.objects.current().filter(dispensary=locked).exists():
        return
    locked.ended_at = clock.now()
    locked.save(update_fields=["ended_at"])
    DispensaryRoute.objects.filter(environment=locked.environment, remote_id=locked.remote_id).delete()
    events.publish(
        our_events.NobodyConnected(organization_id=locked.organization_id, dispensary_id=locked.pk)
    )
