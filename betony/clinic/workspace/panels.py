"""The workspace's own panels of a patient's page: the profile in short, and the health record."""

from betony.clinic.health_record import queries as health_record_queries
from betony.clinic.patients import access, queries, rules
from betony.clinic.patients.merging import queries as merge_queries
from betony.clinic.patients.models import ConsentSubject, Patient
from betony.clinic.patients.page_parts import Panel
from betony.clinic.workspace.merging import words as merge_words
from betony.kit.actor import Actor
from betony.kit.ui import words


def panels(actor: Actor, patient: Patient) -> list[Panel]:
    """Return what this actor may see of the patient, whose reading the page has recorded already."""
    found = []
    if actor.may("health_record.view") and actor.organization_id:
        record = health_record_queries.of_patient(actor.organization_id, patient.pk)
        found.append(Panel(template="workspace/health_record_panel.html", context={"record": record}))
    if merges := merge_queries.merges_of(patient):
        access.record_list(by=actor, action="patients.merges_shown", patients=[one.merged for one in merges])
        rows = merge_words.rows(merges, may_undo=actor.may("patients.merge"))
        found.append(Panel(template="workspace/merging/panel.html", context={"rows": rows}, column="side"))
    found.append(profile_panel(actor, patient))
    consents = {"consents": _consents(patient)}
    found.append(Panel(template="workspace/consent_panel.html", context=consents, column="side"))
    return found


def profile_panel(actor: Actor, patient: Patient) -> Panel:
    """Return the profile in short, with its notes for those who work with the patient."""
    context = {
        "facts": patient,
        "phones": _phones(patient),
        "patient_tags": queries.tags_of(patient),
        "notes": patient.notes if actor.may("patients.notes") else "",
    }
    return Panel(template="workspace/profile_panel.html", context=context, column="side")


def _phones(patient: Patient) -> dict[str, str]:
    country = patient.country or "US"
    return {name: words.phone(getattr(patient, name), country=country) for name in rules.PHONE_FIELDS}


def _consents(patient: Patient) -> list[dict[str, object]]:
    latest = queries.latest_consents(patient)
    return [
        {
            "label": subject.label,
            "answer": getattr(patient, subject.value),
            "words": getattr(patient, f"get_{subject.value}_display")(),
            "given": latest.get(subject.value),
        }
        for subject in ConsentSubject
    ]
