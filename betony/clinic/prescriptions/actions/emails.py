"""A linked patient's email here and at the dispensary: which one counts, and making them the same."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import failures, queries, rules
from betony.clinic.prescriptions import jobs as our_jobs
from betony.clinic.prescriptions.actions import sending, sharing
from betony.clinic.prescriptions.models import Dispensary, PatientLink
from betony.clinic.prescriptions.models.links import Answer
from betony.clinic.prescriptions.rules import LinkState
from betony.kit import clock
from betony.kit.actor import Actor
from betony.kit.audit import trail


def _locked(link_id: UUID) -> tuple[PatientLink, str]:
    """Return a link that stands, locked, with the patient's email here; raise NotLinked."""
    rows = PatientLink.objects.current().select_for_update(of=("self",)).select_related("patient")
    link = rows.filter(pk=link_id, state=LinkState.LINKED).first()
    if link is None:
        raise failures.NotLinked
    return link, queries.chart_person(link.patient, link).email_there


def check_is_nobody_elses(*, link: PatientLink, email: str) -> None:
    """Pass when no other patient here goes by the email, and nobody there who was answered to be different.

    Raises EmailOfAnother.
    """
    others = PatientLink.objects.current().filter(
        organization_id=link.organization_id, dispensary_id=link.dispensary_id
    )
    others = others.exclude(patient_id=link.patient_id)
    is_anothers = queries.other_charts_with_email(link.patient, email)
    if is_anothers or others.given(email).exists() or others.known_there_as(email).exists():
        raise failures.EmailOfAnother
    ruled_out = link.candidates.filter(answer=Answer.DIFFERENT, is_archived=False)
    if rules.email_key(email) in {rules.email_key(one.email) for one in ruled_out}:
        raise failures.EmailOfAnother(
            _("This email belongs to the person at Fullscript who is somebody else. Use another one.")
        )


@transaction.atomic
def give_another(*, by: Actor, link: PatientLink, email: str) -> PatientLink:
    """**Change** the email for Fullscript of a linked patient, and have it changed there by a job.

    Until the dispensary has accepted it nothing is sent; what it refuses is said, and asked about. Given the chart's
    own email, the patient goes by the chart's again. One the dispensary has already needs no update: then
    `email_update_asked_at` of the returned link is None. Raises NotLinked, EmailUpdateUnderWay, EmailOfAnother,
    PatientCannotBeShared.
    """
    by.require("prescriptions.confirm_patients")
    link, ours = _locked(link.pk)
    email = email.strip()
    if link.email_update_asked_at is not None:
        raise failures.EmailUpdateUnderWay
    sharing.check_consent(link.patient)
    is_new = rules.email_key(email) != rules.email_key(ours)
    if is_new:
        check_is_nobody_elses(link=link, email=email)
        is_charts = rules.email_key(email) == rules.email_key(link.patient.email)
        link.email_for_fullscript, link.email_update_refused = "" if is_charts else email, ""
        link.save(update_fields=["email_for_fullscript", "email_update_refused"])
        trail.record(
            by=by, action="prescriptions.email_for_fullscript_changed", subject=link,
            patient_ids=[link.patient_id],
        )  # fmt: skip
    if rules.email_key(email) != rules.email_key(link.remote_email):
        return ask_for_update(by=by, link=link)
    if is_new:
        link.email_settled = email
        link.save(update_fields=["email_settled"])
        sending.send_what_waits(by=by, patient_id=link.patient_id)
    return link


@transaction.atomic
def keep_theirs(*, by: Actor, link: PatientLink) -> PatientLink:
    """**Keep their e-mail**: the dispensary's stays as it is, and what waited for the answer is sent.

    Raises NotLinked when the link was undone meanwhile. A second click changes nothing.
    """
    by.require("prescriptions.confirm_patients")
    link, ours = _locked(link.pk)
    if rules.email_key(link.email_settled) == rules.email_key(ours):
        return link
    link.email_settled, link.email_update_asked_at, link.email_update_refused = ours, None, ""
    link.save(update_fields=["email_settled", "email_update_asked_at", "email_update_refused"])
    trail.record(
        by=by, action="prescriptions.their_email_kept", subject=link, patient_ids=[link.patient_id],
    )  # fmt: skip
    sending.send_what_waits(by=by, patient_id=link.patient_id)
    return link


@transaction.atomic
def ask_for_update(*, by: Actor, link: PatientLink) -> PatientLink:
    """**Update at Fullscript**: have our email put in the place of theirs, by a job.

    Raises NotLinked, NoEmailHere and PatientCannotBeShared. A second click changes nothing.
    """
    by.require("prescriptions.confirm_patients")
    link, ours = _locked(link.pk)
    if not ours:
        raise failures.NoEmailHere
    sharing.check_consent(link.patient)
    if link.email_update_asked_at is not None:
        return link
    link.email_update_asked_at, link.email_update_refused = clock.now(), ""
    link.save(update_fields=["email_update_asked_at", "email_update_refused"])
    trail.record(
        by=by, action="prescriptions.email_update_asked", subject=link, patient_ids=[link.patient_id],
    )  # fmt: skip
    queue_update(link)
    return link


def queue_update(link: PatientLink) -> None:
    """Have a worker put our email in the place of theirs."""
    our_jobs.update_email.queue(
        organization_id=link.organization_id, link_id=link.pk, once_key=f"update-email:{link.pk}",
        lock=f"link:{link.patient_id}",
    )  # fmt: skip


@transaction.atomic
def update_what_waits(*, dispensary: Dispensary) -> int:
    """Queue again the updates that were asked for while nobody was connected, and return how many."""
    rows = PatientLink.objects.current().filter(dispensary=dispensary, email_update_asked_at__isnull=False)
    waiting = list(rows.order_by("pk"))
    for link in waiting:
        queue_update(link)
    return len(waiting)


@transaction.atomic
def note_seen(*, by: Actor, link_id: UUID, person: rules.RemotePerson, ends_update: bool = False) -> None:
    """Note the name and email the dispensary has for a linked patient; ours are never changed by it.

    When the emails agree by now, what waited for that is sent. `ends_update`: it answered our change; when
    ours was changed again meanwhile, the question stands again.
    """
    rows = PatientLink.objects.current().select_for_update(of=("self",))
    link = rows.filter(pk=link_id, state=LinkState.LINKED, remote_id=person.id).first()
    if link is None:
        return
    ours = queries.chart_person(Patient.objects.get(pk=link.patient_id), link).email_there
    is_agreed = rules.email_key(ours) == rules.email_key(person.email)
    values: dict[str, object] = {
        "remote_email": person.email[:254],
        "remote_name": f"{person.first_name} {person.last_name}".strip()[:240],
    }
    if is_agreed or ends_update:
        values |= {"email_update_asked_at": None, "email_update_refused": ""}
    if is_agreed:
        values["email_settled"] = ours
    elif ends_update:
        # Ours was changed while the update was on its way, perhaps back: what is there now was not chosen by anybody.
        values["email_settled"] = ""
    if changes := trail.changed_fields(link, values):
        PatientLink.objects.filter(pk=link.pk).update(**values)
        trail.record(
            by=by, action="prescriptions.person_there_seen", subject=link, patient_ids=[link.patient_id],
            changes={"changed": [[], sorted(changes)]},
        )  # fmt: skip
    if is_agreed:
        sending.send_what_waits(by=by, patient_id=link.patient_id)


@transaction.atomic
def note_refused(*, by: Actor, link_id: UUID, reason: str) -> None:
    """Say why the email was not changed there; the question stands again."""
    rows = PatientLink.objects.current().select_for_update(of=("self",))
    link = rows.filter(pk=link_id).exclude(email_update_asked_at=None).first()
    if link is None:
        return
    link.email_update_asked_at, link.email_update_refused = None, reason
    link.save(update_fields=["email_update_asked_at", "email_update_refused"])
    trail.record(
        by=by, action="prescriptions.email_update_refused", subject=link, patient_ids=[link.patient_id],
        reason=reason,
    )  # fmt: skip
    sending.send_what_waits(by=by, patient_id=link.patient_id)
