"""Records for tests: patients. Call inside `tenancy.organization(…)`."""

from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from betony.dispensary.accounts.models import Organization
from betony.dispensary.patients import rules
from betony.dispensary.patients.models import Patient
from betony.kit import clock
from betony.kit.actor import Actor
from betony.kit.identifiers import uuid7

PASSWORD = "carol's own password"

_numbers = count(1)


def alice(organization: Organization) -> Actor:
    """Return a practitioner who is signed in at the practice's door."""
    permissions = frozenset({"practice", "practice.prescribe"})
    return Actor(
        kind="staff", id=uuid7(), name="Alice", organization_id=organization.pk, permissions=permissions
    )


def values(**chosen: Any) -> rules.PatientValues:
    """Return what Carol is like."""
    number = next(_numbers)
    return rules.PatientValues(**{
        "first_name": "Carol", "last_name": f"Number{number}", "email": f"carol{number}@example.com", **chosen
    })  # fmt: skip


def patient(organization: Organization, *, password: str = "", **chosen: Any) -> Patient:
    """Return a new patient, with a password when one is given."""
    found = values(**chosen)
    return Patient.objects.create(
        organization=organization, first_name=found.first_name, last_name=found.last_name, email=found.email,
        date_of_birth=found.date_of_birth, gender=found.gender, mobile_number=found.mobile_number,
        discount=found.discount, email_refused=found.email_refused, search_text=rules.search_text(found),
        password=make_password(password) if password else "",
        password_set_at=clock.now() if password else None,
    )  # fmt: skip


def dependent(guardian: Patient, **chosen: Any) -> Patient:
    """Return somebody new whom a patient is the guardian of, without an email."""
    found = values(**{"email": "", **chosen})
    return Patient.objects.create(
        organization_id=guardian.organization_id, guardian=guardian, is_dependent=True,
        first_name=found.first_name, last_name=found.last_name, email=found.email,
        date_of_birth=found.date_of_birth, search_text=rules.search_text(found),
    )  # fmt: skip


def carol(patient: Patient) -> Actor:
    """Return the patient as she is signed in at the shop."""
    return Actor(kind="patient", id=patient.pk, name="Carol", organization_id=patient.organization_id)
