"""How a patient stands at the dispensary, as pages show it: linked, asked about, emails, what is out of sight."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import forms, queries, questions, words
from betony.clinic.prescriptions.models import Dispensary, LinkCandidate, PatientLink
from betony.clinic.prescriptions.models.links import Answer
from betony.clinic.prescriptions.rules import LinkState
from betony.kit.actor import Actor

ASKS = (LinkState.QUESTION, LinkState.READY, LinkState.FAILED)


def of(by: Actor, patient: Patient, dispensary: Dispensary) -> dict[str, Any]:
    """Return the context of what is said about the patient's link."""
    rows = PatientLink.objects.for_writing().filter(dispensary=dispensary, patient=patient)
    link = questions.with_people(rows).first()
    return {
        "patient": patient,
        "dispensary": dispensary,
        "link": link,
        "link_reason": words.link_reason(link) if link else "",
        "question": question(by, link) if link is not None and link.state in ASKS else None,
        "email": email(by, link, patient) if link is not None and link.state == LinkState.LINKED else None,
        "may_unlink": by.may("prescriptions.write"),
    }


def named_in(context: Mapping[str, Any]) -> set[UUID]:
    """Return whom the context of `of` names besides the patient: those to whom somebody there is linked here."""
    asked = context.get("question") or {"people": []}
    return {one["linked_to"].pk for one in asked["people"] if one["linked_to"]}


def question(by: Actor, link: PatientLink, taken: Mapping[str, Patient] | None = None) -> dict[str, Any]:
    """Return the context of one question: both people side by side, for each who may be the same."""
    others = questions.linked_elsewhere([link]) if taken is None else taken
    return {
        "link": link,
        "patient": link.patient,
        "people": [_compared(link, one, others.get(one.remote_id)) for one in link.candidates.all()],
        "reason": words.link_reason(link),
        "needs_email": link.needs_email,
        "may_answer": by.may("prescriptions.confirm_patients"),
        "email_form": forms.EmailForFullscriptForm(
            initial={"email": link.email_for_fullscript}, prefix=f"for-{link.pk}"
        ),
    }


def _compared(link: PatientLink, candidate: LinkCandidate, linked_to: Patient | None) -> dict[str, Any]:
    """Return what stands beside each other about the chart's person and somebody there."""
    differs = questions.differences(link, candidate)
    patient = link.patient
    called = f" “{patient.preferred_name}”" if patient.preferred_name else ""
    return {
        "record": candidate,
        "rows": [
            _row(_("Name"), f"{patient.first_name}{called} {patient.last_name}", candidate.full_name,
                 differs="name" in differs),
            {**_row(_("Date of birth"), patient.date_of_birth, candidate.date_of_birth,
                    differs="date_of_birth" in differs), "is_day": True},
            _row(_("Email"), patient.email, candidate.email, differs="email" in differs),
        ],
        "linked_to": linked_to if linked_to is not None and linked_to.pk != patient.pk else None,
        "is_different": candidate.answer == Answer.DIFFERENT,
        "answered_by": candidate.answered_by.user.get_full_name() if candidate.answered_by else "",
    }  # fmt: skip


def _row(label: str, ours: object, theirs: object, *, differs: bool) -> dict[str, Any]:
    return {"label": label, "ours": ours, "theirs": theirs, "differs": differs, "is_known": ours and theirs}


def email(by: Actor, link: PatientLink, patient: Patient) -> dict[str, Any]:
    """Return the context of how the emails stand."""
    return {
        "standing": queries.email_standing(link, patient),
        "ours": queries.chart_person(patient, link).email_there,
        "theirs": link.remote_email,
        "is_under_way": link.email_update_asked_at is not None,
        "waits_for_connection": link.email_update_asked_at is not None
        and not queries.has_live_connection(by),
        "refused": words.email_refusal(link),
        "may_answer": by.may("prescriptions.confirm_patients"),
    }


def out_of_sight(by: Actor, patient: Patient) -> list[questions.OutOfSight]:
    """Return what undone links had brought, to those who may bring it back."""
    return questions.out_of_sight(patient.pk) if by.may("prescriptions.write") else []
