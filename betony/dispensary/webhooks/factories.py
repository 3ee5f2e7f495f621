"""Records for tests: connected applications, and their endpoints with secrets the test knows."""

from collections.abc import Sequence
from typing import Any

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Application, Grant, Integration, Organization, OwnerType
from betony.dispensary.accounts.rules import SCOPES
from betony.dispensary.webhooks import rules
from betony.dispensary.webhooks.models import Endpoint
from betony.kit import clock, secrets_box
from betony.kit.identifiers import uuid7

SECRET = "the-webhook-secret"
CHALLENGE = "the-challenge-token"
URL = "http://localhost:9/hook/"


def connected(organization: Organization, *, scopes: Sequence[str] = SCOPES) -> Application:
    """Return an application with a live grant at the dispensary."""
    application, user = accounts.application(), accounts.user(organization)
    integration = Integration.objects.create(
        organization=organization, application=application, activated_at=clock.now()
    )
    Grant.objects.create(
        integration=integration, user=user, owner_type=OwnerType.PRACTITIONER, owner_id=uuid7(),
        scopes=list(scopes), created_at=clock.now(),
    )  # fmt: skip
    return application


def endpoint(application: Application, **values: Any) -> Endpoint:
    """Return an endpoint that is told of everything."""
    return Endpoint.objects.create(**{
        "application": application, "url": URL, "secrets": [secrets_box.seal(SECRET)],
        "challenge_token": secrets_box.seal(CHALLENGE), "event_types": list(rules.EVENT_TYPES), **values,
    })  # fmt: skip
