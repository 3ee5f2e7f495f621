"""Until a practice's owner has confirmed the email, a few letters a day leave, and not in the practice's name."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from betony.dispensary.accounts import actions as accounts_actions
from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts import links
from betony.dispensary.accounts.models import Organization, User
from betony.dispensary.patients import actions, factories, postage
from betony.dispensary.patients.models import Patient
from betony.kit import actor, clock, tenancy
from betony.kit.jobs import testing
from betony.kit.rate_limits import counting


@pytest.fixture
def cedar(db: None) -> Iterator[Organization]:
    organization = accounts.organization(name="Cedar")
    with tenancy.organization(organization.pk):
        yield organization


@pytest.fixture
def owner(cedar: Organization) -> User:
    return accounts.user(cedar, is_owner=True, is_email_confirmed=False)


def add(cedar: Organization, count: int) -> list[Patient]:
    by = factories.alice(cedar)
    made = [actions.add_patient(by=by, values=factories.values()) for _each in range(count)]
    testing.run_queued()
    return made


def confirm(owner: User) -> None:
    token = links.confirmation(owner).rstrip("/").rsplit("/", 1)[1]
    accounts_actions.confirm_email(by=actor.system("test"), token=token)
    testing.run_queued()


def test_a_few_letters_leave_and_the_others_wait_for_the_owner(cedar: Organization, owner: User) -> None:
    made = add(cedar, 12)
    assert len(mail.outbox) == 10
    assert {letter.from_email for letter in mail.outbox} == {
        "Betony Dispensary <no-reply@dispensary.betony.example>"
    }
    confirm(owner)
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(one.email for one in made)
    assert mail.outbox[-1].from_email.startswith("Cedar <")
    assert len(add(cedar, 3)) == 3
    assert len(mail.outbox) == 15


def test_a_day_later_a_few_more_leave(cedar: Organization, owner: User) -> None:
    add(cedar, 11)
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1)):
        add(cedar, 2)
    assert len(mail.outbox) == 12


def test_a_link_for_a_password_is_a_letter_too(cedar: Organization, owner: User) -> None:
    made = add(cedar, 11)
    actions.request_password_link(organization_id=cedar.pk, email=made[0].email)
    testing.run_queued()
    assert len(mail.outbox) == 10


def test_many_new_dispensaries_together_send_no_crowd(
    cedar: Organization, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postage, "ALL_TOGETHER", counting.Limit("test.all", most=3, window_seconds=60))
    other = accounts.organization()
    accounts.user(other, is_owner=True, is_email_confirmed=False)
    add(cedar, 2)
    with tenancy.organization(other.pk):
        add(other, 2)
    assert len(mail.outbox) == 3


def test_who_wants_no_letter_gets_none_when_the_owner_confirms(cedar: Organization, owner: User) -> None:
    by = factories.alice(cedar)
    actions.add_patient(by=by, values=factories.values(), is_welcomed=False)
    actions.add_patient(by=by, values=factories.values(email_refused=True))
    archived = actions.add_patient(by=by, values=factories.values())
    actions.archive_patient(by=by, patient_id=archived.pk)
    confirm(owner)
    assert mail.outbox == []
