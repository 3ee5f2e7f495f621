"""Forgotten passwords of practitioners and staff."""

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from betony.dispensary.accounts import actions, factories, guessing, links
from betony.dispensary.accounts.models import User
from betony.kit.actor import ANONYMOUS
from betony.kit.jobs import testing

NEW = "another long password"
BOTH = {"password": NEW, "password_again": NEW}


@pytest.fixture
def ines(db: None) -> User:
    return factories.user(factories.organization(name="Larkspur"), email="ines@larkspur.example")


def ask(email: str, **environment: Any) -> Any:
    return Client(**environment).post("/reset-password/", {"email": email})


def path_of(user: User) -> str:
    return links.password_reset(user).removeprefix("http://localhost:8001")


def can_sign_in(password: str) -> bool:
    answer = Client().post("/sign-in/", {"email": "ines@larkspur.example", "password": password})
    return answer.status_code == 302


def test_the_door_leads_to_it_and_the_link_sets_a_new_password_once(ines: User) -> None:
    assert 'href="/reset-password/"' in Client().get("/sign-in/").content.decode()
    assert ask("Ines@larkspur.example ")["Location"] == "/reset-password/sent/"
    assert testing.run_queued() == ["accounts.send_password_reset"]
    (letter,) = mail.outbox
    assert letter.to == ["ines@larkspur.example"]
    assert not re.search("Ada|Number|Larkspur", f"{letter.subject} {letter.body}")
    found = re.search(r"http://[^/]+(/reset-password/\S+)", str(letter.body))
    assert found is not None
    assert Client().get(found[1]).status_code == 200
    assert Client().post(found[1], BOTH)["Location"] == "/sign-in/"
    assert can_sign_in(NEW)
    assert not can_sign_in(factories.PASSWORD)
    assert Client().get(found[1]).status_code == 404
    assert Client().post(found[1], BOTH).status_code == 404


def test_known_and_unknown_emails_get_the_same_answer_and_the_same_work(
    ines: User, django_assert_num_queries
) -> None:
    factories.user(ines.organization, email="former@larkspur.example", is_active=False)
    for email in ("ines@larkspur.example", "nobody@larkspur.example", "former@larkspur.example"):
        with django_assert_num_queries(6):
            answer = ask(email)
        assert (answer.status_code, answer["Location"]) == (302, "/reset-password/sent/")
    assert [name for name, _ in testing.queued()] == ["accounts.send_password_reset"] * 3
    assert "@" not in str(testing.queued())
    testing.run_queued()
    assert [letter.to for letter in mail.outbox] == [["ines@larkspur.example"]]
    page = Client().get("/reset-password/sent/").content.decode()
    assert "If that email is on file, a link is on its way." in page


def test_a_link_lasts_one_hour(ines: User) -> None:
    with time_machine.travel(datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC), tick=False) as moved:
        path = path_of(ines)
        moved.shift(datetime.timedelta(minutes=59))
        assert Client().get(path).status_code == 200
        moved.shift(datetime.timedelta(minutes=2))
        assert Client().get(path).status_code == 404


def test_a_new_password_ends_every_session(ines: User) -> None:
    browser = Client()
    browser.post("/sign-in/", {"email": ines.email, "password": factories.PASSWORD})
    assert browser.get("/connected-applications/").status_code == 200
    Client().post(path_of(ines), BOTH)
    assert browser.get("/connected-applications/").status_code == 302


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [("short", "short", "too short"), ("password1234", "password1234", "too common"),
     (NEW, "a different one", "not the same")],
)  # fmt: skip
def test_a_bad_password_is_refused_and_the_link_still_works(ines: User, first, second, sentence) -> None:
    path = path_of(ines)
    answer = Client().post(path, {"password": first, "password_again": second})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Client().post(path, BOTH).status_code == 302


@pytest.mark.parametrize("path", ["x", "x:y:z", links._RESET, "a" * 500])
def test_a_link_that_is_not_ours_leads_nowhere(ines: User, path: str) -> None:
    assert Client().get(f"/reset-password/{path}/").status_code == 404
    confirmation = links.confirmation(ines).rstrip("/").split("/")[-1]
    assert Client().post(f"/reset-password/{confirmation}/", BOTH).status_code == 404


def test_asking_often_is_stopped_for_the_network_and_the_email(ines: User) -> None:
    answers = [ask(ines.email).status_code for _ in range(guessing.LINKS_PAIR.most + 1)]
    assert answers == [302] * guessing.LINKS_PAIR.most + [429]
    assert ask(ines.email, REMOTE_ADDR="198.51.100.7").status_code == 302


@pytest.mark.slow
def test_two_uses_of_a_link_at_once_set_one_password(at_once) -> None:
    user = factories.user(factories.organization(), email="ines@larkspur.example")
    token = links.password_reset(user).rstrip("/").split("/")[-1]

    def use(password: str):
        return lambda: actions.set_password_by_link(by=ANONYMOUS, token=token, password=password)

    results = at_once(use("the first new one"), use("the second new one"))
    assert [type(one) for one in results if isinstance(one, Exception)] == [actions.LinkNotValid]
