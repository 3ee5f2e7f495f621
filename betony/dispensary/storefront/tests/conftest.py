"""Carol at the shop of her practice, with a plan that has markup in every text."""

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
    organization = accounts.organization(name="Cedar & <b>Sons</b>", slug="cedar", discount_percent=10)
    with tenancy.organization(organization.pk):
        yield organization


@pytest.fixture
def doctor(cedar: Organization) -> Practitioner:
    return practices.practitioner(cedar, last_name="<i>Okafor</i>")


@pytest.fixture
def carol(cedar: Organization) -> Patient:
    return patients.patient(
        cedar, password=patients.PASSWORD, email="carol@example.com", last_name="<u>O'Brien</u>", discount=5
    )


@pytest.fixture
def plan(cedar: Organization, doctor: Practitioner, carol: Patient) -> TreatmentPlan:
    return plans.active(
        by=patients.alice(cedar), patient=carol, practitioner=doctor, personal_message=MARKUP,
        recommendations=[plans.recommendation(dosage_additional_info=MARKUP, name="Zinc <b>30</b>")],
    )  # fmt: skip


class Shopper(Client):
    """A browser at the shop."""

    def sign_in(self, email: str, password: str, slug: str = "cedar", following: str = "") -> int:
        """Sign in and return the status: 302 when it worked."""
        answer = self.post(
            f"/shop/{slug}/sign-in/", {"email": email, "password": password, "next": following}
        )
        return answer.status_code


@pytest.fixture
def browser(carol: Patient) -> Shopper:
    """Carol's browser, signed in."""
    shopper = Shopper()
    assert shopper.sign_in(carol.email, patients.PASSWORD) == 302
    return shopper
