"""Sessions: how long they last, and ending them."""

import datetime

import pytest
import time_machine
from django.test import Client

from betony.clinic.accounts.actions import sessions, upkeep
from betony.clinic.accounts.models import StaffSession
from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.tests import factories
from betony.kit import clock

PAGE = "/settings/security/"
MORNING = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)


@pytest.fixture
def moved_clock():
    with time_machine.travel(MORNING, tick=False) as moved:
        yield moved


def minutes(number):
    return datetime.timedelta(minutes=number)


def is_in(client, **headers):
    return client.get(PAGE, headers=headers).status_code == 200


def test_a_session_without_use_ends(moved_clock, alice):
    client = factories.signed_in(alice)
    assert is_in(client)
    moved_clock.shift(minutes(31))
    assert not is_in(client)
    assert "You were signed out" in client.get("/sign-in/").text


@pytest.mark.slow
def test_use_keeps_a_session_open_until_its_absolute_end(moved_clock, alice):
    client = factories.signed_in(alice)
    for _ in range(12 * 60 // 25):
        assert is_in(client)
        moved_clock.shift(minutes(25))
    assert is_in(client)
    moved_clock.shift(minutes(25))
    assert not is_in(client)


def test_background_polling_does_not_keep_a_session_open(moved_clock, alice):
    client = factories.signed_in(alice)
    assert is_in(client)
    for _ in range(2):
        moved_clock.shift(minutes(14))
        assert is_in(client, x_betony_background="1")
    moved_clock.shift(minutes(3))
    assert not is_in(client, x_betony_background="1")
    assert not is_in(client)


def test_the_clinic_decides_how_long(moved_clock, alice, clinic):
    clinic.idle_minutes = 5
    clinic.save()
    client = factories.signed_in(alice)
    assert is_in(client)
    moved_clock.shift(minutes(6))
    assert not is_in(client)


def test_a_session_can_be_signed_out_from_elsewhere(alice):
    here, there = factories.signed_in(alice), factories.signed_in(alice)
    assert is_in(here)
    assert is_in(there)
    other = StaffSession.objects.order_by("-id")[0]
    page = here.get(PAGE).text
    assert page.count(">Sign out</button>") >= 2
    here.post(f"/settings/security/sessions/{other.pk}/end/")
    assert is_in(here)
    assert not is_in(there)


def test_everything_else_can_be_signed_out(alice):
    clients = [factories.signed_in(alice) for _ in range(3)]
    assert all(is_in(client) for client in clients)
    clients[0].post("/settings/security/sessions/end-others/")
    assert [is_in(client) for client in clients] == [True, False, False]


def test_another_persons_session_cannot_be_reached(alice, bob, mallory):
    client = factories.signed_in(bob)
    for victim in (alice, mallory):
        assert is_in(factories.signed_in(victim))
        session = StaffSession.objects.get(user=victim.user)
        assert client.post(f"/settings/security/sessions/{session.pk}/end/").status_code == 404
        session.refresh_from_db()
        assert session.ended_at is None


def test_the_list_shows_device_and_network(alice):
    client = factories.signed_in(alice, REMOTE_ADDR="192.0.2.9")
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
    page = client.get(PAGE, headers={"user-agent": agent}).text
    assert "Firefox, Windows" in page
    assert "192.0.2.9" in page


def test_a_person_with_two_clinics_switches_between_them(alice, mallory):
    elsewhere = factories.member(Role.BILLER, of=mallory.organization, user=alice.user)
    client = factories.signed_in(alice)
    client.get(PAGE)
    client.post("/organizations/", {"membership": elsewhere.pk})
    page = client.get(PAGE).text
    assert "Elsewhere" in page
    assert client.get("/settings/organization/").status_code == 404, "a biller there, not an owner"


@pytest.mark.parametrize("typed", ["", "nonsense"])
def test_nobody_switches_to_nonsense(alice, typed):
    assert factories.signed_in(alice).post("/organizations/", {"membership": typed}).status_code == 404


def test_nobody_switches_to_a_clinic_they_are_not_in(alice, mallory):
    client = factories.signed_in(alice)
    assert client.post("/organizations/", {"membership": mallory.pk}).status_code == 404
    gone = factories.member(of=factories.organization(), user=alice.user, is_active=False)
    assert client.post("/organizations/", {"membership": gone.pk}).status_code == 404


def test_who_works_nowhere_any_more_is_a_stranger_at_once(alice):
    client = factories.signed_in(alice)
    assert is_in(client)
    alice.is_active = False
    alice.save()
    assert not is_in(client)


def test_a_session_whose_record_is_gone_is_nobodys(alice):
    client = factories.signed_in(alice)
    assert is_in(client)
    StaffSession.objects.all().delete()
    assert not is_in(client)


def test_old_sessions_are_put_away(moved_clock, alice):
    factories.signed_in(alice).get(PAGE)
    moved_clock.shift(datetime.timedelta(days=31))
    upkeep.sweep()
    assert not StaffSession.objects.exists()


def test_a_page_costs_three_queries_for_knowing_who_asks(alice, django_assert_max_num_queries):
    client = factories.signed_in(alice)
    client.get("/settings/security/")
    # Session, user, our session with membership; the list itself; and the count of notices, in a transaction of
    # its own where the page opens none (four statements around it in a test).
    with django_assert_max_num_queries(9):
        client.get("/settings/security/")


def test_times_are_shown_in_the_clinics_time_zone(moved_clock, alice):
    assert "Mon 2 Mar 2026, 04:00" in factories.signed_in(alice).get(PAGE).text


def test_use_is_noted_at_most_every_half_minute(moved_clock, alice):
    client = factories.signed_in(alice)
    client.get(PAGE)
    moved_clock.shift(datetime.timedelta(seconds=20))
    client.get(PAGE)
    assert StaffSession.objects.get().seen_at == MORNING
    moved_clock.shift(datetime.timedelta(seconds=20))
    client.get(PAGE)
    assert StaffSession.objects.get().seen_at == clock.now()


def test_a_stolen_cookie_of_an_ended_session_opens_nothing(alice):
    client = factories.signed_in(alice)
    client.get(PAGE)
    stolen = Client()
    stolen.cookies["betony_clinic"] = client.cookies["betony_clinic"].value
    session = StaffSession.objects.get()
    sessions.end_session(by=factories.actor(alice), session=session)
    assert not is_in(stolen)
