"""Inviting somebody by mail, and accepting."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from betony.clinic.accounts import links
from betony.clinic.accounts.actions import invitations
from betony.clinic.accounts.models import Invitation, Membership, User
from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.tests import factories
from betony.kit import tenancy
from betony.kit.actor import ANONYMOUS
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent
from betony.kit.jobs import testing

pytestmark = pytest.mark.slow

DORA = {"first_name": "Dora", "last_name": "Duke", "email": "Dora@Example.com", "role": "clinical_staff"}
JOIN = {"first_name": "Dora", "last_name": "Duke", "password": "four words put together",
        "password_again": "four words put together"}  # fmt: skip


def invite(alice, **values):
    return factories.signed_in(alice).post("/settings/users/invite/", {**DORA, **values})


def mailed_path():
    testing.run_queued()
    return factories.link_in(mail.outbox[-1])


def test_an_invitation_is_mailed_accepted_and_lets_in(alice):
    assert invite(alice)["Location"] == "/settings/users/"
    path = mailed_path()
    assert mail.outbox[0].to == ["dora@example.com"]
    browser = Client()
    page = browser.get(path).text
    assert "Join Meadowlark" in page
    assert 'value="Dora"' in page
    assert browser.post(path, JOIN)["Location"] == "/"
    assert browser.get("/settings/security/").status_code == 200
    member = Membership.objects.get(user__email="dora@example.com")
    assert (member.role, member.is_active, member.organization) == (
        "clinical_staff", True, alice.organization
    )  # fmt: skip
    assert (
        Client().post("/sign-in/", {"email": "dora@example.com", "password": JOIN["password"]}).status_code
        == 302
    )


def test_a_link_works_once(alice):
    invite(alice)
    path = mailed_path()
    Client().post(path, JOIN)
    assert Client().get(path).status_code == 404
    assert Client().post(path, JOIN).status_code == 404
    assert User.objects.filter(email="dora@example.com").count() == 1


def test_two_clicks_at_once_make_one_member(at_once, slow_trail):
    alice = factories.member()
    invitation = invitations.invite(
        by=factories.actor(alice), email="dora@example.com", first_name="D", last_name="D", role=Role.BILLER
    )
    token = links.invitation(invitation).split("/invitation/")[1].rstrip("/")

    def accept():
        invitations.accept(
            by=ANONYMOUS, token=token, first_name="D", last_name="D", password="four words put together"
        )

    results = at_once(accept, accept)
    assert [type(one) for one in results if one] == [invitations.InvitationNotValid]
    assert Membership.objects.filter(user__email="dora@example.com").count() == 1


@pytest.mark.parametrize("second_password", ["four words put together", "another one altogether"])
def test_two_clinics_invitations_accepted_at_once_make_one_sign_in(at_once, slow_trail, second_password):
    tokens = []
    for _number in range(2):
        invitation = invitations.invite(
            by=factories.actor(factories.member()), email="dora@example.com", first_name="D", last_name="D",
            role=Role.BILLER,
        )  # fmt: skip
        tokens.append(links.invitation(invitation).split("/invitation/")[1].rstrip("/"))

    def accept(token, password):
        return lambda: invitations.accept(
            by=ANONYMOUS, token=token, first_name="D", last_name="D", password=password
        )

    results = at_once(accept(tokens[0], "four words put together"), accept(tokens[1], second_password))
    refused = [type(one) for one in results if isinstance(one, Exception)]
    # Whoever knows the password that won is one person with two clinics; anybody else is refused.
    is_one_person = second_password == "four words put together"
    assert refused == ([] if is_one_person else [invitations.WrongPassword])
    assert User.objects.filter(email="dora@example.com").count() == 1
    assert Membership.objects.filter(user__email="dora@example.com").count() == (2 if is_one_person else 1)


def test_a_link_lasts_seven_days(alice):
    with time_machine.travel(datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC), tick=False) as clock:
        invite(alice)
        path = mailed_path()
        clock.shift(datetime.timedelta(days=6, hours=23))
        assert Client().get(path).status_code == 200
        clock.shift(datetime.timedelta(hours=1, seconds=1))
        assert Client().get(path).status_code == 404


def test_sending_again_replaces_the_earlier_link(alice):
    invite(alice)
    first = mailed_path()
    invitation = Invitation.objects.get()
    factories.signed_in(alice).post(f"/settings/users/invitations/{invitation.pk}/again/")
    second = mailed_path()
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200


def test_a_withdrawn_invitation_works_no_more_and_its_mail_is_not_sent(alice):
    invite(alice)
    invitation = Invitation.objects.get()
    client = factories.signed_in(alice)
    client.post(f"/settings/users/invitations/{invitation.pk}/withdraw/")
    testing.run_queued()
    assert mail.outbox == []
    assert client.post(f"/settings/users/invitations/{invitation.pk}/withdraw/").status_code == 404
    token = links.invitation(invitation).split("/invitation/")[1]
    assert Client().get(f"/invitation/{token}").status_code == 404


def test_a_second_invitation_of_the_same_person_is_refused(alice):
    invite(alice)
    again = invite(alice, email="DORA@example.com ")
    assert again.status_code == 422
    assert "send it again from the list" in again.text
    assert Invitation.objects.count() == 1


def test_the_database_refuses_a_second_open_invitation(alice):
    invite(alice)
    invitation = Invitation.objects.get()
    invitation.pk = alice.pk
    invitation._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        invitation.save(force_insert=True)


def test_two_owners_who_invite_one_person_at_once_make_one_invitation(at_once, slow_trail):
    clinic = factories.organization()
    owners = [factories.member(Role.OWNER, of=clinic) for _ in range(2)]

    def ask(owner):
        return lambda: invitations.invite(
            by=factories.actor(owner), email="dora@example.com", first_name="D", last_name="D",
            role=Role.BILLER,
        )  # fmt: skip

    results = at_once(*[ask(owner) for owner in owners])
    assert [type(one) for one in results if isinstance(one, Exception)] == [invitations.AlreadyInvited]
    assert Invitation.objects.count() == 1


def test_who_works_or_worked_here_is_not_invited(alice, clinic):
    factories.member(of=clinic, email="gone@example.com", is_active=False)
    for email in ("alice@example.com", "gone@example.com"):
        response = invite(alice, email=email)
        assert response.status_code == 422
        assert "already in the list" in response.text


def test_who_has_a_sign_in_joins_with_its_password(alice, mallory):
    invite(alice, email=mallory.user.email)
    path = mailed_path()
    browser = Client()
    assert "Use its password to join." in browser.get(path).text
    wrong = browser.post(path, {"password": "wrong", "first_name": "New", "last_name": "Name"})
    assert wrong.status_code == 422
    assert browser.post(path, {"password": factories.PASSWORD})["Location"] == "/"
    assert Membership.objects.filter(user=mallory.user).count() == 2
    mallory.user.refresh_from_db()
    assert mallory.user.first_name == "Mallory"
    assert "Meadowlark" in browser.get("/settings/security/").text


def test_a_clinic_does_not_learn_whether_somebody_has_a_sign_in_elsewhere(alice, mallory):
    response = invite(alice, email=mallory.user.email, first_name="Typed")
    assert response.status_code == 302
    page = factories.signed_in(alice).get("/settings/users/").text
    assert "Typed Duke" in page
    assert "Mallory" not in page


def test_guessing_the_password_behind_a_link_is_stopped(alice, mallory):
    invite(alice, email=mallory.user.email)
    path = mailed_path()
    answers = [Client().post(path, {"password": "wrong"}).status_code for _ in range(9)]
    assert answers == [422] * invitations.ACCEPT.most + [429]


@pytest.mark.parametrize("token", ["nothing", "00000000000000000000000000000000.x:abc", "a:b:c"])
def test_made_up_links_do_not_work(db, token):
    assert Client().get(f"/invitation/{token}/").status_code == 404


def test_invitations_of_another_clinic_do_not_exist(alice, mallory):
    invite(mallory)
    invitation = Invitation.objects.get()
    client = factories.signed_in(alice)
    for word in ("again", "withdraw"):
        assert client.post(f"/settings/users/invitations/{invitation.pk}/{word}/").status_code == 404


def test_the_mail_names_the_clinic_on_one_line(alice, clinic):
    clinic.name = "Evil\r\nBcc: x@example.com <b>&"
    clinic.save()
    invite(alice)
    testing.run_queued()
    assert mail.outbox[0].subject == "Evil Bcc: x@example.com <b>& invites you to Betony"
    assert "Dora" not in mail.outbox[0].body


def test_each_step_leaves_an_event(alice):
    invite(alice)
    invitation = Invitation.objects.get()
    by = factories.actor(alice)
    invitations.send_again(by=by, invitation_id=invitation.pk)
    Client().post(mailed_path(), JOIN)
    with tenancy.organization(alice.organization_id):
        names = list(AuditEvent.objects.order_by("id").values_list("action", flat=True))
    assert [name for name in names if "invit" in name] == [
        "accounts.member_invited", "accounts.invitation_sent_again", "accounts.invitation_accepted"
    ]  # fmt: skip


def test_an_invitation_that_cannot_be_trailed_is_not_made_and_not_mailed(alice, monkeypatch):
    monkeypatch.setattr(trail, "record", factories.broken_trail)
    with pytest.raises(RuntimeError):
        invitations.invite(
            by=factories.actor(alice), email="dora@example.com", first_name="D", last_name="D",
            role=Role.BILLER,
        )  # fmt: skip
    assert not Invitation.objects.exists()
    assert testing.queued() == []


def test_an_email_that_grows_in_lower_case_is_refused_beside_its_field(alice):
    answer = invite(alice, email="İ" * 200 + "@example.com")
    assert answer.status_code == 422
    assert "Enter an email of at most 254 characters." in answer.text
