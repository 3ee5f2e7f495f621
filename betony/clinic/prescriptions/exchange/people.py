"""The dispensary's patients, as people to compare with the chart's."""

from collections.abc import Iterable
from contextlib import suppress

from betony.clinic.prescriptions import rules
from betony.clinic.prescriptions.dispensary import errors, shapes
from betony.clinic.prescriptions.dispensary.client import HttpDispensary

MOST_PEOPLE = 20


def with_email(api: HttpDispensary, email: str) -> list[rules.RemotePerson]:
    """Return the dispensary's patients with exactly this email, with their dates of birth.

    The search also finds names, so hits are compared; its rows carry no date of birth, so each is fetched.
    """
    key = rules.email_key(email)
    hits = [one.id for one in api.search_patients(email.strip()) if rules.email_key(one.email) == key]
    return by_ids(api, hits)


def by_ids(api: HttpDispensary, patient_ids: Iterable[str]) -> list[rules.RemotePerson]:
    """Return these patients of the dispensary; one who is gone is left out."""
    found = []
    for patient_id in list(patient_ids)[:MOST_PEOPLE]:
        with suppress(errors.NotFound):
            found.append(person(api.patient(patient_id)))
    return found


def dependents_of(api: HttpDispensary, people: Iterable[rules.RemotePerson]) -> list[rules.RemotePerson]:
    """Return those whom these people are guardians of: a child may stand there without an email of its own."""
    found: list[str] = []
    for one in people:
        with suppress(errors.NotFound, errors.Forbidden):
            found += [child.id for child in api.dependents(one.id)]
    return by_ids(api, found)


def person(one: shapes.Patient) -> rules.RemotePerson:
    """Return a patient of the dispensary as the linking rule sees them."""
    return rules.RemotePerson(
        id=one.id, first_name=one.first_name, last_name=one.last_name, email=one.email,
        date_of_birth=one.date_of_birth, is_archived=one.is_archived, is_dependent=one.is_dependent,
        metadata_id=one.metadata_id,
    )  # fmt: skip
