"""A developer sets the webhook's address, which is tried at once, and changes its secret without a gap."""

import re
from collections.abc import Mapping

import pytest
from django.test import Client

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Application, User
from betony.dispensary.webhooks import factories as webhooks
from betony.dispensary.webhooks import rules, sending
from betony.dispensary.webhooks.models import Endpoint
from betony.kit import secrets_box, tenancy
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def app(developer: User) -> Application:
    return accounts.application(developer=developer)


@pytest.fixture
def pinged(monkeypatch: pytest.MonkeyPatch) -> list[sending.Receiver]:
    """Addresses that were tried; each answers as it should."""
    tried: list[sending.Receiver] = []

    def ping(receiver: sending.Receiver, *, at: object) -> sending.Outcome:
        tried.append(receiver)
        return sending.Outcome(status=200)

    monkeypatch.setattr(sending, "ping", ping)
    return tried


def fill(**changes: object) -> Mapping[str, object]:
    return {"url": "http://localhost:9/hook", "challenge_token": "open sesame",
            "event_types": ["order.placed", "patient.created"], **changes}  # fmt: skip


def test_an_address_is_saved_tried_and_its_secret_shown_once(
    browser: Client, app: Application, pinged: list[sending.Receiver], developer: User
) -> None:
    page = f"/developers/{app.pk}/webhook/"
    assert "Save and test" in browser.get(page).content.decode()
    shown = browser.post(page, fill(hears_of_openings="on"), follow=True).content.decode()
    endpoint = Endpoint.objects.get()
    assert (endpoint.url, endpoint.is_enabled, endpoint.hears_of_openings) == (fill()["url"], True, True)
    assert endpoint.event_types == ["patient.created", "order.placed"]
    assert "The address answered with the challenge." in shown
    (secret,) = pinged[0].secrets
    assert secret in shown
    assert (pinged[0].challenge, len(secret)) == ("open sesame", 43)
    assert secret not in browser.get(f"/developers/{app.pk}/").content.decode()
    with tenancy.organization(developer.organization_id):
        assert AuditEvent.objects.get().action == "webhooks.endpoint_saved"


def test_a_change_keeps_secret_and_challenge(
    browser: Client, app: Application, pinged: list[sending.Receiver]
) -> None:
    webhooks.endpoint(app, is_enabled=False)
    page = f"/developers/{app.pk}/webhook/"
    assert browser.get(page).context["form"].initial["url"] == webhooks.URL
    browser.post(page, fill(challenge_token="", event_types=list(rules.EVENT_TYPES)))
    assert [(one.secrets, one.challenge) for one in pinged] == [((webhooks.SECRET,), webhooks.CHALLENGE)]
    assert Endpoint.objects.get().is_enabled


def test_an_address_that_does_not_answer_is_saved_and_it_is_said(
    browser: Client, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = sending.Outcome(problem="Nobody answered at the address.")
    monkeypatch.setattr(sending, "ping", lambda receiver, at: outcome)
    shown = browser.post(f"/developers/{app.pk}/webhook/", fill(), follow=True).content.decode()
    assert "Nobody answered at the address." in shown
    assert Endpoint.objects.get().is_enabled
    shown = browser.post(f"/developers/{app.pk}/webhook/test/", follow=True).content.decode()
    assert "did not answer as it should" in shown


@pytest.mark.parametrize(
    "changes",
    [{"url": "https://10.0.0.1/hook"}, {"url": "no address"}, {"challenge_token": ""}, {"event_types": []}],
)
def test_what_cannot_be_is_said_beside_its_field(
    browser: Client, app: Application, pinged: list[sending.Receiver], changes: Mapping[str, object]
) -> None:
    answer = browser.post(f"/developers/{app.pk}/webhook/", fill(**changes))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(changes)
    assert (Endpoint.objects.count(), pinged) == (0, [])


def test_a_secret_is_replaced_without_a_gap(browser: Client, app: Application) -> None:
    webhooks.endpoint(app)
    shown = browser.post(f"/developers/{app.pk}/webhook/secrets/add/", follow=True).content.decode()
    newest, oldest = (secrets_box.open_sealed(one) for one in Endpoint.objects.get().secrets)
    assert oldest == webhooks.SECRET
    assert re.search(re.escape(newest), shown)
    assert webhooks.SECRET not in shown
    browser.post(f"/developers/{app.pk}/webhook/secrets/drop-old/")
    assert [secrets_box.open_sealed(one) for one in Endpoint.objects.get().secrets] == [newest]


def test_a_webhook_is_switched_off_and_on(browser: Client, app: Application) -> None:
    webhooks.endpoint(app)
    for what, is_enabled in (("disable", False), ("enable", True)):
        browser.post(f"/developers/{app.pk}/webhook/{what}/")
        assert Endpoint.objects.get().is_enabled == is_enabled


@pytest.mark.parametrize("path", ["", "test/", "secrets/add/", "secrets/drop-old/", "enable/", "disable/"])
def test_the_webhook_of_another_developer_does_not_exist(
    browser: Client, path: str, pinged: list[sending.Receiver]
) -> None:
    other = accounts.application(developer=accounts.user(accounts.organization(), is_developer=True))
    webhooks.endpoint(other)
    assert browser.post(f"/developers/{other.pk}/webhook/{path}", fill()).status_code == 404
    assert (pinged, Endpoint.objects.get().url) == ([], webhooks.URL)
