"""Verifying webhooks, and working on them: an event only tells what to fetch, so order does not matter."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from betony.clinic.prescriptions.actions import envelopes
from betony.clinic.prescriptions.dispensary import errors
from betony.clinic.prescriptions.exchange import emails, importing
from betony.clinic.prescriptions.models import DispensaryRoute, WebhookEnvelope
from betony.kit import clock, secrets_box, tenancy

WINDOW_SECONDS = 300
NOT_CONNECTED = "not connected"
# Of those whose connection may be broken, before an event about a product is let go.
MOST_ASKED = 20
# So far may the clocks of a web process and a worker be apart: what arrived shortly before a fetch began may have
# arrived after it.
CLOCKS_APART = timedelta(seconds=10)
REMEMBERED_SECONDS = 15 * 60
# What brings in the subject of an event, as it stands now, by the first word of the event's type.
_FETCH: Mapping[str, Callable[[UUID, str], str | None]] = {
    "treatment_plan": importing.import_plan,
    "order": importing.import_order,
    "patient": emails.see_by_id,
    "product": importing.renew_product,
}


class Forged(Exception):
    """The signature is missing, wrong, or too old."""


class Unreadable(Exception):
    """The signed body is not an event."""


def verify(*, environment: str, header: str, body: bytes) -> None:
    """Pass when `Fullscript-Signature: t=…,v1=…` is right for the raw body, else raise Forged.

    HMAC-SHA256 of "t.body" under any of the configured secrets, no more than five minutes off the clock.
    While a secret is being replaced, either side may hold two, and the header several `v1`.
    """
    parts = [part.strip().partition("=")[::2] for part in header[:1000].split(",")]
    stamp = next((value for name, value in parts if name == "t"), "")
    given = [value for name, value in parts if name == "v1" and value.isascii()]
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise Forged
    if abs(clock.now().timestamp() - int(stamp)) > WINDOW_SECONDS:
        raise Forged
    message = stamp.encode() + b"." + body
    secrets = [one.strip() for one in settings.BETONY_FULLSCRIPT[environment]["webhook_secret"].split(",")]
    matches = [
        hmac.compare_digest(hmac.new(secret.encode(), message, hashlib.sha256).hexdigest(), one)
        for secret in secrets
        for one in given
        if secret
    ]
    if not any(matches):
        raise Forged


def take_in(*, environment: str, body: bytes) -> None:
    """Store a verified webhook; raise Unreadable when it is no event. The same event twice is stored once."""
    event = read_event(body)
    envelopes.keep_envelope(
        environment=environment, event_id=event["id"], event_type=event["type"], body=body.decode()
    )


def read_event(body: bytes) -> Mapping[str, Any]:
    """Return the event of a body, under any of the vendor's envelopes; raise Unreadable."""
    try:
        content = json.loads(body)
        content = content.get("event_payload", content)
        event = content.get("event", content)
        if isinstance(event["data"], dict):
            return {**event, "id": _name(event["id"], most=64), "type": _name(event["type"], most=60)}
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise Unreadable from error
    raise Unreadable


def _name(value: Any, *, most: int) -> str:
    """Return an id or type as it can be stored; raise ValueError for anything stranger."""
    text = str(value)
    if not (0 < len(text) <= most and text.isprintable()):
        raise ValueError("not a name")
    return text


def work_on(envelope_id: UUID) -> None:
    """Do what a stored webhook asks for, while it is kept what that was.

    Raises the client's errors; working on it twice changes nothing.
    """
    envelope = WebhookEnvelope.objects.filter(pk=envelope_id).exclude(body_sealed="").first()
    if envelope is None or envelope.worked_on_at is not None:
        return
    event = read_event(secrets_box.open_sealed(envelope.body_sealed).encode())
    outcome = "nobody's"
    for organization_id in _whose(envelope.environment, event):
        with tenancy.working_for(organization_id):
            outcome = _settle(organization_id, event, received_at=envelope.received_at)
        if outcome != NOT_CONNECTED:
            break
    envelopes.note_worked_on(envelope_id=envelope_id, outcome=outcome)


def _whose(environment: str, event: Mapping[str, Any]) -> list[UUID]:
    """Return the organizations that can work on an event: the one it names, or for a product any of them.

    The catalogue is everybody's, and Fullscript's events about it name no clinic.
    """
    routes = DispensaryRoute.objects.filter(environment=environment)
    named = routes.filter(remote_id=str(event.get("clinic_id") or ""))
    found = list(named.values_list("organization_id", flat=True))
    if event["type"].startswith("product."):
        others = routes.exclude(organization_id__in=found).order_by("pk")
        found += others.values_list("organization_id", flat=True)[:MOST_ASKED]
    return found


def _settle(organization_id: UUID, event: Mapping[str, Any], *, received_at: datetime) -> str:
    """Fetch what the event is about, unless that was done since it arrived; return what became of it.

    Thousands of events about few plans are so a few calls. That is remembered for a while in the cache: forgotten,
    it is asked for again.
    """
    kind = event["type"].partition(".")[0]
    fetch, data = _FETCH.get(kind), event["data"]
    if fetch is None:
        return "not needed"
    subject = _id(data.get(kind, data))
    key = f"fetched:{organization_id}:{kind}:{hashlib.sha256(subject.encode()).hexdigest()}"
    fetched_at = cache.get(key)
    if fetched_at and received_at + CLOCKS_APART < datetime.fromisoformat(fetched_at):
        return "fetched since"
    began_at = clock.now()
    try:
        outcome = fetch(organization_id, subject) or "done"
    except errors.NotFound:
        outcome = "gone"
    except errors.NotConnected:
        return NOT_CONNECTED
    cache.set(key, began_at.isoformat(), REMEMBERED_SECONDS)
    return outcome


def _id(value: Any) -> str:
    return str(value.get("id", "")) if isinstance(value, dict) else ""
