"""This module's jobs: thin, each one call."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec
from uuid import UUID

from betony.clinic.prescriptions import rules
from betony.clinic.prescriptions.dispensary import errors
from betony.kit import jobs

Arguments = ParamSpec("Arguments")
PATIENT_RETRY = jobs.Retry(attempts=12, first_wait_seconds=2, longest_wait_seconds=600)
ONE_TRY = jobs.Retry(attempts=1)
LONG_RETRY = jobs.Retry(attempts=30, first_wait_seconds=2, longest_wait_seconds=3600)


def retried(function: Callable[Arguments, Any]) -> Callable[Arguments, None]:
    """Turn passing trouble at the dispensary into another try.

    Without a connection there is nothing to do until somebody connects; what waits then is queued again. What
    the connection does not cover is given up at once. Raises RetryLater and GiveUp.
    """

    @wraps(function)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except errors.NotConnected:
            return
        except errors.Forbidden as error:
            raise jobs.GiveUp(errors.Forbidden.sentence) from error
        except errors.Busy as error:
            raise jobs.RetryLater(rules.BUSY, seconds=error.retry_after_seconds) from error
        except errors.Unavailable as error:
            raise jobs.RetryLater(errors.Unavailable.sentence) from error

    return run


def _give_up_sending(*, reason: str, organization_id: UUID, prescription_id: UUID) -> None:
    from betony.clinic.prescriptions.exchange import giving_up

    giving_up.prescription(organization_id, prescription_id, reason)


def _give_up_change(*, reason: str, organization_id: UUID, change_id: UUID) -> None:
    from betony.clinic.prescriptions.exchange import giving_up

    giving_up.change(organization_id, change_id, reason)


def _give_up_setting_up(*, reason: str, organization_id: UUID, patient_id: UUID) -> None:
    from betony.clinic.prescriptions.exchange import giving_up, standing

    giving_up.patient(organization_id, standing.patient(organization_id, patient_id), reason)


def _give_up_on_envelope(*, reason: str, envelope_id: UUID) -> None:
    from betony.clinic.prescriptions.actions import envelopes

    envelopes.note_given_up(envelope_id=envelope_id)


def _give_up_email(*, reason: str, organization_id: UUID, link_id: UUID) -> None:
    from betony.clinic.prescriptions.exchange import giving_up

    giving_up.email(organization_id, link_id, reason)


# The bodies import what they call, because the actions that those modules use queue these jobs.


@jobs.job("prescriptions.revoke", retry=LONG_RETRY, calls_out=True)
@retried
def revoke(*, organization_id: UUID, environment: str, token_sealed: str) -> None:
    """Tell the dispensary that a token must die."""
    from betony.clinic.prescriptions import provider
    from betony.kit import secrets_box

    provider.api(environment).revoke(token=secrets_box.open_sealed(token_sealed))


@jobs.job("prescriptions.send", retry=PATIENT_RETRY, on_failure=_give_up_sending, calls_out=True)
def send(*, organization_id: UUID, prescription_id: UUID) -> None:
    """Send a prescription that waits."""
    from betony.clinic.prescriptions.exchange import sending

    sending.send(organization_id, prescription_id)


@jobs.job("prescriptions.send_change", retry=PATIENT_RETRY, on_failure=_give_up_change, calls_out=True)
def send_change(*, organization_id: UUID, change_id: UUID) -> None:
    """Send a change or a cancellation that waits."""
    from betony.clinic.prescriptions.exchange import changing

    changing.send(organization_id, change_id)


@jobs.job("prescriptions.match_patient", retry=PATIENT_RETRY, calls_out=True)
@retried
def match_patient(*, organization_id: UUID, patient_id: UUID) -> None:
    """Link a saved patient when the rule allows it without asking."""
    from betony.clinic.prescriptions.exchange import linking, standing

    linking.match(organization_id, standing.patient(organization_id, patient_id))


@jobs.job("prescriptions.set_up_patient", retry=PATIENT_RETRY, on_failure=_give_up_setting_up, calls_out=True)
@retried
def set_up_patient(*, organization_id: UUID, patient_id: UUID) -> None:
    """Match or create the patient of an open writer."""
    from betony.clinic.prescriptions.exchange import linking, standing

    linking.set_up(organization_id, standing.patient(organization_id, patient_id))


@jobs.job("prescriptions.match_all")
def match_all(*, organization_id: UUID, dispensary_id: UUID, is_first: bool) -> None:
    """Begin to match every active patient after somebody connected."""
    from betony.clinic.prescriptions.exchange import matching

    matching.begin(organization_id, is_first=is_first)


@jobs.job("prescriptions.match_patients", retry=LONG_RETRY, calls_out=True)
@retried
def match_patients(*, organization_id: UUID) -> None:
    """Go on matching every active patient, from where it stopped."""
    from betony.clinic.prescriptions.exchange import matching

    matching.go_on(organization_id)


@jobs.job("prescriptions.update_email", retry=PATIENT_RETRY, on_failure=_give_up_email, calls_out=True)
@retried
def update_email(*, organization_id: UUID, link_id: UUID) -> None:
    """Change a linked patient's email at the dispensary to ours."""
    from betony.clinic.prescriptions.exchange import emails

    emails.update(organization_id, link_id)


@jobs.job("prescriptions.import_patient", retry=PATIENT_RETRY, calls_out=True, is_background=True)
@retried
def import_patient(*, organization_id: UUID, patient_id: UUID) -> None:
    """List the history of a patient who is linked now, and have it brought in."""
    from betony.clinic.prescriptions.exchange import histories, standing

    histories.list_history(organization_id, standing.patient(organization_id, patient_id))


@jobs.job("prescriptions.bring_history", retry=PATIENT_RETRY, calls_out=True, is_background=True)
@retried
def bring_history(*, organization_id: UUID, link_id: UUID) -> None:
    """Bring in what was listed of a patient's history, from where an earlier run stopped."""
    from betony.clinic.prescriptions.exchange import histories

    histories.bring_history(organization_id, link_id)


@jobs.job("prescriptions.synchronize", retry=ONE_TRY, calls_out=True)
def synchronize(*, organization_id: UUID) -> None:
    """Compare with the dispensary. What fails is said where people look, and tried in five minutes."""
    from betony.clinic.prescriptions.exchange import synchronizing

    synchronizing.run(organization_id)


@jobs.every("*/5 * * * *", "prescriptions.synchronize_all")
def synchronize_all() -> None:
    """Compare every organization with its dispensary, and see that what waits has a job."""
    from betony.clinic.prescriptions.exchange import synchronizing

    synchronizing.queue_all()


@jobs.job("prescriptions.queue_again")
def queue_again(*, organization_id: UUID) -> None:
    """Queue again what has waited for a while and has no job any more."""
    from betony.clinic.prescriptions.exchange import waking

    waking.what_was_left(organization_id)


@jobs.job("prescriptions.fetch_practitioners", retry=PATIENT_RETRY, calls_out=True)
@retried
def fetch_practitioners(*, organization_id: UUID) -> None:
    """Bring the list of practitioners up to date."""
    from betony.clinic.prescriptions.exchange import importing

    importing.fetch_practitioners(organization_id)


@jobs.job("prescriptions.work_on_envelope", retry=LONG_RETRY, on_failure=_give_up_on_envelope, calls_out=True)
@retried
def work_on_envelope(*, envelope_id: UUID) -> None:
    """Do what a webhook asks for."""
    from betony.clinic.prescriptions.exchange import webhooks

    webhooks.work_on(envelope_id)


@jobs.job("prescriptions.learn_ingredients", retry=LONG_RETRY, calls_out=True)
@retried
def learn_ingredients(*, organization_id: UUID) -> None:
    """Learn what products are made of, a few calls a run."""
    from betony.clinic.prescriptions.exchange import learning

    learning.learn(organization_id)


@jobs.job("prescriptions.learn_after_connection")
def learn_after_connection(*, organization_id: UUID, dispensary_id: UUID, is_first: bool) -> None:
    """Begin, or take up, learning ingredients when somebody has connected."""
    from betony.clinic.prescriptions.exchange import learning

    learning.after_connection(organization_id)


@jobs.every("41 * * * *", "prescriptions.learn_where_due")
def learn_where_due() -> None:
    """Begin, every week, a new round of learning ingredients; take up what was left unfinished."""
    from betony.clinic.prescriptions.exchange import learning

    learning.learn_where_due()


@jobs.job("prescriptions.send_after_link")
def send_after_link(*, organization_id: UUID, patient_id: UUID) -> None:
    """Send what waited for the patient's link."""
    from betony.clinic.prescriptions.exchange import standing, waking

    waking.after_link(organization_id, standing.patient(organization_id, patient_id))


@jobs.job("prescriptions.go_on_after_merge")
def go_on_after_merge(*, organization_id: UUID, patient_id: UUID, merged_id: UUID) -> None:
    """Go on, for both records, with what a merge or its undo may have cut off."""
    from betony.clinic.prescriptions.exchange import waking

    waking.after_merge(organization_id, [patient_id, merged_id])


@jobs.job("prescriptions.send_after_connection")
def send_after_connection(*, organization_id: UUID, dispensary_id: UUID, is_first: bool) -> None:
    """Send what waited for a connection."""
    from betony.clinic.prescriptions.exchange import waking

    waking.after_connection(organization_id)


@jobs.job("prescriptions.disconnect_member")
def disconnect_member(*, organization_id: UUID, membership_id: UUID) -> None:
    """End the connection of somebody who was deactivated, unless they are back by now."""
    from betony.clinic.prescriptions.exchange import waking

    waking.after_deactivation(organization_id, membership_id)


@jobs.every("37 4 * * *", "prescriptions.sweep")
def sweep() -> None:
    """Put away, every day, what webhooks said and trips to the consent page that are long over."""
    from betony.clinic.prescriptions.actions import sweeping

    sweeping.sweep()
