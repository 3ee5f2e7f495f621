"""What every request is made of: networks that limits count, and texts that PostgreSQL can keep."""

import pytest
from django.conf import settings
from django.test import Client

from betony.kit import requests


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_a_network_is_an_address_or_the_prefix_of_one(ip: str, network: str) -> None:
    assert requests.network_of(ip) == network


@pytest.mark.django_db
def test_an_address_with_a_nul_leads_nowhere(client: Client) -> None:
    for path in ("/%00", "/sign-in/%00", "/shop/%00/", "/welcome/a%00b/", "/api/%00", "/invitation/%00/"):
        assert client.get(path).status_code == 404, path


@pytest.mark.django_db
def test_a_cookie_with_a_nul_counts_as_not_sent(client: Client) -> None:
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME):
        answer = client.get("/sign-in/", headers={"Cookie": f'{name}="somebody\\000else"'})
        assert answer.status_code == 200, name
