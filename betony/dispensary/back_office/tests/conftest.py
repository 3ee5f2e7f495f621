"""Alice the practitioner, Bob of the staff, Carol the patient, and Charlie of another practice."""

from collections.abc import Iterator

import pytest
from django.test import Client

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Organization
from betony.dispensary.patients import factories as patients
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices import factories as practices
from betony.dispensary.practices.models import Practitioner
from betony.dispensary.treatment_plans import factories as plans
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.kit import tenancy

MARKUP = '<img src=x onerror="alert(1)">'


@pytest.fixture
def cedar(db: None) -> Iterator[Organization]:
    organization = accounts.organization(name="Cedar <b>&</b>", slug="cedar", discount_percent=10)
    with tenancy.organization(organization.pk):
        yield organization


@pytest.fixture
def doctor(cedar: Organization) -> Practitioner:
    return practices.practitioner(cedar)


@pytest.fixture
def carol(cedar: Organization) -> Patient:
    return patients.patient(cedar, email="carol@example.com", first_name="Carol", last_name="<u>O'Brien</u>")


@pytest.fixture
def plan(cedar: Organization, doctor: Practitioner, carol: Patient) -> TreatmentPlan:
    return plans.active(
        by=patients.alice(cedar), patient=carol, practitioner=doctor, personal_message=MARKUP,
        recommendations=[plans.recommendation(dosage_additional_info=MARKUP, name="Zinc <b>30</b>")],
    )  # fmt: skip


def signed_in(person: object) -> Client:
    """A browser in which this practitioner or staff member is signed in."""
    client = Client()
    client.force_login(person.user)  # type: ignore[attr-defined]  # practitioners and staff both have one
    return client


@pytest.fixture
def alice(doctor: Practitioner) -> Client:
    return signed_in(doctor)


@pytest.fixture
def bob(cedar: Organization) -> Client:
    return signed_in(practices.staff(cedar))


@pytest.fixture
def charlie(cedar: Organization) -> Client:
    elsewhere = accounts.organization()
    with tenancy.organization(elsewhere.pk):
        return signed_in(practices.practitioner(elsewhere))
