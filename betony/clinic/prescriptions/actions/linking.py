"""Linking a chart's patient to the dispensary's patient who is the same person."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import events as our_events
from betony.clinic.prescriptions import failures, queries, rules
from betony.clinic.prescriptions import jobs as our_jobs
from betony.clinic.prescriptions.models import Dispensary, PatientLink
from betony.clinic.prescriptions.models.links import LinkState
from betony.kit import clock, events
from betony.kit.actor import Actor
from betony.kit.audit import trail


def check_may_be_shared(patient: Patient) -> None:
    """Pass when the patient may be known at the dispensary, else raise PatientCannotBeShared."""
    name = patient.full_name
    if not patient.is_active:
        raise failures.PatientCannotBeShared(
            _("%(name)s is inactive. Make the patient active first.") % {"name": name}
        )
    if patient.is_deceased:
        raise failures.PatientCannotBeShared(_("%(name)s is recorded as deceased.") % {"name": name})
    if patient.refuses_dispensary:
        raise failures.PatientCannotBeShared(
            _("%(name)s refused to be shared with the dispensary. You can change that in the profile.")
            % {"name": name}
        )
    if not patient.email:
        raise failures.PatientCannotBeShared(
            _("%(name)s has no e-mail, and Fullscript needs one. Add it in the profile.") % {"name": name}
        )


@transaction.atomic
def ask_for_link(*, by: Actor, patient: Patient, dispensary: Dispensary) -> PatientLink:
    """Have the patient matched or created at the dispensary, once, however often this is called.

    Raises PatientCannotBeShared.
    """
    check_may_be_shared(patient)
    link = queries.current_link(patient.pk, dispensary)
    if link is not None and link.state in (LinkState.LINKED, LinkState.CREATING):
        return link
    if link is None:
        try:
            with transaction.atomic():
                link = PatientLink.objects.create(
                    organization_id=patient.organization_id,
                    dispensary=dispensary,
                    patient=patient,
                    state=LinkState.CREATING,
                    made_by_id=by.membership_id,
                    created_at=clock.now(),
                )
        except IntegrityError:
            return PatientLink.objects.current().get(dispensary=dispensary, patient=patient)
    else:
        link.state, link.reason = LinkState.CREATING, ""
        link.save(update_fields=["state", "reason"])
    trail.record(by=by, action="prescriptions.link_asked_for", subject=link, patient_ids=[patient.pk])
    _queue_set_up(patient.organization_id, patient.pk)
    return link


def _queue_set_up(organization_id: UUID, patient_id: UUID) -> None:
    our_jobs.set_up_patient.queue(
        organization_id=organization_id,
        patient_id=patient_id,
        once_key=f"set-up:{patient_id}",
        lock=f"link:{patient_id}",
    )


@transaction.atomic
def set_up_what_waits(*, dispensary: Dispensary) -> int:
    """Queue again the patients who were being set up when the connection was lost, and return how many."""
    links = PatientLink.objects.current().filter(dispensary=dispensary, state=LinkState.CREATING)
    waiting = list(links.order_by("pk").values_list("patient_id", flat=True))
    for patient_id in waiting:
        _queue_set_up(dispensary.organization_id, patient_id)
    return len(waiting)


@transaction.atomic
def refresh_history(*, dispensary: Dispensary) -> int:
    """Queue the history of every linked patient, and return how many: while nobody was connected, news was lost."""
    links = PatientLink.objects.current().filter(dispensary=dispensary, state=LinkState.LINKED)
    linked = list(links.order_by("pk").values_list("patient_id", flat=True))
    for patient_id in linked:
        our_jobs.import_patient.queue(
            organization_id=dispensary.organization_id, patient_id=patient_id, once_key=f"import:{patient_id}"
        )
    return len(linked)


@transaction.atomic
def keep_link(
    *, by: Actor, patient: Patient, dispensary: Dispensary, remote_id: str, remote_name: str, how: str
) -> PatientLink | None:
    """Link the two and return the link; None when the other person is already linked to somebody else.

    `how` is "matched" or "created". Then the history is brought in by a job.
    """
    link = (
        PatientLink.objects.select_for_update()
        .current()
        .filter(dispensary=dispensary, patient=patient)
        .first()
    )
    if link is not None and not rules.may_link_move(link.state, LinkState.LINKED):
        return link
    now = clock.now()
    values = {
        "state": LinkState.LINKED, "remote_id": remote_id, "remote_name": remote_name[:240], "how": how,
        "reason": "", "linked_at": now,
    }  # fmt: skip
    try:
        with transaction.atomic():
            if link is None:
                link = PatientLink.objects.create(
                    organization_id=patient.organization_id,
                    dispensary=dispensary,
                    patient=patient,
                    created_at=now,
                    **values,
                )
            else:
                PatientLink.objects.filter(pk=link.pk).update(**values)
    except IntegrityError:
        return None
    trail.record(
        by=by,
        action="prescriptions.patient_linked",
        subject=link,
        patient_ids=[patient.pk],
        changes={"remote_id": [None, remote_id], "how": [None, how]},
    )
    events.publish(our_events.PatientLinked(organization_id=patient.organization_id, patient_id=patient.pk))
    return link


@transaction.atomic
def note_no_link(*, by: Actor, patient_id: UUID, dispensary: Dispensary, state: str, reason: str) -> None:
    """Say on a link that is being set up why it could not be: a question to answer, or a failure."""
    link = (
        PatientLink.objects.select_for_update()
        .current()
        .filter(dispensary=dispensary, patient_id=patient_id)
        .first()
    )
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
def note_matched(*, by: Actor, dispensary: Dispensary) -> None:
    """Remember that every active patient has been looked for at the dispensary."""
    Dispensary.objects.filter(pk=dispensary.pk).update(matched_at=clock.now())
    trail.record(by=by, action="prescriptions.patients_matched", subject=dispensary)


def decide(patient: Patient, remote: list[rules.RemotePerson]) -> rules.Decision:
    """Return what the linking rule says for this patient now."""
    return rules.decide_link(
        queries.chart_person(patient),
        remote,
        other_charts_with_email=queries.other_charts_with_email(patient),
    )
