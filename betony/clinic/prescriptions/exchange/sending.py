"""Sending a prescription: exactly once, as far as the other side allows."""

from uuid import UUID

from betony.clinic.prescriptions import provider
from betony.clinic.prescriptions.actions import sending
from betony.clinic.prescriptions.dispensary import errors, shapes
from betony.clinic.prescriptions.dispensary.client import HttpDispensary
from betony.kit import jobs, tenancy
from betony.kit.actor import Actor, system


def send(organization_id: UUID, prescription_id: UUID) -> None:
    """Send the prescription if it waits and can be sent now.

    Raises RetryLater for what passes by itself. After an unknown outcome the plan is looked up by our own
    mark before it is sent again.
    """
    by = system("prescriptions.send", organization_id=organization_id)
    try:
        with tenancy.organization(organization_id):
            parcel = sending.begin(prescription_id=prescription_id)
        if parcel is not None:
            _send(by, prescription_id, parcel)
    except sending.NotNow as error:
        with tenancy.organization(organization_id):
            sending.note_waits(by=by, prescription_id=prescription_id, reason=error.reason)
    except sending.NoLongerAllowed as error:
        with tenancy.organization(organization_id):
            sending.note_not_sent(by=by, prescription_id=prescription_id, reason=error.reason)


def _send(by: Actor, prescription_id: UUID, parcel: sending.Parcel) -> None:
    try:
        plan = provider.call(parcel.connection, lambda api: _send_once(api, parcel))
    except errors.DispensaryError as error:
        _explain(by.organization, prescription_id, error)
        return
    with tenancy.organization(by.organization):
        sending.note_sent(by=by, prescription_id=prescription_id, plan=plan)


def _send_once(api: HttpDispensary, parcel: sending.Parcel) -> shapes.Plan:
    """Send it unless an earlier try did. Raises NoLongerAllowed and NotNow when it may only be looked up."""
    if parcel.was_begun:
        earlier = api.plans_by_metadata(parcel.plan.metadata_id)
        if earlier:
            return earlier[0]
    if parcel.refusal:
        raise sending.NoLongerAllowed(parcel.refusal)
    if parcel.waits_for:
        raise sending.NotNow(parcel.waits_for)
    return api.create_plan(parcel.plan)


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
