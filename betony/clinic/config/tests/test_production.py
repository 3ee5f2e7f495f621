"""Production starts with nothing of the demo, and with TLS; what is wrong is one sentence that names the variable."""

import runpy

import pytest
from cryptography.fernet import Fernet

from betony.clinic.config import settings as settings_module
from betony.kit.environment import BadSetting

GOOD = {
    "BETONY_ENV": "production",
    "BETONY_SECRET_KEY": "a secret of our own, long enough: " + "x" * 40,
    "BETONY_KEY_RING": Fernet.generate_key().decode(),
    "BETONY_CLINIC_URL": "https://clinic.example",
    "BETONY_CLINIC_DATABASE_URL": "postgresql://app:secret@db/clinic",
    "BETONY_SMTP_URL": "smtps://user:secret@mail.example",
}


@pytest.fixture
def start(monkeypatch):
    """Read the settings with the variables of a good production, changed as told; return them."""

    def read(**changes):
        for name, value in {**GOOD, **changes}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(settings_module.__file__)

    return read


def test_a_good_one_starts(start):
    found = start()
    assert found["DEBUG"] is False
    assert found["ALLOWED_HOSTS"] == ["clinic.example"]
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_HSTS_SECONDS"] > 0
    assert found["SECURE_SSL_REDIRECT"]
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_SSL"]) == ("mail.example", 465, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BETONY_ENV", "debug"),
        ("BETONY_SECRET_KEY", ""),
        ("BETONY_SECRET_KEY", "demo-" + "x" * 60),
        ("BETONY_KEY_RING", ""),
        ("BETONY_KEY_RING_IS_DEMO", "yes"),
        ("BETONY_CLINIC_URL", "http://clinic.example"),
        ("BETONY_CLINIC_URL", ""),
        ("BETONY_CLINIC_DATABASE_URL", ""),
        ("BETONY_SMTP_URL", ""),
        ("BETONY_SMTP_URL", "smtp://mail.example"),
    ],
)
def test_a_bad_one_does_not(start, name, value):
    with pytest.raises(BadSetting, match=name if name != "BETONY_KEY_RING_IS_DEMO" else "BETONY_KEY_RING"):
        start(**{name: value})


def test_mail_without_tls_must_be_declared(start):
    found = start(BETONY_SMTP_URL="smtp://localhost", BETONY_SMTP_TLS="none")
    assert (found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (False, False)


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
