"""Owners invite people, take them off and bring them back."""

import pytest
from django.core import mail
from django.test import Client

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Grant, Organization
from betony.dispensary.accounts.oauth import access
from betony.dispensary.practices import factories
from betony.dispensary.practices.models import Practitioner, PractitionerType, Staff
from betony.kit import clock, tenancy
from betony.kit.jobs.testing import run_queued

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Organization:
    return accounts.organization()


@pytest.fixture
def owner(shop: Organization) -> Practitioner:
    with tenancy.organization(shop.pk):
        return factories.practitioner(shop, is_owner=True, first_name="Nina")


@pytest.fixture
def sam(shop: Organization) -> Practitioner:
    with tenancy.organization(shop.pk):
        return factories.practitioner(shop, first_name="<b>Sam</b>", code="LAc")


@pytest.fixture
def browser(client: Client, owner: Practitioner) -> Client:
    client.force_login(owner.user)
    return client


def fill(**changes: str) -> dict[str, str]:
    return {
        "first_name": "Rosa",
        "last_name": "L",
        "email": "Rosa@m.example",
        "practitioner_type": "",
        **changes,
    }


def test_the_page_lists_the_own_people_only(browser, sam) -> None:
    elsewhere = accounts.organization()
    with tenancy.organization(elsewhere.pk):
        factories.practitioner(elsewhere, first_name="Stranger")
    text = browser.get("/people/").content.decode()
    assert "&lt;b&gt;Sam&lt;/b&gt;" in text
    assert "LAc" in text
    assert "Stranger" not in text


def test_somebody_without_a_credential_is_invited_as_staff(browser, shop) -> None:
    assert "rosa@m.example" in browser.post("/people/", fill(), follow=True).content.decode().lower()
    run_queued()
    assert [letter.to for letter in mail.outbox] == [["rosa@m.example"]]
    with tenancy.organization(shop.pk):
        assert Staff.objects.get().invited_at is not None


def test_somebody_with_a_credential_is_a_practitioner(browser, shop) -> None:
    nd = PractitionerType.objects.get(code="ND")
    browser.post("/people/", fill(practitioner_type=str(nd.pk)))
    with tenancy.organization(shop.pk):
        assert Practitioner.objects.get(email="rosa@m.example").practitioner_type == nd


def test_a_taken_email_is_said(browser, sam) -> None:
    answer = browser.post("/people/", fill(email=sam.email))
    assert "This email has a sign-in already." in answer.content.decode()


def test_who_is_removed_cannot_come_in_and_no_application_acts_for_them(browser, sam) -> None:
    theirs = Client()
    theirs.force_login(sam.user)
    token = factories.access_token(sam, accounts.application())
    assert access.live_pair(token, now=clock.now()) is not None
    browser.post(f"/people/{sam.pk}/archive/")
    assert access.live_pair(token, now=clock.now()) is None
    assert theirs.get("/connected-applications/").status_code == 302
    assert not Grant.objects.filter(user=sam.user, revoked_at=None).exists()
    browser.post(f"/people/{sam.pk}/restore/")
    sam.user.refresh_from_db()
    assert sam.user.is_active
    assert access.live_pair(token, now=clock.now()) is None


def test_the_owner_stays(browser, owner, shop) -> None:
    answer = browser.post(f"/people/{owner.pk}/archive/", follow=True)
    assert "The owner cannot be taken off" in answer.content.decode()
    with tenancy.organization(shop.pk):
        assert Practitioner.objects.active().get().pk == owner.pk


def test_people_of_another_dispensary_do_not_exist(browser) -> None:
    elsewhere = accounts.organization()
    with tenancy.organization(elsewhere.pk):
        stranger = factories.staff(elsewhere)
    for what in ("archive", "restore"):
        assert browser.post(f"/people/{stranger.pk}/{what}/").status_code == 404


def test_only_owners_find_the_page(client, sam) -> None:
    client.force_login(sam.user)
    assert client.get("/people/").status_code == 404
    assert client.post(f"/people/{sam.pk}/archive/").status_code == 404


def test_the_page_asks_a_fixed_number_of_times(browser, shop, django_assert_max_num_queries) -> None:
    with tenancy.organization(shop.pk):
        for _ in range(5):
            factories.practitioner(shop)
            factories.staff(shop)
    browser.get("/people/")
    with django_assert_max_num_queries(11):
        browser.get("/people/")


def test_an_email_that_grows_in_lower_case_is_refused_beside_its_field(browser) -> None:
    someone = {"first_name": "Rosa", "last_name": "L", "email": "İ" * 200 + "@example.com"}
    answer = browser.post("/people/", someone)
    assert "Write an e-mail of at most 254 characters." in answer.content.decode()
