"""The steps of the OAuth conversation, as a browser and a program take them."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

from django.test import Client

from betony.dispensary.accounts.factories import CLIENT_SECRET
from betony.dispensary.accounts.models import Application

REDIRECT = "https://clinic.example/callback"
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def address(app: Application, **changes: str) -> str:
    values = {
        "client_id": app.client_id,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "state": "st=a te&é",
        **changes,
    }
    return "/oauth/authorize?" + urlencode({name: value for name, value in values.items() if value})


def authorize(browser: Client, app: Application, **changes: str) -> str:
    """Press Authorize Application, and return the code."""
    answer = browser.post(address(app, **changes), {"decision": "authorize"})
    assert answer.status_code == 302, answer.content
    return parse_qs(urlsplit(answer["Location"]).query)["code"][0]


def exchange(app: Application, code: str, path: str = "/api/oauth/token", **changes: str):
    return Client().post(
        path,
        {
            "grant_type": "authorization_code",
            "client_id": app.client_id,
            "client_secret": CLIENT_SECRET,
            "redirect_uri": REDIRECT,
            "code": code,
            **changes,
        },
        content_type="application/json",
    )


def refresh(app: Application, token: str, **changes: str):
    return Client().post(
        "/api/oauth/token",
        {
            "grant_type": "refresh_token",
            "client_id": app.client_id,
            "client_secret": CLIENT_SECRET,
            "refresh_token": token,
            **changes,
        },
        content_type="application/json",
    )


def clinic(token: str):
    return Client().get("/api/clinic", headers={"Authorization": f"Bearer {token}"})


def revoke(app: Application, token: str, **changes: str):
    return Client().post(
        "/api/oauth/revoke",
        {"client_id": app.client_id, "client_secret": CLIENT_SECRET, "token": token, **changes},
        content_type="application/json",
    )
