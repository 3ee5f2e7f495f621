"""Who is who: a patient's links, what was answered, the emails, and what may be shared."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import rules
from betony.clinic.prescriptions.models import (
    Dispensary,
    LinkCandidate,
    PatientLink,
)
from betony.clinic.prescriptions.models.links import Answer
from betony.clinic.prescriptions.rules import LinkState
from betony.kit import clock

IMPORT_TAKES = timedelta(minutes=2)


def current_link(patient_id: UUID, dispensary: Dispensary) -> PatientLink | None:
    """Return the patient's link for writing at this dispensary, if there is one; others only receive."""
    return PatientLink.objects.for_writing().filter(dispensary=dispensary, patient_id=patient_id).first()


def linked(dispensary: Dispensary) -> QuerySet[PatientLink]:
    """Return the links whose patients' news is ours."""
    rows = PatientLink.objects.current().filter(dispensary=dispensary, state=LinkState.LINKED)
    return rows.filter(remote_id__isnull=False)


def receiving_links(patient_id: UUID, dispensary: Dispensary) -> QuerySet[PatientLink]:
    """Return every link through which the patient's chart receives."""
    return linked(dispensary).filter(patient_id=patient_id)


def count_linked(dispensary: Dispensary) -> int:
    """Return how many of the dispensary's patients are linked."""
    return linked(dispensary).count()


def linked_remote_ids(dispensary: Dispensary, remote_ids: Iterable[str]) -> set[str]:
    """Return which of these patients of the dispensary are linked."""
    rows = linked(dispensary).filter(remote_id__in=set(remote_ids))
    return {one for one in rows.values_list("remote_id", flat=True) if one}


def history_is_coming_in(patient_id: UUID, dispensary: Dispensary) -> bool:
    """Tell whether the patient was linked moments ago and the history is still being brought in."""
    moments_ago = clock.now() - IMPORT_TAKES
    rows = PatientLink.objects.current().filter(dispensary=dispensary, patient_id=patient_id)
    return rows.filter(imported_at=None, linked_at__gt=moments_ago).exists()


def chart_person(patient: Patient, link: PatientLink | None = None) -> rules.ChartPerson:
    """Return what the linking rule needs to know of a patient."""
    return rules.ChartPerson(
        first_name=patient.first_name,
        preferred_name=patient.preferred_name,
        last_name=patient.last_name,
        email=patient.email,
        date_of_birth=patient.date_of_birth,
        is_active=patient.is_active,
        is_deceased=patient.is_deceased,
        refuses_sharing=patient.refuses_dispensary,
        email_for_fullscript=link.email_for_fullscript if link else "",
    )


def refusal_to_share(patient: Patient) -> str:
    """Return why nothing about the patient may go to the dispensary: one of REFUSALS_TO_SHARE, or nothing."""
    return rules.refusal_to_share(chart_person(patient))


def refusal_to_know(patient: Patient, dispensary: Dispensary) -> str:
    """Return why the dispensary may not come to know the patient, as `rules.refusal_to_know` says it; else nothing.

    An **Email for Fullscript** serves as well as the chart's own email.
    """
    return rules.refusal_to_know(chart_person(patient, current_link(patient.pk, dispensary)))


def other_charts_with_email(patient: Patient, email: str) -> int:
    """Return how many other active charts bear the email."""
    key = rules.email_key(email)
    if not key:
        return 0
    rows = Patient.objects.filter(organization_id=patient.organization_id, is_active=True, email_key=key)
    return rows.exclude(pk=patient.pk).count()


def _last_answers(patient_id: UUID, dispensary: Dispensary) -> dict[str, str]:
    """Return what was last answered about each person there, by their id."""
    rows = LinkCandidate.objects.filter(link__patient_id=patient_id, link__dispensary=dispensary)
    answered = rows.exclude(answer="").order_by("answered_at", "id")
    return dict(answered.values_list("remote_id", "answer"))


def ruled_out(patient_id: UUID, dispensary: Dispensary) -> frozenset[str]:
    """Return the ids of the people there of whom somebody last said that they are somebody else."""
    answers = _last_answers(patient_id, dispensary)
    return frozenset(one for one, answer in answers.items() if answer == Answer.DIFFERENT)


def known_people(patient_id: UUID, dispensary: Dispensary, *, among: Iterable[str]) -> rules.Known:
    """Return what is known of these people at the dispensary, as far as the patient is concerned."""
    answers = _last_answers(patient_id, dispensary)
    taken = PatientLink.objects.current().filter(dispensary=dispensary, remote_id__in=list(among))
    return rules.Known(
        same=frozenset(one for one, answer in answers.items() if answer == Answer.SAME),
        different=frozenset(one for one, answer in answers.items() if answer == Answer.DIFFERENT),
        taken=frozenset(str(one.remote_id) for one in taken.exclude(patient_id=patient_id)),
    )


def email_standing(link: PatientLink, patient: Patient) -> rules.EmailStanding:
    """Tell how the emails of a linked patient stand here and at the dispensary."""
    return rules.email_standing(
        ours=link.email_for_fullscript or patient.email,
        settled=link.email_settled,
        theirs=link.remote_email,
    )
