"""Webhooks as the dispensary sends them: an event, its signature, and its delivery to the clinic."""

import hashlib
import hmac
import json
import uuid

from django.test import Client
from django.urls import reverse

from betony.kit import clock


def event(home, kind, data, **changes):
    return {"event": {"id": str(uuid.uuid4()), "type": kind, "created_at": "2026-11-21T10:00:00.000Z",
                      "clinic_id": home.there.id, "integration_id": "x", "data": data, **changes}}  # fmt: skip


def sign(settings, body, *, at=0, secret=None, environment="us"):
    stamp = str(int(clock.now().timestamp()) + at)
    key = secret or settings.BETONY_FULLSCRIPT[environment]["webhook_secret"].split(",")[0]
    return f"t={stamp},v1={hmac.new(key.encode(), stamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"


def post(body, header="", environment="us"):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().post(
        reverse("fullscript:receive_webhook", kwargs={"environment": environment}), raw,
        content_type="application/json",
        headers={"Fullscript-Signature": header} if header else {},
    )  # fmt: skip


def deliver(settings, body):
    raw = json.dumps(body).encode()
    return post(raw, sign(settings, raw))
