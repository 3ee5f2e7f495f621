"""Owners invite people, take them off and bring them back."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Grant, Organization, User
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


PASSWORDS = {"password": "quite long and unusual", "password_again": "quite long and unusual"}


def link_in(letter: Any) -> str:
    return next(word for word in letter.body.split() if "/join/" in word).removeprefix(
        "http://localhost:8001"
    )


def signs_in(email: str, password: str) -> bool:
    return Client().post("/sign-in/", {"email": email, "password": password}).status_code == 302


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
    assert "This email already has a sign-in." in answer.content.decode()


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


def test_an_invitation_is_sent_again_while_nobody_has_joined(browser, shop, sam) -> None:
    browser.post("/people/", fill())
    with tenancy.organization(shop.pk):
        rosa = Staff.objects.get()
    assert browser.get("/people/").content.count(b"/invite-again/") == 1
    run_queued()
    with time_machine.travel(clock.now() + timedelta(days=8)):
        assert Client().get(link_in(mail.outbox[0])).status_code == 404
        browser = Client()
        browser.force_login(User.objects.get(is_owner=True))
        answer = browser.post(f"/people/{rosa.pk}/invite-again/", follow=True)
        assert "An invitation is on its way to rosa@m.example." in answer.content.decode()
        run_queued()
        assert Client().get(link_in(mail.outbox[1])).status_code == 200
        for _each in range(2):
            browser.post(f"/people/{rosa.pk}/invite-again/")
        answer = browser.post(f"/people/{rosa.pk}/invite-again/", follow=True)
        assert "Wait a day" in answer.content.decode()
    run_queued()
    assert len(mail.outbox) == 4


def test_who_has_joined_or_left_is_not_invited_again(browser, sam) -> None:
    answer = browser.post(f"/people/{sam.pk}/invite-again/", follow=True)
    assert "no open invitation" in answer.content.decode()
    run_queued()
    assert mail.outbox == []


def test_who_has_left_one_dispensary_can_be_invited_by_another(browser, sam, shop) -> None:
    browser.post(f"/people/{sam.pk}/archive/")
    elsewhere = accounts.organization()
    with tenancy.organization(elsewhere.pk):
        ines = factories.practitioner(elsewhere, is_owner=True)
    there = Client()
    there.force_login(ines.user)
    assert there.post("/people/", fill(email=sam.email)).status_code == 302
    run_queued()
    assert Client().post(link_in(mail.outbox[0]), PASSWORDS).status_code == 302
    assert signs_in(sam.email, PASSWORDS["password"])
    assert not signs_in(sam.email, accounts.PASSWORD)
    answer = browser.post(f"/people/{sam.pk}/restore/", follow=True)
    assert "now has another sign-in" in answer.content.decode()
    with tenancy.organization(shop.pk):
        sam.refresh_from_db()
    assert sam.archived_at is not None
    sam.user.refresh_from_db()
    assert not sam.user.is_active


def test_an_invitation_keeps_nobody_from_the_email_before_it_is_accepted(browser, shop) -> None:
    browser.post("/people/", fill())
    elsewhere = accounts.organization()
    with tenancy.organization(elsewhere.pk):
        ines = factories.practitioner(elsewhere, is_owner=True)
    there = Client()
    there.force_login(ines.user)
    assert there.post("/people/", fill()).status_code == 302
    run_queued()
    ours, theirs = map(link_in, mail.outbox)
    assert not User.objects.filter(email="rosa@m.example", is_email_confirmed=True).exists()
    assert Client().post(theirs, PASSWORDS).status_code == 302
    answer = Client().post(ours, PASSWORDS)
    assert "belongs to a sign-in at another dispensary" in answer.content.decode()
    assert not User.objects.get(organization=shop, email="rosa@m.example").has_usable_password()
    answer = browser.post("/people/", fill())
    assert "This email already has a sign-in." in answer.content.decode()


def test_somebody_who_left_is_brought_back_and_not_invited_as_a_stranger(browser, sam) -> None:
    browser.post(f"/people/{sam.pk}/archive/")
    nd = PractitionerType.objects.get(code="ND")
    answer = browser.post("/people/", fill(email=sam.email, practitioner_type=str(nd.pk)))
    assert "Bring them back in the list above." in answer.content.decode()


def test_the_owner_stays(browser, owner, shop) -> None:
    answer = browser.post(f"/people/{owner.pk}/archive/", follow=True)
    assert "The owner cannot be removed" in answer.content.decode()
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
    assert "Enter an email of at most 254 characters." in answer.content.decode()
