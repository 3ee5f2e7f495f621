"""The only roads from a developer to an application and what was sent to it."""

from uuid import UUID

from django.db.models import QuerySet

from betony.dispensary.accounts.models import Application
from betony.dispensary.webhooks import queries
from betony.dispensary.webhooks.models import Attempt, Endpoint
from betony.kit import clock
from betony.kit.actor import Actor

MOST_ATTEMPTS_SHOWN = 50


def applications(*, by: Actor) -> QuerySet[Application]:
    """Return the applications that the person has registered."""
    if by.id is None:
        return Application.objects.none()
    return (
        Application.objects.filter(developer_id=by.id)
        .select_related("webhook_endpoint")
        .order_by("name", "pk")
    )


def endpoint_of(application: Application) -> Endpoint | None:
    """Return where the application hears of events, or None."""
    return getattr(application, "webhook_endpoint", None)


def endpoint(application_id: UUID, *, by: Actor) -> Endpoint:
    """Return the endpoint of one of the person's applications, or raise Endpoint.DoesNotExist."""
    return Endpoint.objects.get(application__in=applications(by=by), application_id=application_id)


def last_attempts(application: Application, *, by: Actor) -> list[Attempt]:
    """Return the newest attempts to tell the application of what happened at the person's own dispensary."""
    if by.organization_id is None:
        return []
    rows = queries.attempts(
        organization_id=by.organization_id, application_id=application.pk, now=clock.now()
    )
    return list(rows.order_by("-attempted_at", "-pk")[:MOST_ATTEMPTS_SHOWN])
