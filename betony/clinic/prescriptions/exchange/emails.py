"""What a linked patient's email is at the dispensary: seeing it, and changing it when somebody said so."""

from uuid import UUID

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import provider, queries
from betony.clinic.prescriptions.actions import emails, linking, sending
from betony.clinic.prescriptions.dispensary import errors
from betony.clinic.prescriptions.exchange import people
from betony.clinic.prescriptions.models import PatientLink
from betony.clinic.prescriptions.rules import LinkState
from betony.kit import tenancy
from betony.kit.actor import system


def look_after(organization_id: UUID, patient_id: UUID) -> None:
    """See what the dispensary has for a linked patient who was saved, unless it is known to agree.

    What waited for an answer that is not needed any more is sent. Raises the client's errors.
    """
    by = system("prescriptions.emails", organization_id=organization_id)
    with tenancy.organization(organization_id):
        patient = Patient.objects.get(pk=patient_id)
        links = PatientLink.objects.current().filter(patient_id=patient_id, state=LinkState.LINKED)
        unsure = [
            one
            for one in links.filter(dispensary__ended_at=None).order_by("pk")
            if not one.remote_email or queries.email_standing(one, patient) != "agreed"
        ]
        if not unsure:
            sending.send_what_waits(by=by, patient_id=patient_id)
    for link in unsure:
        see(organization_id, link)


def see(organization_id: UUID, link: PatientLink) -> None:
    """Note how the dispensary knows a linked patient now. Raises the client's errors."""
    by = system("prescriptions.emails", organization_id=organization_id)
    remote_id = str(link.remote_id)
    found = provider.call_any(organization_id, lambda api: people.by_ids(api, [remote_id]))
    with tenancy.organization(organization_id):
        for person in found:
            emails.note_seen(by=by, link_id=link.pk, person=person)


def see_by_id(organization_id: UUID, remote_id: str) -> None:
    """Note how the dispensary knows one of its patients now; charts with the email are matched again.

    Raises the client's errors.
    """
    by = system("prescriptions.emails", organization_id=organization_id)
    found = provider.call_any(organization_id, lambda api: people.by_ids(api, [remote_id]))
    with tenancy.organization(organization_id):
        dispensary = queries.current_dispensary(by)
        if dispensary is None:
            return
        for person in found:
            link = linking.by_remote(dispensary, person.id)
            if link is not None:
                emails.note_seen(by=by, link_id=link.pk, person=person)
            else:
                linking.match_charts_with(organization_id=organization_id, email=person.email)


def update(organization_id: UUID, link_id: UUID) -> None:
    """Change the email there to ours, when that is still asked for and the patient may still be shared.

    Raises the client's passing errors, and NotConnected: then it stays asked for until somebody connects.
    """
    by = system("prescriptions.emails", organization_id=organization_id)
    with tenancy.organization(organization_id):
        link = PatientLink.objects.current().filter(pk=link_id).exclude(email_update_asked_at=None).first()
        if link is None:
            return
        patient = Patient.objects.get(pk=link.patient_id)
        if refusal := queries.refusal_to_share(patient):
            emails.note_refused(by=by, link_id=link_id, reason=refusal)
            return
        email, remote_id = queries.chart_person(patient, link).email_there, str(link.remote_id)
    try:
        if not link.remote_email:
            # When it is refused, people are told which email the dispensary has.
            see(organization_id, link)
        changed = provider.call_any(organization_id, lambda api: api.change_email(remote_id, email=email))
    except (errors.Refused, errors.Forbidden, errors.NotFound) as error:
        words = " ".join(error.messages) if isinstance(error, errors.Refused) else ""
        with tenancy.organization(organization_id):
            emails.note_refused(by=by, link_id=link_id, reason=words or error.sentence)
        return
    with tenancy.organization(organization_id):
        emails.note_seen(by=by, link_id=link_id, person=people.person(changed), ends_update=True)
