"""Signing in at the practice's door."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import hashers
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from betony.dispensary.accounts import factories, guessing, queries
from betony.dispensary.accounts.factories import PASSWORD
from betony.dispensary.accounts.models import User
from betony.kit import clock, tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.rate_limits import counting

WRONG = "That email and password do not match."


@pytest.fixture
def nina(db) -> User:
    return factories.user(factories.organization(), email="nina@meadowlark.example", is_owner=True)


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str):
    address = more.pop("address", "198.51.100.7")
    return client.post("/sign-in/", {"email": email, "password": password, **more}, REMOTE_ADDR=address)


def test_the_page_has_what_the_story_names(client, db) -> None:
    text = client.get("/sign-in/?next=/oauth/authorize%3Fa%3Db%26c%3Dd").content.decode()
    assert ">Email</label>" in text
    assert ">Password</label>" in text
    assert "Sign in</button>" in text
    assert "Create a new dispensary" in text
    assert 'value="/oauth/authorize?a=b&amp;c=d"' in text
    assert "next=%2Foauth%2Fauthorize%3Fa%3Db%26c%3Dd" in text


def test_the_right_pair_opens_a_new_session(client, nina) -> None:
    client.get("/sign-in/")
    before = client.session.session_key
    answer = sign_in(client, " Nina@Meadowlark.Example ")
    assert answer.status_code == 302
    assert client.session.session_key != before
    cookie = answer.cookies["betony_dispensary"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    with tenancy.organization(nina.organization_id):
        assert AuditEvent.objects.filter(action="accounts.signed_in", actor_id=nina.pk).count() == 1


@pytest.mark.parametrize(
    ("email", "password"),
    [("nina@meadowlark.example", "wrong"), ("nobody@meadowlark.example", PASSWORD), ("<b>", "x")],
)
def test_whichever_was_wrong_the_words_are_the_same(client, nina, email, password) -> None:
    answer = sign_in(client, email, password)
    assert answer.status_code == 200
    assert WRONG in answer.content.decode()
    assert "<b>" not in answer.content.decode().replace("<b>Betony", "")


def test_an_unknown_account_costs_as_much_work_as_a_known_one(client, nina, monkeypatch) -> None:
    worked: list[str] = []

    class Counting(Argon2PasswordHasher):
        def encode(self, password: str, salt: str) -> str:
            worked.append("encode")
            return super().encode(password, salt)

        def verify(self, password: str, encoded: str) -> bool:
            worked.append("verify")
            return super().verify(password, encoded)

    monkeypatch.setattr(hashers, "get_hashers", lambda: [Counting()])
    monkeypatch.setattr(hashers, "get_hasher", lambda algorithm="default": Counting())
    monkeypatch.setattr(hashers, "identify_hasher", lambda encoded: Counting())
    invited = factories.user(nina.organization)
    invited.set_unusable_password()
    invited.save()
    factories.user(nina.organization, email="twice@meadowlark.example")
    elsewhere = factories.organization()
    factories.user(elsewhere, email="twice@meadowlark.example", is_email_confirmed=False)
    factories.user(elsewhere, email="left@meadowlark.example", is_active=False)
    for email in (
        nina.email, "nobody@meadowlark.example", invited.email, "twice@meadowlark.example",
        "left@meadowlark.example",
    ):  # fmt: skip
        worked.clear()
        sign_in(client, email, "wrong")
        assert len(worked) == queries.MOST_WITH_ONE_EMAIL, email


def test_somebody_who_left_cannot_sign_in(client, nina) -> None:
    nina.is_active = False
    nina.save()
    assert WRONG in sign_in(client, nina.email).content.decode()


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil"],
)
def test_signing_in_leads_nowhere_else(client, nina, wanted) -> None:
    assert sign_in(client, nina.email, next=wanted)["Location"] == "/"


def test_signing_out_takes_a_form_of_ours(client, nina) -> None:
    client.force_login(nina)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/connected-applications/").status_code == 302


def test_guessing_is_stopped_for_the_network_and_not_for_the_person(client, nina) -> None:
    for _ in range(guessing.PAIR.most):
        sign_in(client, nina.email, "wrong")
    stopped = sign_in(client, nina.email)
    assert stopped.status_code == 429
    assert "Too many attempts" in stopped.content.decode()
    assert sign_in(client, nina.email, address="203.0.113.9").status_code == 302
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert sign_in(client, nina.email).status_code == 302


def test_the_addresses_of_one_ipv6_network_count_together(client, nina) -> None:
    for number in range(guessing.PAIR.most):
        sign_in(client, nina.email, "wrong", address=f"2001:db8:1:2::{number:x}")
    assert sign_in(client, nina.email, address="2001:db8:1:2:ffff::1").status_code == 429
    assert sign_in(client, nina.email, address="2001:db8:1:3::1").status_code == 302


def test_an_unknown_account_is_stopped_alike(client, nina) -> None:
    for _ in range(guessing.PAIR.most):
        sign_in(client, "nobody@meadowlark.example", "wrong")
    assert sign_in(client, "nobody@meadowlark.example").status_code == 429


def test_a_network_that_tries_many_people_is_stopped(client, nina, monkeypatch) -> None:
    monkeypatch.setattr(guessing, "NETWORK", counting.Limit("test.network", 3, 900))
    for number in range(3):
        sign_in(client, f"person{number}@meadowlark.example", "wrong")
    assert sign_in(client, nina.email).status_code == 429


def test_a_success_clears_the_count(client, nina) -> None:
    for _ in range(3):
        for _ in range(guessing.PAIR.most - 1):
            assert guessing.may_try(email=nina.email, network="198.51.100.7")
        guessing.note_success(email=nina.email, network="198.51.100.7")


def test_two_processes_share_the_count(at_once) -> None:
    def some() -> list[bool]:
        return [guessing.may_try(email="a@b.example", network="198.51.100.7") for _ in range(10)]

    first, second = at_once(some, some)
    assert sum(first) + sum(second) == guessing.PAIR.most


def test_a_session_ends_when_it_is_not_used(client, nina) -> None:
    client.force_login(nina)
    assert client.get("/connected-applications/").status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        assert client.get("/connected-applications/").status_code == 302
        assert client.get("/connected-applications/").status_code == 302


def test_a_session_ends_after_half_a_day_whatever_is_done(client, nina) -> None:
    client.force_login(nina)
    start = clock.now()
    for minutes in range(0, 720, 20):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert client.get("/connected-applications/").status_code == 200
    with time_machine.travel(start + timedelta(minutes=721)):
        assert client.get("/connected-applications/").status_code == 302
