"""The people of the demo, as contract.md names them."""

import pytest
from django.test import Client

from betony.clinic.accounts import demo as accounts_demo
from betony.clinic.accounts.models import Membership, Organization
from betony.clinic.practice import demo, queries, rules
from betony.clinic.practice.models import Location, Practitioner
from betony.kit import tenancy


@pytest.fixture
def _loaded(committed_db):
    for _ in range(2):
        accounts_demo.load(using="migration")
        demo.load(using="migration")


@pytest.mark.slow
@pytest.mark.usefixtures("_loaded")
def test_the_demo_has_the_people_of_the_contract_and_a_second_load_adds_nothing():
    assert Membership.objects.count() == 7
    meadowlark = Organization.objects.get(slug="meadowlark")
    with tenancy.organization(meadowlark.pk):
        names = [name for _, name in queries.practitioner_choices(meadowlark.pk)]
        assert names == ["Nina Alvarez, ND", "Sam Okafor, LAc", "Dana Whitfield, DC"]
        assert all(rules.is_npi(one.npi) for one in Practitioner.objects.all())
        assert [one.name for one in queries.locations(meadowlark.pk)] == ["Lakeside", "Main Street"]
    harbour = Organization.objects.get(slug="harbour")
    with tenancy.organization(harbour.pk):
        names = [name for _, name in queries.practitioner_choices(harbour.pk)]
        assert names == ["Mei Chen, R.TCM.P", "Luc Tremblay, RMT"]
        assert Location.objects.count() == 1


@pytest.mark.slow
@pytest.mark.usefixtures("_loaded")
def test_everybody_of_the_demo_can_sign_in():
    for person in accounts_demo.PEOPLE:
        response = Client().post("/sign-in/", {"email": person.email, "password": "betony-demo-2026"})
        assert response.status_code == 302, person.email
