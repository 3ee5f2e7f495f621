"""Settings, My profile."""

import pytest
from django.db import IntegrityError

from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.tests import factories as people
from betony.clinic.practice import actions, queries
from betony.clinic.practice.tests import factories
from betony.kit import tenancy
from betony.kit.actor import NotPermitted
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.django_db

FORM = {"version": 0, "credential": "ND", "modality": "naturopathic_medicine", "npi": "123 456-7893"}
CANADIAN = {"version": 0, "credential": "RMT", "modality": "massage_therapy", "licence_number": "A-17",
            "licence_province": "BC"}  # fmt: skip


def profile_of(membership):
    with tenancy.organization(membership.organization_id):
        return queries.practitioner_of(membership)


def save(membership, **values):
    return people.signed_in(membership).post("/settings/profile/practitioner/", {**FORM, **values})


def test_a_practitioner_saves_a_profile_with_an_npi(petra):
    assert save(petra)["Location"] == "/settings/profile/"
    profile = profile_of(petra)
    assert (profile.display_name, profile.npi, profile.version) == ("Petra Pine, ND", "1234567893", 1)
    with tenancy.organization(petra.organization_id):
        assert AuditEvent.objects.filter(action="practice.profile_saved").count() == 1


def test_an_npi_whose_digits_do_not_fit_is_refused_and_kept_in_the_form(petra):
    response = save(petra, npi="1234567890")
    assert response.status_code == 422
    assert "Check its ten digits" in response.text
    assert 'value="1234567890"' in response.text
    assert profile_of(petra) is None


def test_two_practitioners_of_a_clinic_cannot_have_one_npi(petra, alice):
    save(alice)
    response = save(petra)
    assert response.status_code == 422
    assert "Another practitioner at this practice has this NPI" in response.text


def test_in_canada_it_is_a_provincial_licence():
    luc = people.member(Role.PRACTITIONER, of=people.organization(country="CA"))
    client = people.signed_in(luc)
    page = client.get("/settings/profile/").text
    assert "Licence number" in page
    assert "NPI" not in page
    assert client.post("/settings/profile/practitioner/", CANADIAN).status_code == 302
    assert (profile_of(luc).licence_number, profile_of(luc).licence_province) == ("A-17", "BC")


@pytest.mark.parametrize("lacking", ["licence_number", "licence_province"])
def test_a_licence_needs_its_province_and_the_other_way_round(lacking):
    luc = people.member(Role.PRACTITIONER, of=people.organization(country="CA"))
    response = people.signed_in(luc).post("/settings/profile/practitioner/", {**CANADIAN, lacking: ""})
    assert response.status_code == 422


def test_saving_twice_from_two_tabs_is_noticed(petra):
    save(petra)
    late = save(petra, credential="LAc")
    assert late.status_code == 422
    assert "Somebody else saved this" in late.text
    assert profile_of(petra).credential == "ND"


@pytest.mark.parametrize("role", [Role.CLINICAL_STAFF, Role.FRONT_DESK, Role.BILLER, Role.AUDITOR])
def test_others_have_no_practitioner_profile(clinic, role):
    member = people.member(role, of=clinic)
    page = people.signed_in(member).get("/settings/profile/").text
    assert "Save name" in page
    assert "Save practitioner profile" not in page
    save(member)
    assert profile_of(member) is None
    with pytest.raises(NotPermitted):
        actions.save_own_profile(by=people.actor(member), version=0, values={"modality": "other"})


def test_everybody_changes_their_own_name(stan):
    client = people.signed_in(stan)
    response = client.post("/settings/profile/", {"name-first_name": " Zoë ", "name-last_name": "O'Brien"})
    assert response.status_code == 302
    stan.user.refresh_from_db()
    assert stan.user.get_full_name() == "Zoë O'Brien"
    assert "Zoë O&#x27;Brien" in client.get("/settings/profile/").text


def test_an_empty_name_is_refused(stan):
    response = people.signed_in(stan).post("/settings/profile/", {"name-first_name": " "})
    assert response.status_code == 422


def test_the_database_refuses_half_a_licence(petra):
    with pytest.raises(IntegrityError):
        factories.practitioner(petra, licence_number="A-17")


def test_a_profile_that_cannot_be_trailed_is_not_saved(petra, monkeypatch):
    monkeypatch.setattr(trail, "record", people.broken_trail)
    with pytest.raises(RuntimeError):
        actions.save_own_profile(by=people.actor(petra), version=0, values={"modality": "other"})
    assert profile_of(petra) is None
