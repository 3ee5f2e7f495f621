"""A session that ends never costs what is typed, and what is typed is never saved under somebody else (guarantee 10).

A script's request never leads its page away; the page signs in again over itself; a form that was sent without a script
waits, sealed, for the same person.
"""

import datetime
import html
import json
import re

import pytest
import time_machine
from django.test import Client

from betony.clinic.accounts.actions import sign_in, users
from betony.clinic.accounts.models import Organization, StaffSession
from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.tests import factories
from betony.kit.requests import FRESH_TOKEN, PAGE_OF

MORNING = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)
PAGE = "/settings/security/"
FORM = "/settings/organization/"
SETTINGS = {
    "name": "Meadowlark & Sons", "time_zone": "America/New_York", "currency": "USD", "idle_minutes": "45",
    "version": "1",
}  # fmt: skip


@pytest.fixture
def moved_clock():
    with time_machine.travel(MORNING, tick=False) as moved:
        yield moved


def enter(client, member):
    """Sign in by the page, as a person does."""
    answer = client.post("/sign-in/", {"email": member.user.email, "password": factories.PASSWORD})
    assert answer.status_code == 302


def page_of(member, **more):
    return {"HX-Request": "true", PAGE_OF: str(member.pk), **more}


@pytest.fixture
def over(moved_clock, alice):
    """Alice's browser, half an hour later."""
    client = Client()
    enter(client, alice)
    moved_clock.shift(datetime.timedelta(minutes=31))
    return client


# What a script asks


@pytest.mark.parametrize(
    "headers", [{"HX-Request": "true"}, {"X-Betony-Background": "1"}, {PAGE_OF: "whoever"}], ids=str
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_request_of_a_script_leads_its_page_away(over, headers, method):
    answer = getattr(over, method)(PAGE, headers=headers)
    assert answer.status_code == 401
    assert not {"HX-Redirect", "HX-Refresh", "HX-Location", "Location"} & set(answer.headers)
    assert answer.content == b""


def test_the_page_learns_whether_its_person_is_signed_in_and_the_token_that_holds(moved_clock, alice):
    client = factories.signed_in(alice)
    asked = client.get("/session/", headers=page_of(alice))
    assert asked.status_code == 204
    assert asked[FRESH_TOKEN]
    moved_clock.shift(datetime.timedelta(minutes=31))
    assert client.get("/session/", headers=page_of(alice)).status_code == 401


def test_typing_is_use_of_the_session_and_asking_in_the_background_is_none(moved_clock, alice):
    client = factories.signed_in(alice)
    for _ in range(4):
        moved_clock.shift(datetime.timedelta(minutes=20))
        assert client.get("/session/", headers=page_of(alice)).status_code == 204
    for _ in range(2):
        moved_clock.shift(datetime.timedelta(minutes=20))
        asked = client.get("/session/", headers=page_of(alice, **{"X-Betony-Background": "1"}))
    assert asked.status_code == 401


def test_a_page_of_one_person_asks_for_nobody_once_another_has_signed_in(alice, bob, clinic):
    client = Client()
    enter(client, alice)
    enter_over(client, bob)
    for method, path in (("get", PAGE), ("post", FORM)):
        assert getattr(client, method)(path, SETTINGS, headers=page_of(alice)).status_code == 401
    assert client.get(PAGE, headers=page_of(bob)).status_code == 200
    clinic.refresh_from_db()
    assert clinic.name == "Meadowlark"


def enter_over(client, member):
    """Sign in as somebody else in the same browser."""
    client.post("/sign-out/")
    enter(client, member)


def test_a_page_of_one_clinic_saves_nothing_in_another_of_the_same_person(alice, mallory):
    elsewhere = factories.member(Role.OWNER, of=mallory.organization, user=alice.user)
    client = factories.signed_in(alice)
    client.get(PAGE)
    client.post("/organizations/", {"membership": elsewhere.pk})
    assert client.post(FORM, SETTINGS, headers=page_of(alice)).status_code == 401
    assert Organization.objects.filter(name="Meadowlark & Sons").count() == 0


# Signing in again over the page


def again(client, member, *, headers, password=factories.PASSWORD):
    form = {"email": member.user.email, "password": password}
    return client.post("/sign-in/again/", form, headers=headers)


def test_the_same_person_signs_in_over_the_page_and_goes_on(over, alice):
    assert over.get(PAGE, headers=page_of(alice)).status_code == 401
    asked = over.get("/sign-in/again/", headers=page_of(alice))
    assert f'value="{alice.user.email}"' in asked.text
    answer = again(over, alice, headers=page_of(alice))
    assert answer.status_code == 204
    assert json.loads(answer["HX-Trigger"])["session:resumed"]["token"]
    assert over.get(PAGE, headers=page_of(alice)).status_code == 200


def test_the_token_that_comes_with_it_is_the_one_that_holds(over, alice, clinic):
    over.handler.enforce_csrf_checks = True
    asked = over.get("/sign-in/again/", headers=page_of(alice))
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', asked.text)[1]
    form = {"email": alice.user.email, "password": factories.PASSWORD, "csrfmiddlewaretoken": token}
    answer = over.post("/sign-in/again/", form, headers=page_of(alice))
    fresh = json.loads(answer["HX-Trigger"])["session:resumed"]["token"]
    saved = over.post(FORM, SETTINGS, headers=page_of(alice, **{"X-CSRFToken": fresh}))
    assert saved.status_code == 302
    clinic.refresh_from_db()
    assert clinic.name == "Meadowlark & Sons"


def test_somebody_else_is_let_in_and_led_away_from_the_page(over, alice, bob):
    over.get(PAGE, headers=page_of(alice))
    answer = again(over, bob, headers=page_of(alice))
    assert answer["HX-Redirect"] == "/"
    assert "session:taken" in answer["HX-Trigger"]
    assert over.get(PAGE, headers=page_of(alice)).status_code == 401, "the page is still not Bob's"
    assert over.get(PAGE, headers=page_of(bob)).status_code == 200


def test_whose_page_it_is_can_take_the_browser_back_and_the_others_session_ends(alice, bob):
    client = Client()
    enter(client, alice)
    enter_over(client, bob)
    shown = client.get("/sign-in/again/", headers=page_of(alice))
    assert "Bob Abbot has since signed in here." in shown.text
    assert alice.user.email not in shown.text
    assert again(client, alice, headers=page_of(alice)).status_code == 204
    assert client.get(PAGE, headers=page_of(alice)).status_code == 200
    assert StaffSession.objects.get(membership=bob).ended_at is not None


def test_a_person_of_two_clinics_goes_on_in_the_one_the_page_is_of(moved_clock, alice, mallory):
    factories.member(Role.OWNER, of=mallory.organization, user=alice.user)
    client = Client()
    enter(client, alice)
    first = StaffSession.objects.get().membership
    moved_clock.shift(datetime.timedelta(minutes=31))
    assert again(client, first, headers=page_of(first)).status_code == 204
    assert StaffSession.objects.order_by("-started_at")[0].membership == first


def test_a_wrong_password_is_said_over_the_page_and_counted_as_at_the_door(over, alice):
    for _ in range(sign_in.PAIR.most):
        answer = again(over, alice, headers=page_of(alice), password="wrong")
        assert answer.status_code == 422
        assert "That email and password do not match." in answer.text
    assert "Too many attempts from this network." in again(over, alice, headers=page_of(alice)).text


def test_the_email_is_told_to_nobody_but_the_browser_whose_session_ended(over, alice, bob):
    over.get(PAGE, headers=page_of(alice))
    for client, headers in ((Client(), page_of(alice)), (over, page_of(bob)), (over, {"HX-Request": "true"})):
        assert alice.user.email not in client.get("/sign-in/again/", headers=headers).text


def test_without_a_script_there_is_the_page(client, db):
    assert client.get("/sign-in/again/")["Location"] == "/sign-in/"


# A token of an earlier sign-in


def test_a_page_from_before_gets_the_token_that_holds_now(moved_clock, alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice.user)
    client.get(PAGE)
    stale = {**page_of(alice), "X-CSRFToken": "x" * 64}
    answer = client.post(FORM, SETTINGS, headers=stale)
    assert answer.status_code == 403
    fresh = {**page_of(alice), "X-CSRFToken": answer[FRESH_TOKEN]}
    assert client.post(FORM, SETTINGS, headers=fresh).status_code == 302


def test_nobody_elses_page_and_no_other_site_gets_a_token(alice, bob):
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob.user)
    client.get(PAGE)
    assert client.post(FORM, SETTINGS, headers={**page_of(alice), "X-CSRFToken": "x" * 64}).status_code == 401
    plain = client.post(FORM, SETTINGS)
    assert plain.status_code == 403
    assert FRESH_TOKEN not in plain
    assert "You have signed in again since it was opened" in plain.text


# A form without a script


def hidden(page):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


def sent_after(over, **fields):
    return over.post(FORM, {**SETTINGS, **fields}, headers={"referer": f"http://testserver{FORM}"})


def test_what_was_sent_after_the_session_had_ended_is_given_back_to_the_same_person(over, alice, clinic):
    asked = sent_after(over)
    assert asked.status_code == 401
    assert "What you sent is not saved yet, and not lost" in asked.text
    assert "Sons" not in asked.text, "it waits sealed"
    waits = hidden(asked.text)
    assert waits["next"] == FORM
    wrong = over.post("/sign-in/", {**waits, "email": alice.user.email, "password": "wrong"})
    assert hidden(wrong.text)["kept"] == waits["kept"], "it waits through a wrong password"
    given = over.post("/sign-in/", {**waits, "email": alice.user.email, "password": factories.PASSWORD})
    assert "What you typed is still here" in given.text
    back = hidden(given.text)
    back.pop("csrfmiddlewaretoken")
    assert back == SETTINGS
    assert f'action="{FORM}"' in given.text
    clinic.refresh_from_db()
    assert clinic.name == "Meadowlark", "nothing is saved before the person says so"
    once_more = over.post("/sign-in/", {**waits, "email": alice.user.email, "password": factories.PASSWORD})
    assert "What you typed is still here" in once_more.text, "loading that page again loses nothing"
    over.post(FORM, back)
    clinic.refresh_from_db()
    assert clinic.name == "Meadowlark & Sons"


def test_somebody_else_who_signs_in_is_given_nothing_of_it(over, bob):
    waits = hidden(sent_after(over).text)
    answer = over.post("/sign-in/", {**waits, "email": bob.user.email, "password": factories.PASSWORD})
    assert answer.status_code == 302
    assert "Sons" not in over.get("/settings/security/").text


@pytest.mark.parametrize("token", ["nonsense", ""])
def test_what_we_did_not_seal_is_nothing(alice, token):
    form = {"kept": token, "email": alice.user.email, "password": factories.PASSWORD}
    assert Client().post("/sign-in/", form).status_code == 302


@pytest.mark.parametrize(
    "fields",
    [{"password": "four words put together"}, {"name": "x" * 400_000}],
    ids=["a password", "too much"],
)
def test_what_may_not_wait_is_said_not_to_be_saved(over, fields):
    answer = sent_after(over, **fields)
    assert answer["Location"] == f"/sign-in/?next={FORM}"
    assert "You were signed out, so nothing was saved." in over.get(answer["Location"]).text


def test_after_signing_in_one_never_lands_on_an_address_that_only_takes_forms(over, alice):
    answer = over.post(
        f"/settings/users/{alice.pk}/deactivate/", headers={"referer": "http://evil.example/x"}
    )
    assert answer["Location"] == "/sign-in/"


def test_a_session_ended_from_elsewhere_keeps_the_form_too(alice, clinic):
    client = Client()
    enter(client, alice)
    owner = factories.member(Role.OWNER, of=clinic, email="owner@example.com")
    users.deactivate(by=factories.actor(owner), membership_id=alice.pk)
    waits = hidden(sent_after(client).text)
    users.reactivate(by=factories.actor(owner), membership_id=alice.pk)
    given = client.post("/sign-in/", {**waits, "email": alice.user.email, "password": factories.PASSWORD})
    assert "What you typed is still here" in given.text


def test_a_page_that_was_asked_for_is_still_come_back_to(over):
    assert over.get(PAGE)["Location"] == f"/sign-in/?next={PAGE}"
