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
from betony.dispensary.webhooks import actions as webhooks
from betony.dispensary.webhooks.models import Endpoint
from betony.kit import environment
from betony.kit.actor import system

DEVELOPER = "nina.alvarez@meadowlark.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoApplication:
    """An application with its published secrets, and where it is now. `is_our_own`: it is Betony's clinic."""

    key: str
    name: str
    redirect_uri: str
    origin: str
    webhook_url: str
    is_our_own: bool = True

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
            is_our_own=False,
        ),
    ]


def _address(name: str, default: str) -> str:
    value = environment.text(name, default)
    try:
        parts = urlsplit(value)
        _ = parts.port
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.fragment
    except ValueError:
        fits = False
    if value and not fits:
        raise environment.BadSetting(
            f"{name} must be a whole http(s) address without a fragment, not {value!r}."
        )
    return value


def refresh_applications(*, using: str = "migration") -> list[str]:
    """Store the demo's applications, or bring their addresses up to date; return a sentence for each that is left.

    Raises BadSetting.
    """
    if settings.BETONY_ENV == "production":
        raise environment.BadSetting("BETONY_ENV is production: the demo's applications have public secrets.")
    wanted = applications()
    with transaction.atomic(using=using):
        developer = User.objects.using(using).filter(email=DEVELOPER).first()
        for one in wanted:
            Application.objects.using(using).update_or_create(
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
    return [sentence for one in wanted if (sentence := _refresh_endpoint(one))]


def _refresh_endpoint(one: DemoApplication) -> str:
    """Bring the application's webhook to its address; return why it stays without one, or nothing."""
    by = system("load_demo")
    application = Application.objects.get(client_id=one.client_id)
    found = Endpoint.objects.filter(application=application).first()
    if not one.webhook_url:
        if found is not None and found.is_enabled:
            webhooks.disable_endpoint(by=by, endpoint=found)
        return ""
    values = webhooks.EndpointValues(
        url=one.webhook_url, challenge_token=f"{one.key}-challenge", hears_of_openings=one.is_our_own
    )
    try:
        webhooks.save_endpoint(
            by=by,
            application=application,
            values=values,
            secret="" if found is not None else f"{one.key}-webhook-secret",
        )
    except webhooks.AddressNotAllowed as error:
        return f"{one.name} hears of no events: {error.reason}"
    return ""
