"""What stands in the banner of a patient: who it is, and what nobody may overlook."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from betony.clinic.health_record import queries as health_record_queries
from betony.clinic.health_record.models import Allergy, Condition
from betony.clinic.health_record.queries import HealthRecord
from betony.clinic.patients import queries
from betony.clinic.patients.models import Patient
from betony.kit.actor import Actor
from betony.kit.ui import words

MOST_ALLERGIES = 3


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the banner; `current` where one stands now."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Banner:
    """A patient as the banner shows them to one person; what that person may not see is not in it."""

    patient: Patient
    phone: str
    has_namesake: bool
    may_see_health: bool
    may_merge: bool
    links: list[Link]
    allergies: list[Allergy] = field(default_factory=list)
    more_allergies: int = 0
    states: list[Condition] = field(default_factory=list)


def of_patient(
    patient: Patient, *, for_actor: Actor, current: str = "", record: HealthRecord | None = None
) -> Banner:
    """Return the banner: at most three queries, one when the page has loaded the health record itself."""
    # A merged record's rows have gone to the kept one: nothing here may look as if there were none.
    may_see_health = for_actor.may("health_record.view") and not patient.is_merged
    allergies: list[Allergy] = []
    states: list[Condition] = []
    if may_see_health and record is not None:
        states, allergies = record.states, record.allergies
    elif may_see_health:
        states = list(health_record_queries.current_states(patient.organization_id, patient.pk))
        allergies = list(health_record_queries.current_allergies(patient.organization_id, patient.pk))
    return Banner(
        patient=patient,
        phone=words.phone(patient.mobile_phone, country=patient.country or "US"),
        has_namesake=queries.has_namesake(patient),
        may_see_health=may_see_health,
        links=[] if patient.is_merged else _links(patient, for_actor, current),
        may_merge=for_actor.may("patients.merge"),
        allergies=allergies[:MOST_ALLERGIES],
        states=states,
        more_allergies=max(0, len(allergies) - MOST_ALLERGIES),
    )


def _links(patient: Patient, actor: Actor, current: str) -> list[Link]:
    page = reverse("workspace:patient", args=[patient.pk])
    links = [Link(_("Profile"), page, current == "profile")]
    if actor.may("health_record.view"):
        record = reverse("health_record:record", args=[patient.pk])
        links.append(Link(_("Health record"), record, current == "health_record"))
    if actor.may("prescriptions.history"):
        links.append(Link(_("Prescriptions"), f"{page}#prescriptions", current == "prescriptions"))
    return links
