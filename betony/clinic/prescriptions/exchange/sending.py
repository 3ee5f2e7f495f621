"""Sending a prescription: exactly once, as far as the other side allows."""

from uuid import UUID

from betony.clinic.prescriptions import provider
from betony.clinic.prescriptions.actions import sending
from betony.clinic.prescriptions.dispensary import errors, shapes
from betony.clinic.prescriptions.dispensary.client import HttpDispensary
from betony.kit import jobs, tenancy
from betony.kit.actor import system


def send(organization_id: UUID, prescription_id: UUID) -> None:
    """Send the prescription if it waits and can be sent now.

    Raises RetryLater for what passes by itself. After an unknown outcome the plan is looked up by our own
    mark before it is sent again.
    """
    by = system("prescriptions.send", organization_id=organization_id)
    try:
        with tenancy.organization(organization_id):
            parcel = sending.begin(prescription_id=prescription_id)
    except sending.NotNow as error:
        with tenancy.organization(organization_id):
            sending.note_waits(by=by, prescription_id=prescription_id, reason=error.reason)
        return
    except sending.NoLongerAllowed as error:
        _refuse(organization_id, prescription_id, error)
        return
    if parcel is None:
        return
    try:
        plan = provider.call(parcel.connection, lambda api: _send_once(api, parcel))
    except errors.DispensaryError as error:
        _explain(organization_id, prescription_id, error)
        return
    except sending.NoLongerAllowed as error:
        _refuse(organization_id, prescription_id, error)
        return
    with tenancy.organization(organization_id):
        sending.note_sent(by=by, prescription_id=prescription_id, plan=plan)


def _send_once(api: HttpDispensary, parcel: sending.Parcel) -> shapes.Plan:
    if parcel.was_begun:
        earlier = api.plans_by_metadata(parcel.plan.metadata_id)
        if earlier:
            return earlier[0]
    if parcel.refusal:
        raise sending.NoLongerAllowed(parcel.refusal)
    return api.create_plan(parcel.plan)


def _refuse(organization_id: UUID, prescription_id: UUID, error: sending.NoLongerAllowed) -> None:
    by = system("prescriptions.send", organization_id=organization_id)
    with tenancy.organization(organization_id):
        sending.note_not_sent(by=by, prescription_id=prescription_id, reason=error.reason)


def _explain(organization_id: UUID, prescription_id: UUID, error: errors.DispensaryError) -> None:
    """Say on the prescription what happened; raise RetryLater for what passes."""
    by = system("prescriptions.send", organization_id=organization_id)
    with tenancy.organization(organization_id):
        if isinstance(error, errors.NotConnected):
            sending.note_waits(by=by, prescription_id=prescription_id, reason=sending.WAITS_FOR_CONNECTION)
            return
        if not isinstance(error, errors.Unavailable):
            words = " ".join(error.messages) if isinstance(error, errors.Refused) else ""
            sending.note_not_sent(by=by, prescription_id=prescription_id, reason=words or error.sentence)
            return
        sending.note_waits(by=by, prescription_id=prescription_id, reason=sending.WAITS_FOR_FULLSCRIPT)
    seconds = error.retry_after_seconds if isinstance(error, errors.Busy) else None
    raise jobs.RetryLater(sending.WAITS_FOR_FULLSCRIPT, seconds=seconds) from error
