"""Developers see their own applications, and nobody else does."""

from datetime import timedelta

import pytest

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Application, User
from betony.dispensary.webhooks import factories as webhooks
from betony.dispensary.webhooks.models import Attempt, Delivery, Endpoint, Event
from betony.kit import clock, identifiers, tenancy

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(developer: User) -> Application:
    return accounts.application(name="Our <b>software</b>", developer=developer)


def attempt(endpoint: Endpoint, user: User, **values) -> None:
    with tenancy.organization(user.organization_id):
        now = clock.now()
        event = Event.objects.create(
            organization=user.organization,
            type="patient.created",
            data={},
            subject_id=identifiers.uuid7(),
            created_at=now,
        )
        delivery = Delivery.objects.create(
            organization=user.organization,
            event=event,
            endpoint=endpoint,
            integration_id=identifiers.uuid7(),
            created_at=now,
        )
        Attempt.objects.create(
            organization=user.organization,
            delivery=delivery,
            number=1,
            **{"attempted_at": now, "is_success": True, **values},
        )


def test_the_own_applications_are_listed(browser, app) -> None:
    accounts.application(name="Somebody else's")
    text = browser.get("/developers/").content.decode()
    assert "Our &lt;b&gt;software&lt;/b&gt;" in text
    assert app.client_id in text
    assert "Somebody else" not in text


def test_a_page_tells_addresses_webhook_and_deliveries(browser, app, developer) -> None:
    endpoint = webhooks.endpoint(app)
    attempt(endpoint, developer, is_success=False, response_status=500, response_errors="<i>no</i>")
    attempt(endpoint, developer, attempted_at=clock.now() - timedelta(days=40), response_errors="too old")
    text = browser.get(f"/developers/{app.pk}/").content.decode()
    for words in ("https://clinic.example/callback", app.public_key, webhooks.URL, "patient.created", "500"):
        assert words in text
    assert "&lt;i&gt;no&lt;/i&gt;" in text
    assert "too old" not in text
    assert app.client_secret_digest not in text
    assert webhooks.SECRET not in text


def test_deliveries_of_other_dispensaries_stay_theirs(browser, app) -> None:
    endpoint = webhooks.endpoint(app)
    attempt(endpoint, accounts.user(accounts.organization()))
    assert "Nothing has been sent yet" in browser.get(f"/developers/{app.pk}/").content.decode()


def test_a_webhook_can_be_switched_on_again(browser, app) -> None:
    endpoint = webhooks.endpoint(app, is_enabled=False, disabled_reason="gone")
    answer = browser.post(f"/developers/{app.pk}/webhook/enable/", follow=True)
    assert "The webhook is on again." in answer.content.decode()
    endpoint.refresh_from_db()
    assert endpoint.is_enabled


def test_a_forbidden_address_stays_off(browser, app) -> None:
    endpoint = webhooks.endpoint(app, is_enabled=False, url="http://10.0.0.1/hook")
    answer = browser.post(f"/developers/{app.pk}/webhook/enable/", follow=True)
    assert "stays off" in answer.content.decode()
    endpoint.refresh_from_db()
    assert not endpoint.is_enabled


def test_the_application_of_another_developer_does_not_exist(browser) -> None:
    other = accounts.application(developer=accounts.user(accounts.organization(), is_developer=True))
    webhooks.endpoint(other, is_enabled=False)
    assert browser.get(f"/developers/{other.pk}/").status_code == 404
    assert browser.post(f"/developers/{other.pk}/webhook/enable/").status_code == 404


def test_who_is_no_developer_finds_nothing(client, app) -> None:
    assert client.get("/developers/").status_code == 302
    client.force_login(accounts.user(app.developer.organization, is_owner=True))
    assert client.get("/developers/").status_code == 404
    assert client.get(f"/developers/{app.pk}/").status_code == 404
    assert "Developers" not in client.get("/connected-applications/").content.decode()


def test_the_list_asks_a_fixed_number_of_times(
    browser, developer, app, django_assert_max_num_queries
) -> None:
    for _ in range(5):
        webhooks.endpoint(accounts.application(developer=developer))
    browser.get("/developers/")
    with django_assert_max_num_queries(8):
        browser.get("/developers/")
