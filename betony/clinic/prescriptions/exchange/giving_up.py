"""When the tries are used up: say so where people look."""

from uuid import UUID

from betony.clinic.prescriptions import queries, rules
from betony.clinic.prescriptions.actions import emails, linking, sending, sending_changes
from betony.clinic.prescriptions.dispensary import errors
from betony.clinic.prescriptions.rules import LinkState
from betony.kit import tenancy
from betony.kit.actor import system

# What the last try said, as a sentence that is still true when nothing is tried any more.
SENTENCES = {
    rules.WAITS_FOR_FULLSCRIPT: errors.Unavailable.sentence,
    errors.Unavailable.sentence: errors.Unavailable.sentence,
    errors.Forbidden.sentence: errors.Forbidden.sentence,
    rules.BUSY: errors.Busy.sentence,
}


def _sentence(reason: str) -> str:
    """Return the sentence; the name of an error of our own says nothing to people."""
    return SENTENCES.get(reason, errors.DispensaryError.sentence)


def prescription(organization_id: UUID, prescription_id: UUID, reason: str) -> None:
    """Mark a prescription as not sent."""
    by = system("prescriptions.send", organization_id=organization_id)
    with tenancy.organization(organization_id):
        sending.note_not_sent(by=by, prescription_id=prescription_id, reason=_sentence(reason))


def patient(organization_id: UUID, patient_id: UUID, reason: str) -> None:
    """Say that a patient could not be set up, and that what waited for it was not sent."""
    by = system("prescriptions.linking", organization_id=organization_id)
    with tenancy.organization(organization_id):
        dispensary = queries.current_dispensary(by)
        if dispensary is None:
            return
        sentence = _sentence(reason)
        linking.note_no_link(
            by=by, patient_id=patient_id, dispensary=dispensary, state=LinkState.FAILED, reason=sentence
        )
        sending.give_up_on_patient(by=by, patient_id=patient_id, dispensary=dispensary, reason=sentence)


def email(organization_id: UUID, link_id: UUID, reason: str) -> None:
    """Say that the email could not be changed at the dispensary; the question stands again."""
    by = system("prescriptions.emails", organization_id=organization_id)
    with tenancy.organization(organization_id):
        emails.note_refused(by=by, link_id=link_id, reason=_sentence(reason))


def change(organization_id: UUID, change_id: UUID, reason: str) -> None:
    """Mark a change as not sent."""
    by = system("prescriptions.send_change", organization_id=organization_id)
    with tenancy.organization(organization_id):
        sending_changes.note_not_sent(by=by, change_id=change_id, reason=_sentence(reason))
