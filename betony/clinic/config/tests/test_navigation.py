"""The top menu shows what a person may open, and nothing that leads nowhere."""

import pytest

from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.tests import factories

pytestmark = pytest.mark.django_db


def test_the_menu_marks_where_one_is():
    page = factories.signed_in(factories.member()).get("/settings/security/").text
    assert 'aria-label="Main"' in page
    assert '<a href="/settings/" aria-current="page">Settings</a>' in page


def test_what_settings_lists_belongs_to_settings_wherever_its_address():
    page = factories.signed_in(factories.member(Role.OWNER)).get("/patients/merges/").text
    assert '<a href="/settings/" aria-current="page">Settings</a>' in page
    assert '<a href="/patients/">Patients</a>' in page


def test_the_account_menu_names_the_person_and_the_clinic():
    member = factories.member(Role.BILLER, of=factories.organization(name="Harbour & Sons"))
    page = factories.signed_in(member).get("/settings/security/").text
    assert "Alice Abbot" in page
    assert "Harbour &amp; Sons" in page
    assert "Switch practice" not in page


def test_who_works_for_two_clinics_can_switch():
    member = factories.member()
    factories.member(user=member.user)
    assert "Switch practice" in factories.signed_in(member).get("/settings/security/").text


def test_strangers_see_no_menu(client):
    assert 'aria-label="Main"' not in client.get("/sign-in/").text
