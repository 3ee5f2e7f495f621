"""Signing in and out at /sign-in/."""

import datetime

import pytest
import time_machine
from argon2 import PasswordHasher
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from betony.clinic.accounts.actions import sign_in
from betony.clinic.accounts.models import StaffSession
from betony.clinic.accounts.tests import factories
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.rate_limits.counting import Limit

SENTENCE = "That email and password do not match."
RIGHT = factories.PASSWORD


def try_to_sign_in(email, password, *, client=None, network="192.0.2.1", **fields):
    client = client or Client()
    return client.post("/sign-in/", {"email": email, "password": password, **fields}, REMOTE_ADDR=network)


@pytest.mark.parametrize("typed", ["alice@example.com", "Alice@Example.COM", "  alice@example.com "])
def test_the_right_pair_lets_in_however_the_email_is_written(alice, typed):
    client = Client()
    response = try_to_sign_in(typed, RIGHT, client=client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/settings/security/").status_code == 200


def test_the_page_names_its_boxes_and_its_button(client, db):
    page = client.get("/sign-in/").text
    assert ">Email</label>" in page
    assert ">Password</label>" in page
    assert ">Sign in</button>" in page


def test_whatever_is_wrong_is_said_in_the_same_words(alice, clinic):
    factories.user(email="inactive@example.com", is_active=False)
    factories.member(of=clinic, email="gone@example.com", is_active=False)
    tries = [
        ("alice@example.com", "wrong"),
        ("nobody@example.com", RIGHT),
        ("inactive@example.com", RIGHT),
        ("gone@example.com", RIGHT),
        ("not an email", RIGHT),
    ]
    answers = [try_to_sign_in(email, password) for email, password in tries]
    assert [answer.status_code for answer in answers] == [422] * len(tries)
    assert all(f"<li>{SENTENCE}</li>" in answer.text for answer in answers)


def test_an_unknown_account_costs_as_much_work_as_a_known_one(alice, monkeypatch):
    counts: list[str] = []

    def counted(of, name):
        whole = getattr(of, name)

        def run(*arguments, **options):
            counts.append(name)
            return whole(*arguments, **options)

        monkeypatch.setattr(of, name, run)

    counted(PasswordHasher, "verify")
    counted(Argon2PasswordHasher, "encode")
    work = []
    for email in ("alice@example.com", "nobody@example.com"):
        counts.clear()
        try_to_sign_in(email, "wrong")
        work.append(len(counts))
    assert work == [1, 1]


def test_guessing_is_stopped_and_the_page_says_how_long_to_wait(alice):
    for _ in range(sign_in.PAIR.most):
        assert try_to_sign_in("alice@example.com", "wrong").status_code == 422
    refused = try_to_sign_in("ALICE@example.com", RIGHT)
    assert refused.status_code == 429
    assert "Too many attempts from this network. Wait 15 minutes, then try again." in refused.text


@pytest.mark.slow
def test_the_lock_is_for_the_network_and_the_email_never_for_the_person_everywhere(alice, bob):
    for _ in range(sign_in.PAIR.most + 1):
        try_to_sign_in("alice@example.com", "wrong")
    assert try_to_sign_in("alice@example.com", RIGHT, network="198.51.100.7").status_code == 302
    assert try_to_sign_in("bob@example.com", RIGHT).status_code == 302
    assert try_to_sign_in("alice@example.com", RIGHT).status_code == 429


def test_the_lock_ends_by_itself(alice):
    with time_machine.travel(datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC), tick=False) as clock:
        for _ in range(sign_in.PAIR.most + 1):
            try_to_sign_in("alice@example.com", "wrong")
        clock.shift(datetime.timedelta(minutes=15, seconds=1))
        assert try_to_sign_in("alice@example.com", RIGHT).status_code == 302


def test_one_network_cannot_try_many_emails(alice, monkeypatch):
    monkeypatch.setattr(sign_in, "NETWORK", Limit("test.network", most=3, window_seconds=900))
    for number in range(3):
        assert try_to_sign_in(f"guess{number}@example.com", "wrong").status_code == 422
    assert try_to_sign_in("alice@example.com", RIGHT).status_code == 429
    assert try_to_sign_in("alice@example.com", RIGHT, network="2001:db8::1").status_code == 302


def test_signing_in_rightly_forgets_the_wrong_tries(alice):
    for _ in range(3):
        for _ in range(sign_in.PAIR.most - 2):
            try_to_sign_in("alice@example.com", "wrong")
        assert try_to_sign_in("alice@example.com", RIGHT).status_code == 302


@pytest.mark.slow
def test_wrong_tries_over_two_connections_share_the_limit(at_once):
    factories.member(email="alice@example.com")

    def guess():
        return [try_to_sign_in("alice@example.com", "wrong").status_code for _ in range(6)]

    answers = [status for statuses in at_once(guess, guess) for status in statuses]
    assert sorted(answers) == [422] * sign_in.PAIR.most + [429] * (12 - sign_in.PAIR.most)


def test_the_session_has_a_new_id_after_signing_in(alice):
    client = Client()
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = str(session.session_key)
    client.cookies["betony_clinic"] = planted
    try_to_sign_in("alice@example.com", RIGHT, client=client)
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["betony_clinic"] = planted
    assert thief.get("/settings/security/").status_code == 302


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/settings/security/?a=1", "/settings/security/?a=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ],
)
def test_one_comes_back_to_the_page_one_wanted_if_it_is_ours(alice, wanted, target):
    response = try_to_sign_in("alice@example.com", RIGHT, next=wanted)
    assert response["Location"] == target


def test_the_wanted_page_survives_a_wrong_password(alice):
    response = try_to_sign_in("alice@example.com", "wrong", next="/settings/security/")
    assert '<input type="hidden" name="next" value="/settings/security/">' in response.text
    assert 'value="alice@example.com"' in response.text


def test_the_address_by_number_leads_to_localhost_with_the_wanted_page(db):
    response = Client().get("/sign-in/?next=/settings/", headers={"host": "127.0.0.1:8000"})
    assert response.status_code == 301
    assert response["Location"] == "http://localhost:8000/sign-in/?next=/settings/"


def test_who_is_signed_in_already_goes_on(alice):
    response = factories.signed_in(alice).get("/sign-in/?next=/settings/security/")
    assert response["Location"] == "/settings/security/"


def test_signing_out_ends_the_session(alice):
    client = factories.signed_in(alice)
    client.get("/settings/security/")
    cookie = client.cookies["betony_clinic"].value
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    client.cookies["betony_clinic"] = cookie
    assert client.get("/settings/security/").status_code == 302
    assert StaffSession.objects.get().ended_at is not None


def test_markup_in_the_email_comes_back_harmless(db):
    response = try_to_sign_in('"><script>alert(1)</script>', "wrong")
    assert "<script>alert" not in response.text


def test_signing_in_is_in_the_trail(alice):
    client = Client()
    try_to_sign_in("alice@example.com", RIGHT, client=client)
    with tenancy.organization(alice.organization_id):
        event = AuditEvent.objects.get(action="accounts.signed_in")
        assert (event.actor_id, event.ip) == (alice.user_id, "192.0.2.1")


def test_the_first_page_is_only_for_who_is_signed_in(alice, client):
    assert client.get("/")["Location"] == "/sign-in/?next=/"
    assert factories.signed_in(alice).get("/").status_code == 302
