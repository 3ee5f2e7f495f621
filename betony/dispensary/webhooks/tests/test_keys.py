"""An application hears that a practice let it in, and that it took its access away."""

from typing import Any

import pytest

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Application, Grant, Organization
from betony.dispensary.accounts.oauth import actions as oauth
from betony.dispensary.practices import factories as practices
from betony.dispensary.webhooks import factories, queries, rules
from betony.dispensary.webhooks.models import Delivery, Event
from betony.kit import actor, clock, tenancy
from betony.kit.identifiers import uuid7
from betony.kit.jobs import testing


@pytest.fixture
def application(cedar: Organization) -> Application:
    found = accounts.application()
    factories.endpoint(found)
    return found


@pytest.fixture(autouse=True)
def nobody_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("betony.dispensary.webhooks.jobs.deliver.function", lambda **_values: None)


def types() -> list[tuple[str, int]]:
    testing.run_queued()
    rows = Event.objects.order_by("created_at", "pk")
    return [(one.type, Delivery.objects.filter(event=one).count()) for one in rows]


def revoke_all(cedar: Organization, kind: Any = "staff") -> None:
    by = actor.Actor(kind=kind, id=uuid7(), organization_id=cedar.pk)
    for grant in Grant.objects.filter(revoked_at=None):
        oauth.revoke_grant(by=by, grant=grant)


def test_the_first_who_authorizes_and_the_last_who_disconnects_are_told(
    cedar: Organization, application: Application
) -> None:
    with tenancy.organization(cedar.pk):
        for _each in range(2):
            practices.access_token(practices.practitioner(cedar), application)
    assert types() == [(rules.CLINIC_KEY_ACTIVATED, 1)]
    revoke_all(cedar)
    assert types() == [(rules.CLINIC_KEY_ACTIVATED, 1), (rules.CLINIC_KEY_REVOKED, 1)]
    event = Event.objects.get(type=rules.CLINIC_KEY_REVOKED)
    assert event.data == {"clinic_key": {"id": str(event.subject_id), "clinic_id": str(cedar.pk)}}


def test_no_other_application_hears_of_it(cedar: Organization, application: Application) -> None:
    other = factories.connected(cedar)
    factories.endpoint(other)
    practices.access_token(practices.practitioner(cedar), application)
    assert types() == [(rules.CLINIC_KEY_ACTIVATED, 1)]
    for found, count in ((application, 1), (other, 0)):
        rows = queries.events(organization_id=cedar.pk, application_id=found.pk, now=clock.now())
        assert rows.count() == count


def test_an_application_that_gives_its_token_back_is_not_told_of_it(
    cedar: Organization, application: Application
) -> None:
    practices.access_token(practices.practitioner(cedar), application)
    revoke_all(cedar, kind="application")
    assert types() == [(rules.CLINIC_KEY_ACTIVATED, 1)]
