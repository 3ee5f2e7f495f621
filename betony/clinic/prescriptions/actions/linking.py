"""Linking a chart's patient to the dispensary's patient who is the same person."""

from collections.abc import Iterable
from uuid import UUID

from django.db import IntegrityError, transaction

from betony.clinic.patients import access as patient_access
from betony.clinic.patients.merging import records
from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import events as our_events
from betony.clinic.prescriptions import jobs as our_jobs
from betony.clinic.prescriptions import queries, rules
from betony.clinic.prescriptions.actions import candidates, sharing, sight
from betony.clinic.prescriptions.models import Dispensary, PatientLink, Prescription
from betony.clinic.prescriptions.rules import LinkState, PrescriptionState
from betony.kit import clock, events
from betony.kit.actor import Actor
from betony.kit.audit import trail

CONFIRMED = "confirmed"


@transaction.atomic
def ask_for_link(*, by: Actor, patient: Patient, dispensary: Dispensary) -> PatientLink:
    """Have the patient matched or created at the dispensary, once, however often this is called.

    A question that stands stays on the screen while it is looked again. Raises PatientCannotBeShared.
    """
    sharing.check_may_be_known(patient, dispensary)
    link = locked_link(patient.pk, dispensary)
    if link is not None and link.state in (LinkState.LINKED, LinkState.CREATING):
        if link.state == LinkState.CREATING and not our_jobs.set_up_patient.at_work_on(
            "patient_id", [patient.pk]
        ):
            queue_set_up(patient.organization_id, patient.pk)
        return link
    if link is None:
        try:
            with transaction.atomic():
                link = _new_link(patient, dispensary, LinkState.CREATING, by)
        except IntegrityError:
            return PatientLink.objects.for_writing().get(dispensary=dispensary, patient=patient)
    elif link.state != LinkState.QUESTION and link.reason != rules.NEEDS_EMAIL:
        link.state, link.reason = LinkState.CREATING, ""
        link.save(update_fields=["state", "reason"])
    trail.record(by=by, action="prescriptions.link_asked_for", subject=link, patient_ids=[patient.pk])
    queue_set_up(patient.organization_id, patient.pk)
    return link


def _new_link(
    patient: Patient, dispensary: Dispensary, state: str, by: Actor, *, is_for_writing: bool = True
) -> PatientLink:
    patient_access.hold(patient)
    return PatientLink.objects.create(
        organization_id=patient.organization_id,
        dispensary=dispensary,
        patient=patient,
        state=state,
        is_for_writing=is_for_writing,
        made_by_id=by.membership_id,
        created_at=clock.now(),
    )


def _receiving_link(patient: Patient, dispensary: Dispensary, by: Actor) -> PatientLink:
    """Return a new link beside the one for writing: somebody there who is the same person, too."""
    link = _new_link(patient, dispensary, LinkState.CREATING, by, is_for_writing=False)
    return PatientLink.objects.select_for_update(of=("self",)).get(pk=link.pk)


def queue_set_up(organization_id: UUID, patient_id: UUID) -> None:
    """Have a worker look for the patient at the dispensary, and create them when nobody there is."""
    our_jobs.set_up_patient.queue(
        organization_id=organization_id,
        patient_id=patient_id,
        once_key=f"set-up:{patient_id}",
        lock=f"link:{patient_id}",
    )


@transaction.atomic
def set_up_what_waits(*, dispensary: Dispensary) -> int:
    """Queue again the patients who were being set up when the connection was lost, and return how many."""
    links = PatientLink.objects.for_writing().filter(dispensary=dispensary, state=LinkState.CREATING)
    waiting = list(links.order_by("pk").values_list("patient_id", flat=True))
    for patient_id in waiting:
        queue_set_up(dispensary.organization_id, patient_id)
    return len(waiting)


@transaction.atomic
def refresh_history(*, dispensary: Dispensary) -> int:
    """Queue the history of every linked patient, and return how many: while nobody was connected, news was lost."""
    links = PatientLink.objects.current().filter(dispensary=dispensary, state=LinkState.LINKED)
    linked = sorted(set(links.values_list("patient_id", flat=True)))
    for patient_id in linked:
        our_jobs.import_patient.queue(
            organization_id=dispensary.organization_id, patient_id=patient_id, once_key=f"import:{patient_id}"
        )
    return len(linked)


@transaction.atomic
def match_charts_with(*, organization_id: UUID, email: str) -> int:
    """Queue the matching of the active charts that bear an email, and return how many."""
    key = rules.email_key(email)
    rows = Patient.objects.filter(organization_id=organization_id, is_active=True, email_key=key)
    found = list(rows.order_by("pk").values_list("pk", flat=True)) if key else []
    for patient_id in found:
        our_jobs.match_patient.queue(
            organization_id=organization_id, patient_id=patient_id, once_key=f"match:{patient_id}"
        )
    return len(found)


def locked_link(patient_id: UUID, dispensary: Dispensary) -> PatientLink | None:
    """Return the patient's link for writing, locked: answers, links and questions come one after the other.

    None when there is none.
    """
    rows = PatientLink.objects.for_writing().select_for_update(of=("self",))
    return rows.filter(dispensary=dispensary, patient_id=patient_id).first()


def by_remote(dispensary: Dispensary, remote_patient_id: str) -> PatientLink | None:
    """Return the link of the dispensary's patient, if a chart is linked to them."""
    return (
        PatientLink.objects.current()
        .filter(dispensary=dispensary, remote_id=remote_patient_id, state=LinkState.LINKED)
        .first()
    )


def locked_by_remote(dispensary: Dispensary, remote_patient_id: str) -> PatientLink | None:
    """Return the same, locked: what arrives about one patient, and unlinking, come one after the other."""
    found = by_remote(dispensary, remote_patient_id)
    return found and PatientLink.objects.current().select_for_update(no_key=True).filter(pk=found.pk).first()


def locked_by_id(link_id: UUID) -> PatientLink:
    """Return a link as it is now, standing or ended, locked, with its patient and dispensary."""
    rows = PatientLink.objects.select_for_update(of=("self",)).select_related("patient", "dispensary")
    return rows.get(pk=link_id)


@transaction.atomic
def keep_link(
    *, by: Actor, patient: Patient, dispensary: Dispensary, remote_id: str, remote_name: str, how: str,
    remote_email: str = "",
) -> PatientLink | None:  # fmt: skip
    """Link the two and return the link; None when the other person is already linked to somebody else.

    `how` is "matched", "created" or "confirmed". Only what somebody confirmed is linked against an earlier
    **Different person**. What an undone link to the same person had brought comes back into sight, and the
    history is brought in by a job. For a patient who was merged meanwhile it is the kept record that is
    linked, beside its own link if need be.
    """
    standing = records.hold(patient.pk)
    was_merged = standing != patient.pk
    patient = Patient.objects.get(pk=standing) if was_merged else patient
    link = locked_link(patient.pk, dispensary)
    if link is not None and not rules.may_link_move(link.state, LinkState.LINKED):
        if not was_merged or link.remote_id == remote_id:
            return link
        link = _receiving_link(patient, dispensary, by)
    if how != CONFIRMED and remote_id in queries.ruled_out(patient.pk, dispensary):
        return None
    try:
        with transaction.atomic():
            link = link or _begun_link(patient, dispensary, by)
            if link.state == LinkState.LINKED:
                return link
            was_question = link.state == LinkState.QUESTION
            PatientLink.objects.filter(pk=link.pk).update(
                state=LinkState.LINKED, remote_id=remote_id, remote_name=remote_name[:240], how=how,
                reason="", linked_at=clock.now(), remote_email=remote_email,
                email_settled=link.email_for_fullscript or patient.email,
            )  # fmt: skip
    except IntegrityError:
        return None
    link.refresh_from_db()
    _tell_linked(by, link)
    if was_question:
        tell_answered(link.organization_id, link.patient_id)
    return link


def _tell_linked(by: Actor, link: PatientLink) -> None:
    """Bring back into sight what an undone link to the same person had brought, and say that the two are linked."""
    brought_back = sight.bring_back(link=link)
    trail.record(
        by=by,
        action="prescriptions.patient_linked",
        subject=link,
        patient_ids=[link.patient_id],
        changes={
            "remote_id": [None, link.remote_id],
            "how": [None, link.how],
            "brought_back": [None, brought_back],
        },
    )
    events.publish(our_events.PatientLinked(organization_id=link.organization_id, patient_id=link.patient_id))


def tell_answered(organization_id: UUID, patient_id: UUID) -> None:
    """Say that nobody needs to answer who the patient is any more."""
    events.publish(our_events.LinkQuestionAnswered(organization_id=organization_id, patient_id=patient_id))


@transaction.atomic
def ask(
    *, by: Actor, patient: Patient, dispensary: Dispensary, decision: rules.Decision,
    people: Iterable[rules.RemotePerson],
) -> PatientLink:  # fmt: skip
    """Have somebody say who is who: keep the people there, and the question in **Patients to confirm**.

    Asking again brings what is known of the people up to date. When all were answered to be somebody else,
    another email is needed instead.
    """
    link = locked_link(patient.pk, dispensary) or _begun_link(patient, dispensary, by)
    if link.state == LinkState.LINKED:
        return link
    before = (link.state, link.reason)
    link.state = LinkState.QUESTION if decision.kind == "ask" else LinkState.FAILED
    link.reason = decision.reason
    link.save(update_fields=["state", "reason"])
    candidates.keep(link=link, people=people)
    if before == (link.state, link.reason):
        return link
    trail.record(
        by=by, action="prescriptions.link_question_asked", subject=link, patient_ids=[patient.pk],
        changes={"state": [before[0], link.state]}, reason=decision.reason,
    )  # fmt: skip
    if decision.kind == "ask" and before[0] != LinkState.QUESTION:
        events.publish(
            our_events.LinkQuestionAsked(organization_id=patient.organization_id, patient_id=patient.pk)
        )
    if decision.kind != "ask" and before[0] == LinkState.QUESTION:
        tell_answered(patient.organization_id, patient.pk)
    return link


def _begun_link(patient: Patient, dispensary: Dispensary, by: Actor) -> PatientLink:
    """Return a new link, or the one for writing that somebody else began at this moment, locked."""
    try:
        with transaction.atomic():
            return _new_link(patient, dispensary, LinkState.CREATING, by)
    except IntegrityError:
        return PatientLink.objects.for_writing().select_for_update(of=("self",)).get(
            dispensary=dispensary, patient=patient
        )  # fmt: skip


@transaction.atomic
def drop_question(*, by: Actor, patient: Patient, dispensary: Dispensary, reason: str) -> None:
    """End a question that needs no answer any more: nobody there has the email, or the patient is not shared.

    A prescription that waits for the patient has them set up instead.
    """
    link = locked_link(patient.pk, dispensary)
    if link is None or link.state != LinkState.QUESTION:
        return
    waits = Prescription.objects.filter(
        patient=patient, dispensary=dispensary, state=PrescriptionState.WAITING
    ).exists()
    if waits or link.email_for_fullscript:
        link.state, link.reason = LinkState.CREATING if waits else LinkState.READY, ""
        link.save(update_fields=["state", "reason"])
    else:
        link.ended_at, link.end_reason = clock.now(), reason
        link.save(update_fields=["ended_at", "end_reason"])
    trail.record(
        by=by, action="prescriptions.link_question_dropped", subject=link, patient_ids=[patient.pk],
        changes={"state": [LinkState.QUESTION, link.state]}, reason=reason,
    )  # fmt: skip
    if waits:
        queue_set_up(patient.organization_id, patient.pk)
    tell_answered(patient.organization_id, patient.pk)


@transaction.atomic
def note_no_link(*, by: Actor, patient_id: UUID, dispensary: Dispensary, state: str, reason: str) -> None:
    """Say on a link that is being set up why it could not be."""
    link = locked_link(patient_id, dispensary)
    if link is None or not rules.may_link_move(link.state, state):
        return
    before = link.state
    link.state, link.reason = state, reason
    link.save(update_fields=["state", "reason"])
    trail.record(
        by=by,
        action="prescriptions.link_not_made",
        subject=link,
        patient_ids=[patient_id],
        changes={"state": [before, state]},
        reason=reason,
    )


@transaction.atomic
def begin_creating(*, by: Actor, patient: Patient, dispensary: Dispensary) -> bool:
    """Note that the patient is about to be created there; False when the link was made or ended meanwhile.

    While it lasts no question about the patient can be answered.
    """
    link = locked_link(patient.pk, dispensary)
    if link is None or link.state == LinkState.LINKED:
        return False
    if link.state == LinkState.CREATING:
        return True
    before = link.state
    link.state, link.reason = LinkState.CREATING, ""
    link.save(update_fields=["state", "reason"])
    trail.record(
        by=by, action="prescriptions.creating_began", subject=link, patient_ids=[patient.pk],
        changes={"state": [before, link.state]},
    )  # fmt: skip
    if before == LinkState.QUESTION:
        tell_answered(patient.organization_id, patient.pk)
    return True


def decide(patient: Patient, dispensary: Dispensary, remote: list[rules.RemotePerson]) -> rules.Decision:
    """Return what the linking rule says for this patient now, with the patient's link locked."""
    link = locked_link(patient.pk, dispensary)
    person = queries.chart_person(patient, link)
    return rules.decide_link(
        person,
        remote,
        other_charts_with_email=queries.other_charts_with_email(patient, person.email_there),
        known=queries.known_people(patient.pk, dispensary, among=[one.id for one in remote]),
    )
