"""Sending a prescription: exactly once, as far as the other side allows."""

from dataclasses import dataclass
from uuid import UUID

from betony.clinic.prescriptions import provider, rules
from betony.clinic.prescriptions.actions import sending
from betony.clinic.prescriptions.dispensary import errors, shapes
from betony.clinic.prescriptions.dispensary.client import HttpDispensary
from betony.kit import jobs, tenancy
from betony.kit.actor import Actor, system

# After these the dispensary has certainly not made what it was asked for.
DID_NOT_ACT = (errors.Refused, errors.Forbidden, errors.NotFound, errors.NotConnected, errors.NotReached)


@dataclass
class Attempt:
    """How one run went: whether it made the plan, and whether the prescription is certainly not there after it."""

    never_arrived: bool
    is_made: bool = False


def send(organization_id: UUID, prescription_id: UUID) -> None:
    """Send the prescription if it waits and can be sent now.

    Raises RetryLater for what passes by itself. After an unknown outcome the plan is looked up by our own
    mark before it is sent again.
    """
    by = system("prescriptions.send", organization_id=organization_id)
    attempt = Attempt(never_arrived=False)
    try:
        with tenancy.organization(organization_id):
            parcel = sending.begin(prescription_id=prescription_id)
        if parcel is not None:
            attempt.never_arrived = not parcel.was_begun
            _send(by, prescription_id, parcel, attempt)
    except sending.NotNow as error:
        with tenancy.organization(organization_id):
            sending.note_waits(
                by=by, prescription_id=prescription_id, reason=error.reason,
                never_arrived=attempt.never_arrived,
            )  # fmt: skip
    except sending.NoLongerAllowed as error:
        with tenancy.organization(organization_id):
            sending.note_not_sent(
                by=by, prescription_id=prescription_id, reason=error.reason,
                never_arrived=attempt.never_arrived,
            )  # fmt: skip


def _send(by: Actor, prescription_id: UUID, parcel: sending.Parcel, attempt: Attempt) -> None:
    try:
        plan = provider.call(parcel.connection, lambda api: _send_once(api, parcel, attempt))
    except errors.DispensaryError as error:
        _explain(by.organization, prescription_id, error, attempt)
        return
    with tenancy.organization(by.organization):
        sending.note_sent(
            by=by, prescription_id=prescription_id, plan=plan,
            is_without_mail=not parcel.plan.is_mailed if attempt.is_made else None,
        )  # fmt: skip


def _send_once(api: HttpDispensary, parcel: sending.Parcel, attempt: Attempt) -> shapes.Plan:
    """Send it unless an earlier try did. Raises NoLongerAllowed and NotNow when it may only be looked up."""
    if parcel.was_begun:
        earlier = api.plans_by_metadata(parcel.plan.metadata_id)
        if earlier:
            return earlier[0]
        attempt.never_arrived = True
    if parcel.refusal:
        raise sending.NoLongerAllowed(parcel.refusal)
    if parcel.waits_for:
        raise sending.NotNow(parcel.waits_for)
    attempt.never_arrived = False
    try:
        plan = api.create_plan(parcel.plan)
    except errors.AlreadyThere:
        found = api.plans_by_metadata(parcel.plan.metadata_id)
        if not found:
            raise
        return found[0]
    except DID_NOT_ACT:
        attempt.never_arrived = True
        raise
    attempt.is_made = True
    return plan


def _explain(
    organization_id: UUID, prescription_id: UUID, error: errors.DispensaryError, attempt: Attempt
) -> None:
    """Say on the prescription what happened; raise RetryLater for what passes."""
    by = system("prescriptions.send", organization_id=organization_id)
    is_cut_off = isinstance(error, errors.NotConnected)
    with tenancy.organization(organization_id):
        if not (is_cut_off or isinstance(error, errors.Unavailable)):
            words = " ".join(error.messages) if isinstance(error, errors.Refused) else ""
            sending.note_not_sent(
                by=by, prescription_id=prescription_id, reason=words or error.sentence,
                never_arrived=attempt.never_arrived,
            )  # fmt: skip
            return
        sending.note_waits(
            by=by, prescription_id=prescription_id, never_arrived=attempt.never_arrived,
            reason=rules.WAITS_FOR_CONNECTION if is_cut_off else rules.WAITS_FOR_FULLSCRIPT,
        )  # fmt: skip
    if is_cut_off:
        return
    seconds = error.retry_after_seconds if isinstance(error, errors.Busy) else None
    raise jobs.RetryLater(rules.WAITS_FOR_FULLSCRIPT, seconds=seconds) from error
