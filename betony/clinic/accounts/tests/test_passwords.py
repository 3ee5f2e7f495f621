"""Forgotten passwords and changing one's own."""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.test import Client

from betony.clinic.accounts import links
from betony.clinic.accounts.actions import passwords
from betony.clinic.accounts.models import User
from betony.clinic.accounts.tests import factories
from betony.kit import tenancy
from betony.kit.actor import ANONYMOUS
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent
from betony.kit.jobs import testing

NEW = "another long password"
BOTH = {"password": NEW, "password_again": NEW}


def ask(email, **options):
    return Client().post("/reset-password/", {"email": email}, **options)


def link_of(user):
    """Return the path of a reset link as the mail holds it."""
    return links.password_reset(user).removeprefix("http://localhost:8000")


def can_sign_in(email, password):
    return Client().post("/sign-in/", {"email": email, "password": password}).status_code == 302


def test_a_link_is_mailed_and_sets_a_new_password_once(alice):
    response = ask("Alice@example.com ")
    assert response["Location"] == "/reset-password/sent/"
    assert testing.run_queued() == ["accounts.send_password_reset"]
    [message] = mail.outbox
    assert message.to == ["alice@example.com"]
    path = factories.link_in(message)
    assert Client().get(path).status_code == 200
    assert Client().post(path, BOTH)["Location"] == "/sign-in/"
    assert can_sign_in("alice@example.com", NEW)
    assert Client().get(path).status_code == 404
    assert Client().post(path, BOTH).status_code == 404


def test_the_mail_says_nothing_about_anybody(alice):
    ask("alice@example.com")
    testing.run_queued()
    text = f"{mail.outbox[0].subject} {mail.outbox[0].body}"
    assert not re.search("Alice|Abbot|Meadowlark", text)


def test_known_and_unknown_emails_get_the_same_answer_and_the_same_work(
    alice, clinic, django_assert_num_queries
):
    factories.member(of=clinic, email="gone@example.com", is_active=False)
    factories.user(email="inactive@example.com", is_active=False)
    answers = [ask(email) for email in ("alice@example.com", "nobody@example.com", "gone@example.com",
                                        "inactive@example.com")]  # fmt: skip
    assert {(one.status_code, one["Location"]) for one in answers} == {(302, "/reset-password/sent/")}
    assert [name for name, _ in testing.queued()] == ["accounts.send_password_reset"] * 4
    testing.run_queued()
    assert [message.to for message in mail.outbox] == [["alice@example.com"]]
    page = Client().get("/reset-password/sent/").text
    assert "If that email is on file, a link is on its way." in page


def test_the_queue_never_holds_a_link_or_an_email(alice):
    ask("alice@example.com")
    assert testing.queued() == [("accounts.send_password_reset", {"user_id": str(alice.user_id)})]


def test_a_link_lasts_one_hour(alice):
    with time_machine.travel(datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC), tick=False) as clock:
        path = link_of(alice.user)
        clock.shift(datetime.timedelta(minutes=59))
        assert Client().get(path).status_code == 200
        clock.shift(datetime.timedelta(minutes=2))
        assert Client().get(path).status_code == 404


def test_a_link_for_somebody_else_does_not_fit(alice, bob):
    path = link_of(alice.user).replace(str(alice.user_id), str(bob.user_id))
    assert Client().post(path, BOTH).status_code == 404


def test_a_new_password_ends_every_session(alice):
    client = factories.signed_in(alice)
    assert client.get("/settings/security/").status_code == 200
    Client().post(link_of(alice.user), BOTH)
    assert client.get("/settings/security/").status_code == 302


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ("short", "short", "too short"),
        ("password1234", "password1234", "too common"),
        ("alice@example.com", "alice@example.com", "too similar"),
        (NEW, "a different one", "not the same"),
    ],
)
def test_a_bad_password_is_refused_and_the_link_still_works(alice, first, second, sentence):
    path = link_of(alice.user)
    response = Client().post(path, {"password": first, "password_again": second})
    assert response.status_code == 422
    assert sentence in response.text
    assert Client().get(path).status_code == 200


@pytest.mark.slow
def test_two_uses_of_a_link_at_once_set_one_password(at_once, slow_trail):
    alice = factories.member(email="alice@example.com")
    token = link_of(alice.user).rstrip("/").rsplit("/", 1)[1]

    def use(password):
        return lambda: passwords.set_password_by_link(
            by=ANONYMOUS, user_id=alice.user_id, token=token, password=password
        )

    results = at_once(use("the first new one"), use("the second new one"))
    assert [type(one) for one in results if isinstance(one, Exception)] == [passwords.LinkNotValid]


def test_asking_often_is_stopped_for_the_network_and_the_email(alice):
    answers = [ask("alice@example.com").status_code for _ in range(passwords.RESET_PAIR.most + 1)]
    assert answers == [302] * passwords.RESET_PAIR.most + [429]
    assert ask("alice@example.com", REMOTE_ADDR="198.51.100.7").status_code == 302


def test_changing_the_password_keeps_this_session_and_ends_the_others(alice):
    here, there = factories.signed_in(alice), factories.signed_in(alice)
    here.get("/settings/security/")
    there.get("/settings/security/")
    before = here.session.session_key
    response = here.post("/settings/security/", {"present": factories.PASSWORD, **BOTH})
    assert response["Location"] == "/settings/security/"
    assert here.get("/settings/security/").status_code == 200
    assert here.session.session_key != before
    assert there.get("/settings/security/").status_code == 302
    assert can_sign_in("alice@example.com", NEW)


def test_the_present_password_must_be_right_and_guessing_it_is_stopped(alice):
    client = factories.signed_in(alice)
    for _ in range(passwords.CHANGE.most):
        response = client.post("/settings/security/", {"present": "wrong", **BOTH})
        assert "That is not your current password." in response.text
    response = client.post("/settings/security/", {"present": factories.PASSWORD, **BOTH})
    assert "Too many attempts" in response.text
    assert can_sign_in("alice@example.com", factories.PASSWORD)


def test_a_change_that_cannot_be_trailed_does_not_happen(alice, monkeypatch):
    monkeypatch.setattr(trail, "record", factories.broken_trail)
    with pytest.raises(RuntimeError):
        passwords.change_password(
            by=factories.actor(alice), present=factories.PASSWORD, password=NEW, keep_session=None
        )
    assert User.objects.get(pk=alice.user_id).check_password(factories.PASSWORD)


def test_both_ways_leave_an_event(alice):
    Client().post(link_of(alice.user), BOTH)
    passwords.change_password(
        by=factories.actor(alice), present=NEW, password="a third long password", keep_session=None
    )
    with tenancy.organization(alice.organization_id):
        actions = AuditEvent.objects.order_by("id").values_list("action", flat=True)
        assert list(actions) == ["accounts.password_reset", "accounts.password_changed"]


def test_passwords_are_hashed_with_argon2id(alice):
    Client().post(link_of(alice.user), BOTH)
    assert User.objects.get(pk=alice.user_id).password.startswith("argon2$argon2id$")
