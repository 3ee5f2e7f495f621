"""What allowed a prescription when it was saved is looked at again when sending begins (story 2.7, 2.8)."""

from typing import Any

import pytest

from betony.clinic.accounts.models import Membership
from betony.clinic.patients.models import Patient
from betony.clinic.practice.models import Delegation
from betony.clinic.prescriptions import rules, words
from betony.clinic.prescriptions.actions import practitioners
from betony.clinic.prescriptions.dispensary import parsing
from betony.clinic.prescriptions.models import DispensaryPractitioner
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import clock, tenancy

pytestmark = pytest.mark.slow

SEND = "POST /api/clinic/patients/*/treatment_plans"


def amir_writes_for_alice(house: cast.House, carol: Patient) -> None:
    house.delegate(practitioner="Alice", to="Amir")
    cast.connect(house, "Amir")
    cast.write_as(house, "Amir", email_of="Alice")


@pytest.fixture
def further():
    """Amir writes for Alice, who has delegated to him."""
    return amir_writes_for_alice


@pytest.fixture
def home(settled, carol):
    return settled


@pytest.fixture
def saved(home, carol):
    return cast.save(home, cast.draft(home, carol, "Amir"), "Amir")


def end_delegation(home: cast.House) -> None:
    with tenancy.organization(home.pk):
        Delegation.objects.update(ended_at=clock.now())


def change_role(home: cast.House) -> None:
    Membership.objects.filter(pk=home.members["Amir"].pk).update(role="front_desk")


def deactivate(home: cast.House) -> None:
    Membership.objects.filter(pk=home.members["Amir"].pk).update(is_active=False)


def deactivate_prescriber(home: cast.House) -> None:
    Membership.objects.filter(pk=home.members["Alice"].pk).update(is_active=False)


def remove_practitioner(home: cast.House) -> None:
    """The dispensary's list no longer holds Alice."""
    alice = home.members["Alice"].user.email
    home.there.practitioners[:] = [one for one in home.there.practitioners if one["email"] != alice]
    with tenancy.organization(home.pk):
        dispensary = DispensaryPractitioner.objects.first().dispensary
        practitioners.keep(
            dispensary=dispensary, people=[parsing.practitioner(one) for one in home.there.practitioners]
        )


ENDS: list[Any] = [
    (end_delegation, rules.NOT_FOR_THIS_PRESCRIBER),
    (change_role, rules.SENDER_MAY_NOT_PRESCRIBE),
    (deactivate, rules.SENDER_LEFT),
    (deactivate_prescriber, rules.NOT_FOR_THIS_PRESCRIBER),
    (remove_practitioner, rules.PRESCRIBER_REMOVED),
]


@pytest.mark.parametrize(("end", "reason"), ENDS)
def test_it_is_not_sent_and_says_why(home, saved, end, reason):
    end(home)
    assert not worker.work().failed
    refused = cast.now(home, saved)
    assert (refused.state, refused.reason) == ("not_sent", reason)
    assert words.reason(refused).endswith(".")
    assert home.there.plans == []


@pytest.mark.parametrize(("end", "reason"), ENDS)
def test_what_had_arrived_before_the_right_ended_is_found_and_is_sent(home, saved, end, reason):
    home.server.trouble("lost", on=SEND)
    worker.work()
    end(home)
    worker.work()
    assert cast.now(home, saved).state == "sent"
    assert len(home.there.plans) == 1


@pytest.mark.parametrize(("end", "reason"), ENDS)
def test_what_had_not_arrived_is_looked_up_and_then_not_sent(home, saved, end, reason):
    home.server.trouble("down", on=SEND)
    worker.work()
    end(home)
    worker.work()
    assert (cast.now(home, saved).state, cast.now(home, saved).reason) == ("not_sent", reason)
    assert home.there.plans == []


def test_every_refusal_has_a_sentence():
    assert set(rules.REFUSALS) <= set(words.REASONS)


def test_while_the_right_stands_it_is_sent(home, saved):
    worker.work()
    assert cast.now(home, saved).state == "sent"
