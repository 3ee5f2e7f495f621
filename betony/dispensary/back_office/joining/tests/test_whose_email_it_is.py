"""Creating a dispensary tells nobody whether an email has a sign-in; it counts once it is confirmed (guarantee 5)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import User
from betony.dispensary.back_office.joining.tests.typed import fill
from betony.dispensary.practices.models import Staff
from betony.kit import clock, tenancy
from betony.kit.jobs.testing import run_queued

pytestmark = pytest.mark.django_db

EMAIL = "ines.moreau@larkspur.example"
PASSWORD = "quite long and unusual"
ROSA = {"first_name": "Rosa", "last_name": "L", "email": "rosa@larkspur.example"}


@pytest.fixture
def ines() -> User:
    """Somebody who signs in with the email already."""
    return accounts.user(accounts.organization(name="Elsewhere"), email=EMAIL)


@pytest.fixture
def founder(client: Client) -> Client:
    """The browser of somebody who has just created a dispensary."""
    client.post("/create-dispensary/", fill())
    return client


def link_in(letter: object) -> str:
    found = re.search(r"http://[^/]+(/confirm-email/\S+)", str(letter.body))  # type: ignore[attr-defined]
    assert found is not None
    return found[1]


def answer_to(email: str) -> tuple[object, ...]:
    """What a stranger can see and measure: status, address, cookies, next pages, and the work done."""
    browser = Client()
    with CaptureQueriesContext(connection) as queries:
        answer = browser.post("/create-dispensary/", fill(email=email))
    statements = [re.sub(r"'[^']*'|\d+", "?", one["sql"])[:60] for one in queries.captured_queries]
    pages = [browser.get(path).status_code for path in ("/connected-applications/", "/patients/", "/people/")]
    again = Client().post("/sign-in/", {"email": email, "password": PASSWORD}).status_code
    return answer.status_code, answer["Location"], sorted(answer.cookies), statements, pages, again


def test_a_taken_email_and_a_free_one_get_the_same_answer_after_the_same_work(ines: User) -> None:
    answer_to("warm.up@larkspur.example")
    assert answer_to(EMAIL) == answer_to("free@larkspur.example")


def test_whoever_has_the_email_is_told_and_keeps_their_sign_in(ines: User, founder: Client) -> None:
    run_queued()
    (letter,) = mail.outbox
    assert letter.to == [EMAIL]
    assert letter.subject == "This email already has a sign-in"
    assert "/confirm-email/" not in letter.body
    assert "Larkspur" not in f"{letter.subject} {letter.body}".replace(EMAIL, "")
    signed_in = Client()
    signed_in.post("/sign-in/", {"email": EMAIL, "password": accounts.PASSWORD})
    assert signed_in.session["_auth_user_id"] == str(ines.pk)


def test_a_free_email_is_asked_to_confirm_and_then_people_can_be_invited(founder: Client) -> None:
    run_queued()
    (letter,) = mail.outbox
    assert letter.to == [EMAIL]
    assert "Confirm your email first" in founder.get("/people/").content.decode()
    assert "at most ten emails a day" in founder.get("/patients/").content.decode()
    refused = founder.post("/people/", ROSA)
    assert "Confirm your own email first." in refused.content.decode() + str(refused.context["form"].errors)
    owner = User.objects.get()
    with tenancy.organization(owner.organization_id):
        assert not Staff.objects.exists()
    link = link_in(letter)
    assert "This is my email" in founder.get(link).content.decode()
    assert not User.objects.get().is_email_confirmed
    assert founder.post(link).status_code == 302
    assert User.objects.get().is_email_confirmed
    assert "at most ten emails a day" not in founder.get("/patients/").content.decode()
    assert founder.post(link).status_code == 404
    assert founder.post("/people/", ROSA).status_code == 302
    run_queued()
    assert [letter.to for letter in mail.outbox[1:]] == [[ROSA["email"]]]


def test_the_link_lasts_a_week_and_can_be_sent_again(founder: Client) -> None:
    run_queued()
    link = link_in(mail.outbox[0])
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1)):
        assert Client().post(link, {"password": PASSWORD}).status_code == 404
    founder.post("/confirm-email/send/")
    run_queued()
    assert len(mail.outbox) == 2
    answer = Client().post(link_in(mail.outbox[1]), {"password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/")


@pytest.mark.parametrize("typed", [{}, {"password": ""}, {"password": "my own password elsewhere"}])
def test_nobody_confirms_what_somebody_else_opened_with_their_email(
    founder: Client, typed: dict[str, str]
) -> None:
    run_queued()
    victim = Client()
    answer = victim.post(link_in(mail.outbox[0]), typed)
    assert answer.status_code == 422
    assert "If it was not, close this page" in answer.content.decode()
    assert not User.objects.get().is_email_confirmed


def test_passwords_are_not_guessed_on_the_page_that_confirms(founder: Client) -> None:
    run_queued()
    link, stranger = link_in(mail.outbox[0]), Client()
    for number in range(12):
        answer = stranger.post(link, {"password": f"guess number {number}"})
    assert "Too many attempts" in answer.content.decode()
    assert "Too many attempts" in stranger.post(link, {"password": PASSWORD}).content.decode()
    assert not User.objects.get().is_email_confirmed


def test_an_email_is_confirmed_once_only(ines: User, founder: Client) -> None:
    User.objects.filter(pk=ines.pk).update(email="moved@larkspur.example")
    run_queued()
    link = link_in(mail.outbox[0])
    User.objects.filter(pk=ines.pk).update(email=EMAIL)
    answer = founder.post(link)
    assert answer.status_code == 409
    assert "belongs to a sign-in at another dispensary" in answer.content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(email=EMAIL).update(is_email_confirmed=True)


def test_both_can_sign_in_each_with_their_own_password(ines: User, founder: Client) -> None:
    for password, place in ((accounts.PASSWORD, "Elsewhere"), (PASSWORD, "Larkspur Dispensary")):
        browser = Client()
        assert browser.post("/sign-in/", {"email": EMAIL, "password": password}).status_code == 302
        signed_in = User.objects.select_related("organization").get(pk=browser.session["_auth_user_id"])
        assert signed_in.organization.name == place
    assert Client().post("/sign-in/", {"email": EMAIL, "password": "neither of them"}).status_code == 200
