"""In production the clinic talks to the dispensaries it was told of, and knows nothing of the demo's."""

import pytest

from betony.kit.environment import BadSetting
from betony.kit.tests import production


@pytest.fixture
def start(monkeypatch):
    """Read the settings with the variables of a good production, changed as told; return them."""
    return production.reader(monkeypatch)


COMPLETE = {
    "BETONY_FULLSCRIPT_US_API_URL": "https://api-us.example",
    "BETONY_FULLSCRIPT_US_WEB_URL": "https://us.example",
    "BETONY_FULLSCRIPT_US_CLIENT_ID": "id",
    "BETONY_FULLSCRIPT_US_CLIENT_SECRET": "secret",
    "BETONY_FULLSCRIPT_US_WEBHOOK_SECRET": "new secret, old secret",
    "BETONY_FULLSCRIPT_US_CHALLENGE_TOKEN": "token",
}


def test_without_fullscripts_variables_it_starts_and_knows_no_demo(start):
    for country in start()["BETONY_FULLSCRIPT"].values():
        assert set(country.values()) == {""}
    assert start()["BETONY_PICTURE_ORIGINS"] == []


def test_one_country_can_be_served_alone(start):
    found = start(**COMPLETE)
    assert found["BETONY_FULLSCRIPT"]["us"] == {
        "api_url": "https://api-us.example", "web_url": "https://us.example", "client_id": "id",
        "client_secret": "secret", "webhook_secret": "new secret, old secret", "challenge_token": "token",
    }  # fmt: skip
    assert set(found["BETONY_FULLSCRIPT"]["ca"].values()) == {""}


@pytest.mark.parametrize("name", COMPLETE)
def test_of_one_country_nothing_is_left_out(start, name):
    with pytest.raises(BadSetting, match=f"^{name} is not set\\.$"):
        start(**{**COMPLETE, name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BETONY_FULLSCRIPT_US_API_URL", "http://api-us.example"),
        ("BETONY_FULLSCRIPT_US_WEB_URL", "http://us.example"),
        ("BETONY_FULLSCRIPT_US_CLIENT_ID", "betony-clinic-client-id"),
        ("BETONY_FULLSCRIPT_US_CLIENT_ID", "betony-sandbox-client-id"),
        ("BETONY_FULLSCRIPT_US_CLIENT_SECRET", "betony-clinic-ca-client-secret"),
        ("BETONY_FULLSCRIPT_US_WEBHOOK_SECRET", "mine, betony-clinic-webhook-secret"),
        ("BETONY_FULLSCRIPT_US_CHALLENGE_TOKEN", "betony-clinic-challenge"),
    ],
)
def test_plain_addresses_and_the_demos_secrets_are_refused(start, name, value):
    with pytest.raises(BadSetting, match=name):
        start(**{**COMPLETE, name: value})
