"""Sending a change or a cancellation: the plan is looked at first, so that it happens once and upon what was seen."""

from uuid import UUID

from betony.clinic.prescriptions import content, provider, rules
from betony.clinic.prescriptions.actions import receiving, sending, sending_changes
from betony.clinic.prescriptions.dispensary import errors, shapes
from betony.clinic.prescriptions.dispensary.client import HttpDispensary
from betony.clinic.prescriptions.exchange import importing
from betony.clinic.prescriptions.rules import ChangeKind
from betony.kit import jobs, tenancy
from betony.kit.actor import Actor, system


class Overtaken(Exception):
    """The plan is no longer what the change was asked upon; `plan` is how it stands."""

    def __init__(self, reason: str, plan: shapes.Plan) -> None:
        super().__init__(reason)
        self.reason = reason
        self.plan = plan


def send(organization_id: UUID, change_id: UUID) -> None:
    """Send the change if it waits and can be sent now. Raises RetryLater for what passes by itself."""
    by = system("prescriptions.send_change", organization_id=organization_id)
    try:
        with tenancy.organization(organization_id):
            parcel = sending_changes.begin(change_id=change_id)
        if parcel is not None:
            _send(by, parcel)
    except sending.NotNow as error:
        with tenancy.organization(organization_id):
            sending_changes.note_waits(by=by, change_id=change_id, reason=error.reason)
    except sending.NoLongerAllowed as error:
        with tenancy.organization(organization_id):
            sending_changes.note_not_sent(by=by, change_id=change_id, reason=error.reason)


def _send(by: Actor, parcel: sending_changes.Parcel) -> None:
    change = parcel.change
    try:
        plan = provider.call(parcel.connection, lambda api: _make_once(api, parcel))
    except Overtaken as error:
        _take_over(by, parcel, error)
        return
    except errors.DispensaryError as error:
        _explain(by, change.pk, error)
        return
    importing.keep_names(by.organization, parcel.connection.dispensary, plan)
    with tenancy.organization(by.organization):
        sending_changes.note_done(by=by, change_id=change.pk, plan=plan)


def _make_once(api: HttpDispensary, parcel: sending_changes.Parcel) -> shapes.Plan:
    """Make the change unless an earlier try did, and return the plan as it stands then.

    Raises Overtaken when somebody else changed or cancelled it, NoLongerAllowed.
    """
    change = parcel.change
    now = api.plan(parcel.plan_id)
    if now.is_cancelled:
        if change.kind == ChangeKind.CANCEL:
            return now
        raise Overtaken(rules.CANCELLED_THERE, now)
    if change.kind == ChangeKind.CHANGE and _says(now, change.message, change.items):
        return now
    is_newer = change.before_updated_at is None or now.updated_at > change.before_updated_at
    if (
        change.kind == ChangeKind.CHANGE
        and is_newer
        and not _says(now, change.before_message, change.before_items)
    ):
        raise Overtaken(rules.CHANGED_THERE, now)
    if parcel.refusal:
        raise sending.NoLongerAllowed(parcel.refusal)
    if change.kind == ChangeKind.CANCEL:
        return api.cancel_plan(parcel.plan_id)
    if now.patient_id not in parcel.people:
        # Unlinked at this very moment, or never known here to be somebody else's.
        raise sending.NoLongerAllowed(rules.REACHED_ANOTHER)
    return api.change_plan(parcel.plan_id, parcel.wanted)


def _says(plan: shapes.Plan, message: str, items: list[dict[str, object]]) -> bool:
    is_message = plan.message is None or plan.message.split() == message.split()
    return is_message and content.is_same(items, content.of_plan(plan))


def _take_over(by: Actor, parcel: sending_changes.Parcel, error: Overtaken) -> None:
    """Say that somebody was faster, and show what they did."""
    organization_id = by.organization
    dispensary = parcel.connection.dispensary
    with tenancy.organization(organization_id):
        sending_changes.note_not_sent(by=by, change_id=parcel.change.pk, reason=error.reason)
    importing.keep_names(organization_id, dispensary, error.plan)
    with tenancy.organization(organization_id):
        receiving.keep_plan(by=by, dispensary=dispensary, plan=error.plan)


def _explain(by: Actor, change_id: UUID, error: errors.DispensaryError) -> None:
    """Say on the change what happened; raise RetryLater for what passes."""
    with tenancy.organization(by.organization):
        if isinstance(error, errors.NotConnected):
            reason = rules.WAITS_FOR_CONNECTION
            sending_changes.note_waits(by=by, change_id=change_id, reason=reason)
            return
        if not isinstance(error, errors.Unavailable):
            words = " ".join(error.messages) if isinstance(error, errors.Refused) else ""
            sending_changes.note_not_sent(by=by, change_id=change_id, reason=words or error.sentence)
            return
        reason = rules.WAITS_FOR_FULLSCRIPT
        sending_changes.note_waits(by=by, change_id=change_id, reason=reason)
    seconds = error.retry_after_seconds if isinstance(error, errors.Busy) else None
    raise jobs.RetryLater(reason, seconds=seconds) from error
