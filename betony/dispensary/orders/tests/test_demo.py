"""The demo: the same people every time, a year of plans and orders, loaded once."""

from datetime import date

import pytest
from django.core.management import call_command
from django.test import Client

from betony.dispensary.accounts.models import Organization
from betony.dispensary.orders.demo import people
from betony.dispensary.orders.models import Order
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices import demo
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.kit import tenancy


@pytest.mark.slow
def test_the_demo_loads_once_and_is_as_the_contract_says(committed_db, capsys) -> None:
    call_command("load_demo")
    call_command("load_demo")
    assert "Meadowlark Dispensary" in capsys.readouterr().out
    meadowlark = Organization.objects.get(slug=demo.MEADOWLARK)
    with tenancy.organization(meadowlark.pk):
        assert Patient.objects.count() == 64
        june = Patient.objects.get(email=people.JUNE)
        assert june.date_of_birth == date(1979, 3, 14)
        plans = TreatmentPlan.objects.filter(patient=june).select_related("practitioner")
        assert [plan.practitioner.first_name for plan in plans] == ["Nina"] * 3
        assert Order.objects.filter(patient=june).count() == 2
        priya = Patient.objects.get(email=people.PRIYA)
        assert priya.date_of_birth == date(1985, 6, 9)
        assert Order.objects.count() > 40
    signed_in = Client().post("/shop/meadowlark/sign-in/", {"email": people.JUNE, "password": demo.PASSWORD})
    assert signed_in.status_code == 302


def test_everybody_has_an_email_of_their_own() -> None:
    for slug in people.NUMBER_OF_OTHERS:
        emails = [one.values.email for one in people.patients_of(slug, today=date(2026, 11, 21))]
        assert len(emails) == len(set(emails))
