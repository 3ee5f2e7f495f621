"""Reading events and deliveries, as one application may see them."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from betony.dispensary.accounts.models import Grant, Integration
from betony.dispensary.webhooks import rules
from betony.dispensary.webhooks.models import Attempt, Endpoint, Event


def events(*, organization_id: UUID, application_id: UUID, now: datetime) -> QuerySet[Event]:
    """The dispensary's events of the last thirty days, without those the application caused itself."""
    since = now - timedelta(days=rules.DAYS_OF_HISTORY)
    rows = Event.objects.for_organization(organization_id).filter(created_at__gte=since)
    return rows.exclude(caused_by_id=application_id)


def attempts(*, organization_id: UUID, application_id: UUID, now: datetime) -> QuerySet[Attempt]:
    """The attempts of the last thirty days to tell the application of the dispensary's events."""
    since = now - timedelta(days=rules.DAYS_OF_HISTORY)
    rows = Attempt.objects.for_organization(organization_id).filter(attempted_at__gte=since)
    return rows.filter(delivery__endpoint__application_id=application_id).select_related("delivery__event")


def endpoints_for(
    *, organization_id: UUID, event_type: str, caused_by_id: UUID | None
) -> list[tuple[Endpoint, UUID]]:
    """The endpoints that must hear of an event, each with the id of its integration here.

    They are switched on, chose the type, did not cause the change, and hold a live grant with the scope.
    """
    live = Grant.objects.filter(
        integration__organization_id=organization_id,
        revoked_at=None,
        scopes__contains=[rules.scope_of(event_type)],
        user__is_active=True,
    )
    found = Endpoint.objects.filter(
        is_enabled=True,
        event_types__contains=[event_type],
        application__is_active=True,
        application__integrations__in=live.values("integration_id"),
    )
    if caused_by_id is not None:
        found = found.exclude(application_id=caused_by_id)
    by_application = dict(
        Integration.objects.filter(organization_id=organization_id).values_list("application_id", "id")
    )
    return [(one, by_application[one.application_id]) for one in found.distinct().order_by("pk")]
