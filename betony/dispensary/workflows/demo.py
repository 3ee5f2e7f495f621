"""The demo's applications: the two of the clinic, and the sandbox for any outside program.

Their addresses follow the ports of this start, so they are written every time.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from betony.dispensary.accounts.models import Application, User
from betony.dispensary.accounts.rules import SCOPES
from betony.dispensary.accounts.secrets import digest_of
from betony.dispensary.practices.demo import stable_id
from betony.dispensary.webhooks.models import Endpoint
from betony.dispensary.webhooks.rules import EVENT_TYPES
from betony.kit import environment, secrets_box

DEVELOPER = "nina.alvarez@meadowlark.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoApplication:
    """An application with its published secrets, and where it is now."""

    key: str
    name: str
    redirect_uri: str
    origin: str
    webhook_url: str

    @property
    def client_id(self) -> str:
        return f"{self.key}-client-id"


def applications() -> list[DemoApplication]:
    """Return the demo's applications at the addresses that the environment names."""
    port = environment.number("BETONY_CLINIC_PORT", 8000, least=1, most=65535)
    clinic = environment.web_address("BETONY_CLINIC_URL", f"http://localhost:{port}")
    return [
        DemoApplication(
            key="betony-clinic",
            name="Betony Clinic",
            redirect_uri=f"{clinic}/fullscript/callback/",
            origin=clinic,
            webhook_url=f"{clinic}/fullscript/webhooks/us/",
        ),
        DemoApplication(
            key="betony-clinic-ca",
            name="Betony Clinic Canada",
            redirect_uri=f"{clinic}/fullscript/callback/",
            origin=clinic,
            webhook_url=f"{clinic}/fullscript/webhooks/ca/",
        ),
        DemoApplication(
            key="betony-sandbox",
            name="Sandbox",
            redirect_uri=_address("BETONY_SANDBOX_REDIRECT_URI", "http://localhost:8003/callback"),
            origin=environment.web_address("BETONY_SANDBOX_ORIGIN", "http://localhost:8003"),
            webhook_url=_address("BETONY_SANDBOX_WEBHOOK_URL", ""),
        ),
    ]


def _address(name: str, default: str) -> str:
    value = environment.text(name, default)
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment):
        raise environment.BadSetting(f"{name} must be a whole http(s) address without a fragment.")
    return value


def refresh_applications(*, using: str = "migration") -> None:
    """Store the demo's applications, or bring their addresses up to date."""
    if settings.BETONY_ENV == "production":
        raise environment.BadSetting("BETONY_ENV is production: the demo's applications have public secrets.")
    with transaction.atomic(using=using):
        developer = User.objects.using(using).filter(email=DEVELOPER).first()
        for one in applications():
            application, _is_new = Application.objects.using(using).update_or_create(
                client_id=one.client_id,
                defaults={"redirect_uris": [one.redirect_uri], "origins": [one.origin]},
                create_defaults={
                    "id": stable_id("application", one.key),
                    "name": one.name,
                    "client_secret_digest": digest_of(f"{one.key}-client-secret"),
                    "public_key": f"{one.key}-public-key",
                    "redirect_uris": [one.redirect_uri],
                    "origins": [one.origin],
                    "scopes": list(SCOPES),
                    "developer": developer,
                },
            )
            _refresh_endpoint(one, application, using)


def _refresh_endpoint(one: DemoApplication, application: Application, using: str) -> None:
    endpoints = Endpoint.objects.using(using).filter(application=application)
    if not one.webhook_url:
        endpoints.update(is_enabled=False)
        return
    found = endpoints.first()
    if found is None:
        Endpoint.objects.using(using).create(
            application=application,
            url=one.webhook_url,
            secrets=[secrets_box.seal(f"{one.key}-webhook-secret")],
            challenge_token=secrets_box.seal(f"{one.key}-challenge"),
            event_types=list(EVENT_TYPES),
        )
    elif found.url != one.webhook_url or not found.is_enabled:
        endpoints.update(
            url=one.webhook_url, is_enabled=True, failing_since=None, disabled_at=None, disabled_reason=""
        )
