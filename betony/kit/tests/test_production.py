"""Production starts with nothing of the demo, and with TLS; what is wrong is one sentence that names the variable."""

import pytest
from django.conf import settings

from betony.kit.environment import BadSetting
from betony.kit.tests import production


@pytest.fixture
def start(monkeypatch):
    """Read the settings with the variables of a good production, changed as told; return them."""
    return production.reader(monkeypatch)


def test_a_good_one_starts(start):
    found = start()
    assert found["DEBUG"] is False
    assert found["ALLOWED_HOSTS"] == [f"{settings.BETONY_SERVER}.example"]
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
        ("BETONY_{server}_URL", "http://betony.example"),
        ("BETONY_{server}_URL", ""),
        ("BETONY_{server}_DATABASE_URL", ""),
        ("BETONY_SMTP_URL", ""),
        ("BETONY_SMTP_URL", "smtp://mail.example"),
    ],
)
def test_a_bad_one_does_not(start, name, value):
    name = name.format(server=settings.BETONY_SERVER.upper())
    with pytest.raises(BadSetting, match=name if name != "BETONY_KEY_RING_IS_DEMO" else "BETONY_KEY_RING"):
        start(**{name: value})


def test_mail_without_tls_must_be_declared(start):
    found = start(BETONY_SMTP_URL="smtp://localhost", BETONY_SMTP_TLS="none")
    assert (found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (False, False)
