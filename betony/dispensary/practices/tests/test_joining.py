"""An invited person chooses a password, once."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Organization
from betony.dispensary.practices import actions
from betony.dispensary.practices.models import Staff
from betony.kit import actor, clock, tenancy
from betony.kit.jobs.testing import run_queued

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Organization:
    return accounts.organization(name="Mead\nowlark")


@pytest.fixture
def link(shop: Organization) -> str:
    actions.add_staff(
        by=actor.system("test", organization_id=shop.pk),
        organization=shop,
        details=actions.PersonDetails(first_name="Rosa", last_name="L", email="rosa@meadowlark.example"),
    )
    run_queued()
    (letter,) = mail.outbox
    assert "\n" not in letter.subject
    return next(word for word in letter.body.split() if "/join/" in word).removeprefix(
        "http://localhost:8001"
    )


def test_the_link_lets_them_in_once(client: Client, link, shop) -> None:
    assert client.get(link).status_code == 200
    chosen = {"password": "quite long and unusual", "password_again": "quite long and unusual"}
    assert client.post(link, chosen).status_code == 302
    assert client.get("/connected-applications/").status_code == 200
    with tenancy.organization(shop.pk):
        assert Staff.objects.get().joined_at is not None
    assert client.get(link).status_code == 404


def test_a_weak_or_mistyped_password_is_refused(client: Client, link) -> None:
    assert "too short" in client.post(link, {"password": "abc", "password_again": "abc"}).content.decode()
    mistyped = {"password": "quite long and unusual", "password_again": "quite long and usual"}
    assert "not the same" in client.post(link, mistyped).content.decode()


def test_a_changed_link_leads_nowhere(client: Client, link) -> None:
    assert client.get(link[:-3] + "xy/").status_code == 404


def test_the_link_ends_after_a_week(client: Client, link) -> None:
    with time_machine.travel(clock.now() + timedelta(days=6, hours=23)):
        assert client.get(link).status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1)):
        assert client.get(link).status_code == 404
