"""Every page of accounts and practice comes out, for those who may see it."""

import pytest
from django.urls import reverse

from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FOR_OWNERS = ["organization", "locations", "add_location", "users", "invite"]
FOR_ALL = ["profile", "security"]


@pytest.mark.parametrize("name", [*FOR_OWNERS, *FOR_ALL, "delegation"])
def test_an_owner_sees_every_page_of_settings(name):
    response = factories.signed_in(factories.member(Role.OWNER)).get(reverse(f"settings:{name}"))
    assert response.status_code == 200


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.BILLER, Role.AUDITOR])
def test_others_see_their_own_pages_and_nothing_else(role):
    client = factories.signed_in(factories.member(role))
    assert {client.get(reverse(f"settings:{name}")).status_code for name in FOR_ALL} == {200}
    hidden = [*FOR_OWNERS, "delegation"]
    assert {client.get(reverse(f"settings:{name}")).status_code for name in hidden} == {404}


def test_settings_begins_with_the_first_page_a_person_has():
    owner, biller = factories.member(Role.OWNER), factories.member(Role.BILLER)
    to_organization = factories.signed_in(owner).get(reverse("settings:home"))
    to_profile = factories.signed_in(biller).get(reverse("settings:home"))
    assert to_organization["Location"] == reverse("settings:organization")
    assert to_profile["Location"] == reverse("settings:profile")


def test_the_sub_navigation_holds_only_what_the_person_may_open():
    page = factories.signed_in(factories.member(Role.BILLER)).get(reverse("settings:profile"))
    assert reverse("settings:security") in page.text
    assert reverse("settings:users") not in page.text


@pytest.mark.parametrize("name", ["sign_in", "reset_password", "reset_password_sent"])
def test_the_doors_open_for_everybody(client, name):
    assert client.get(reverse(name)).status_code == 200


def test_pages_of_settings_ask_strangers_to_sign_in(client):
    response = client.get(reverse("settings:users"))
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('sign_in')}?next=/settings/users/"
