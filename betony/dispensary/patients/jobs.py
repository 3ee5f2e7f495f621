"""Mail to patients, sent by a worker."""

from uuid import UUID

from betony.dispensary.patients import actions, letters, postage, rules
from betony.kit import jobs, tenancy
from betony.kit.actor import system


@jobs.job("patients.send_welcome", retry=jobs.Retry(attempts=8, first_wait_seconds=5))
def send_welcome(*, organization_id: UUID, patient_id: UUID) -> None:
    """Send the welcome letter, once, with a fresh link; it may have to wait until the owner has confirmed."""
    if postage.is_short(organization_id):
        return
    by = system("patients.send_welcome", organization_id=organization_id)
    with tenancy.organization(organization_id):
        made = actions.make_welcome_link(by=by, patient_id=patient_id)
    if made is None:
        return
    letters.send_welcome(patient=made.patient, token=made.token, days=rules.DAYS_OF_A_WELCOME_LINK)
    postage.note_sent(organization_id)
    with tenancy.organization(organization_id):
        actions.note_welcome_mailed(by=by, patient_id=patient_id, to=made.patient.email)


@jobs.job("patients.send_password_link", retry=jobs.Retry(attempts=5, first_wait_seconds=5))
def send_password_link(*, organization_id: UUID, patient_id: UUID | None, language: str = "") -> None:
    """Send the letter with a fresh link to choose a new password; queued without a patient for unknown emails."""
    if patient_id is None or postage.is_short(organization_id):
        return
    by = system("patients.send_password_link", organization_id=organization_id)
    with tenancy.organization(organization_id):
        made = actions.make_password_link(by=by, patient_id=patient_id)
    if made is not None:
        letters.send_password_link(patient=made.patient, token=made.token, asked_in=language)
        postage.note_sent(organization_id)


@jobs.job("patients.send_held_welcomes")
def send_held_welcomes(*, organization_id: UUID) -> None:
    """Welcome those whose letters waited, now that the practice's owner has confirmed the email."""
    with tenancy.organization(organization_id):
        actions.queue_held_welcomes(organization_id=organization_id)
