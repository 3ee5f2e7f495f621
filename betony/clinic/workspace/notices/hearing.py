"""What is done when other modules say that something happened. Called by jobs; each opens its own transaction.

What the notice is about is locked before it is looked at, so that a cause which ends meanwhile is not told of.
"""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from betony.clinic.accounts.models import Organization
from betony.clinic.prescriptions.models import Connection, Dispensary, Prescription, PrescriptionChange
from betony.clinic.prescriptions.rules import ChangeState, PrescriptionState
from betony.clinic.workspace.notices import actions, queries
from betony.clinic.workspace.notices.rules import Kind
from betony.kit import clock, tenancy
from betony.kit.actor import Actor, system


def _by(organization_id: UUID) -> Actor:
    return system("workspace.notices", organization_id=organization_id)


def prescription_not_sent(organization_id: UUID, prescription_id: UUID) -> None:
    """Tell the author, and who sent it last; when neither works here any more, the owners."""
    with tenancy.organization(organization_id):
        rows = Prescription.objects.select_for_update(of=("self",), no_key=True)
        found = rows.filter(pk=prescription_id, state=PrescriptionState.NOT_SENT).first()
        if found is None:
            return
        cause = actions.Cause(
            kind=Kind.NOT_SENT, about=found.pk, occasion=str(found.version), patient_id=found.patient_id
        )
        _tell(organization_id, cause, {found.written_by_id, found.sender_id})


def change_not_sent(organization_id: UUID, change_id: UUID) -> None:
    """Tell who asked for a change or cancellation that was not sent; when they have left, the owners."""
    with tenancy.organization(organization_id):
        changes = PrescriptionChange.objects.filter(pk=change_id)
        rows = Prescription.objects.select_for_update(of=("self",), no_key=True)
        found = rows.filter(pk__in=changes.values("prescription_id"), state=PrescriptionState.SENT).first()
        change = changes.filter(state=ChangeState.NOT_SENT).first()
        if found is None or change is None:
            return
        cause = actions.Cause(
            kind=Kind.CHANGE_NOT_SENT, about=found.pk, occasion=f"{change.pk.hex}.{change.version}",
            patient_id=found.patient_id,
        )  # fmt: skip
        _tell(organization_id, cause, {change.asked_by_id})


def prescription_taken_back(organization_id: UUID, prescription_id: UUID) -> None:
    """Tell author and sender that it reached somebody the patient was unlinked from, and is cancelled there."""
    with tenancy.organization(organization_id):
        rows = Prescription.objects.select_for_update(of=("self",), no_key=True)
        found = rows.filter(pk=prescription_id).first()
        if found is None:
            return
        cause = actions.Cause(
            kind=Kind.TAKEN_BACK, about=found.pk, occasion="once", patient_id=found.patient_id
        )
        _tell(organization_id, cause, {found.written_by_id, found.sender_id})


def _tell(organization_id: UUID, cause: actions.Cause, people: set[UUID | None]) -> None:
    """Tell these people; when none of them may know any more, the owners."""
    may_know = queries.recipients(organization_id, cause.kind)
    told = list(may_know.filter(pk__in=people - {None}).values_list("pk", flat=True)) or list(
        may_know.filter(role="owner").values_list("pk", flat=True)
    )
    actions.give(by=_by(organization_id), cause=cause, recipients=told)


def prescription_moved_on(organization_id: UUID, prescription_id: UUID) -> None:
    """Settle what was said about a prescription, or a change of it, that is tried again or is settled by now."""
    with tenancy.organization(organization_id):
        list(Prescription.objects.select_for_update(of=("self",), no_key=True).filter(pk=prescription_id))
        actions.settle_what_is_over(by=_by(organization_id), prescription_id=prescription_id)


def connection_broke(organization_id: UUID, connection_id: UUID) -> None:
    """Tell the connection's user."""
    with tenancy.organization(organization_id):
        rows = Connection.objects.select_for_update(of=("self",), no_key=True).current()
        found = rows.filter(pk=connection_id, broken_at__isnull=False).first()
        if found is None:
            return
        may_know = queries.recipients(organization_id, Kind.CONNECTION_BROKE)
        told = list(may_know.filter(pk=found.membership_id).values_list("pk", flat=True))
        cause = actions.Cause(kind=Kind.CONNECTION_BROKE, about=found.pk, occasion=str(found.token_version))
        actions.give(by=_by(organization_id), cause=cause, recipients=told)


def connection_ended(organization_id: UUID, connection_id: UUID) -> None:
    """Settle what was said about a connection that was renewed or reset."""
    with tenancy.organization(organization_id):
        actions.settle_what_is_over(by=_by(organization_id), connection_id=connection_id)


def link_question_asked(organization_id: UUID) -> None:
    """Tell those who may answer that there are people to confirm: one notice, however many there are.

    It rings at most once a day of the clinic's, and again after all were answered.
    """
    with tenancy.organization(organization_id):
        found = _locked_dispensary(organization_id)
        if found is None or not queries.open_questions(organization_id).exists():
            return
        clinic = Organization.objects.get(pk=organization_id)
        day = timezone.localdate(clock.now(), ZoneInfo(clinic.time_zone))
        told = list(queries.recipients(organization_id, Kind.TO_CONFIRM).values_list("pk", flat=True))
        cause = actions.Cause(kind=Kind.TO_CONFIRM, about=found.pk, occasion=day.isoformat())
        actions.give(by=_by(organization_id), cause=cause, recipients=told)


def link_question_answered(organization_id: UUID) -> None:
    """Settle the notice about people to confirm when there are none left."""
    with tenancy.organization(organization_id):
        _locked_dispensary(organization_id)
        actions.settle_what_is_over(by=_by(organization_id), kind=Kind.TO_CONFIRM)


def nobody_connected(organization_id: UUID, dispensary_id: UUID) -> None:
    """Tell the owners that nobody is connected to the dispensary any more (story 3.3)."""
    with tenancy.organization(organization_id):
        rows = Dispensary.objects.select_for_update(of=("self",), no_key=True)
        found = rows.filter(pk=dispensary_id, ended_at__isnull=False).first()
        if found is None or Dispensary.objects.filter(ended_at=None).exists():
            return
        told = list(queries.recipients(organization_id, Kind.NOBODY_CONNECTED).values_list("pk", flat=True))
        ended = found.ended_at.isoformat() if found.ended_at else ""
        cause = actions.Cause(kind=Kind.NOBODY_CONNECTED, about=found.pk, occasion=ended)
        actions.give(by=_by(organization_id), cause=cause, recipients=told)


def dispensary_connected(organization_id: UUID) -> None:
    """Settle what was said while nobody was connected."""
    with tenancy.organization(organization_id):
        actions.settle_what_is_over(by=_by(organization_id))


def keep_true(organization_id: UUID) -> None:
    """Settle what no event has settled, and put away what was read or settled long ago."""
    with tenancy.organization(organization_id):
        actions.settle_what_is_over(by=_by(organization_id))
        actions.sweep(organization_id=organization_id)


def _locked_dispensary(organization_id: UUID) -> Dispensary | None:
    rows = Dispensary.objects.select_for_update(of=("self",), no_key=True)
    return rows.filter(organization_id=organization_id, ended_at=None).first()
