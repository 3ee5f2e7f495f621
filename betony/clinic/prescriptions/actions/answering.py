"""What people answer about who is who: **Same person**, **Different person**, and **Email for Fullscript**."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from betony.clinic.prescriptions import failures, rules
from betony.clinic.prescriptions.actions import emails, linking, sharing
from betony.clinic.prescriptions.models import LinkCandidate, PatientLink, Prescription
from betony.clinic.prescriptions.models.links import Answer
from betony.clinic.prescriptions.rules import LinkState, PrescriptionState
from betony.kit import clock
from betony.kit.actor import Actor
from betony.kit.audit import trail

ANSWERABLE = (LinkState.QUESTION, LinkState.READY, LinkState.FAILED)


@transaction.atomic
def answer(*, by: Actor, candidate: LinkCandidate, answer: str, seen: str) -> PatientLink:
    """Keep what somebody says about the two people, and link them when they are the same.

    `seen` is the answer that stood on the page. Of two who answer at once one wins; the other gets
    AnsweredMeanwhile. The same answer twice changes nothing. Raises PatientCannotBeShared, LinkedToAnother.
    """
    by.require("prescriptions.confirm_patients")
    link = linking.locked_by_id(candidate.link_id)
    standing = LinkCandidate.objects.select_related("answered_by__user").filter(pk=candidate.pk).first()
    if standing is None or link.ended_at is not None:
        raise failures.AnsweredMeanwhile
    if standing.answer == answer:
        return link
    if standing.answer != seen or link.state not in ANSWERABLE:
        raise failures.AnsweredMeanwhile(_by_whom(standing))
    now = clock.now()
    _all_about(standing).update(answer=answer, answered_by_id=by.membership, answered_at=now)
    trail.record(
        by=by, action="prescriptions.link_question_answered", subject=link, patient_ids=[link.patient_id],
        changes={"answer": [standing.answer, answer], "remote_id": [None, standing.remote_id]},
    )  # fmt: skip
    if answer == Answer.SAME:
        return _link(by, link, standing)
    if link.state == LinkState.QUESTION and not link.candidates.filter(answer="").exists():
        link.state, link.reason = LinkState.FAILED, rules.NEEDS_EMAIL
        link.save(update_fields=["state", "reason"])
        linking.tell_answered(link.organization_id, link.patient_id)
    return link


def _by_whom(standing: LinkCandidate) -> str | None:
    """Return who answered what, in a sentence; None when nobody did."""
    if not standing.answer or standing.answered_by is None:
        return None
    return _("%(name)s answered “%(answer)s” a moment ago, and that answer counts.") % {
        "name": standing.answered_by.user.get_full_name(),
        "answer": Answer(standing.answer).label,
    }


def _all_about(standing: LinkCandidate) -> QuerySet[LinkCandidate]:
    """Return what is kept of the two people, on this link and on earlier ones."""
    return LinkCandidate.objects.filter(
        link__patient_id=standing.link.patient_id, link__dispensary_id=standing.link.dispensary_id,
        remote_id=standing.remote_id,
    )  # fmt: skip


def _link(by: Actor, link: PatientLink, person: LinkCandidate) -> PatientLink:
    sharing.check_may_be_known(link.patient, link.dispensary)
    kept = linking.keep_link(
        by=by, patient=link.patient, dispensary=link.dispensary, remote_id=person.remote_id,
        remote_name=person.full_name, remote_email=person.email, how=linking.CONFIRMED,
    )  # fmt: skip
    if kept is None:
        raise failures.LinkedToAnother
    return kept


@transaction.atomic
def give_email(*, by: Actor, link: PatientLink, email: str, is_writer_open: bool) -> PatientLink:
    """Keep **Email for Fullscript**: the patient goes by it at the dispensary, and only there.

    In the writer, or when a prescription waits, the patient is set up with it; else when the writer opens
    next. Raises AnsweredMeanwhile when the question is no more, NotAllAnswered, EmailOfAnother, PatientCannotBeShared.
    """
    by.require("prescriptions.confirm_patients")
    link = linking.locked_by_id(link.pk)
    email = email.strip()
    if link.ended_at is not None or link.state not in ANSWERABLE:
        raise failures.AnsweredMeanwhile
    if link.candidates.filter(answer="").exists():
        raise failures.NotAllAnswered
    sharing.check_consent(link.patient)
    emails.check_is_nobody_elses(link=link, email=email)
    before = link.state
    waits = Prescription.objects.filter(
        patient=link.patient, dispensary=link.dispensary, state=PrescriptionState.WAITING
    )
    sets_up = is_writer_open or waits.exists()
    link.email_for_fullscript, link.reason = email, ""
    link.state = LinkState.CREATING if sets_up else LinkState.READY
    link.save(update_fields=["email_for_fullscript", "reason", "state"])
    trail.record(
        by=by, action="prescriptions.email_for_fullscript_given", subject=link,
        patient_ids=[link.patient_id],
        changes={"state": [before, link.state]},
    )  # fmt: skip
    if sets_up:
        linking.queue_set_up(link.organization_id, link.patient_id)
    return link
