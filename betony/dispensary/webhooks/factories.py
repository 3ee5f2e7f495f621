"""Records for tests: endpoints of applications, with secrets the test knows."""

from typing import Any

from betony.dispensary.accounts.models import Application
from betony.dispensary.webhooks import rules
from betony.dispensary.webhooks.models import Endpoint
from betony.kit import secrets_box

SECRET = "the-webhook-secret"
CHALLENGE = "the-challenge-token"
URL = "http://localhost:9/hook/"


def endpoint(application: Application, **values: Any) -> Endpoint:
    """Return an endpoint that is told of everything."""
    return Endpoint.objects.create(**{
        "application": application, "url": URL, "secrets": [secrets_box.seal(SECRET)],
        "challenge_token": secrets_box.seal(CHALLENGE), "event_types": list(rules.EVENT_TYPES), **values,
    })  # fmt: skip
