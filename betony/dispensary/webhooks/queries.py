"""Reading events and deliveries, as one application may see them."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, Q, QuerySet

from betony.dispensary.accounts.models import Grant, Integration
from betony.dispensary.webhooks import rules
from betony.dispensary.webhooks.models import Attempt, Endpoint, Event


def events(*, organization_id: UUID, application_id: UUID, now: datetime) -> QuerySet[Event]:
    """The dispensary's events of the last thirty days that this application may know of.

    Without those it caused itself, those for another application only, and, unless it asked to hear of them,
    patients' opening a plan.
    """
    since = now - timedelta(days=rules.DAYS_OF_HISTORY)
    rows = Event.objects.for_organization(organization_id).filter(created_at__gte=since)
    rows = rows.exclude(caused_by_id=application_id).filter(Q(only_for=None) | Q(only_for_id=application_id))
    asked = Endpoint.objects.filter(application_id=application_id, hears_of_openings=True)
    return rows.filter(Q(is_opening=False) | Exists(asked))


def attempts(*, organization_id: UUID, application_id: UUID, now: datetime) -> QuerySet[Attempt]:
    """The attempts of the last thirty days to tell the application of the dispensary's events."""
    since = now - timedelta(days=rules.DAYS_OF_HISTORY)
    rows = Attempt.objects.for_organization(organization_id).filter(attempted_at__gte=since)
    return rows.filter(delivery__endpoint__application_id=application_id).select_related("delivery__event")


def endpoints_for(event: Event) -> list[tuple[Endpoint, UUID]]:
    """The endpoints that must hear of an event, each with the id of its integration here.

    They are switched on, chose the type, and did not cause the change; their application holds a live grant with the
    event's scope, or the event concerns it alone: that a practice has taken its access away is told when no grant is
    left.
    """
    integrations = Integration.objects.filter(organization_id=event.organization_id)
    if event.only_for_id is not None:
        integrations = integrations.filter(application_id=event.only_for_id)
    else:
        live = Grant.objects.filter(
            revoked_at=None, scopes__contains=[rules.scope_of(event.type)], user__is_active=True
        )
        integrations = integrations.filter(pk__in=live.values("integration_id"))
    by_application = dict(integrations.values_list("application_id", "id"))
    found = Endpoint.objects.filter(
        is_enabled=True,
        event_types__contains=[event.type],
        application__is_active=True,
        application_id__in=list(by_application),
    )
    if event.caused_by_id is not None:
        found = found.exclude(application_id=event.caused_by_id)
    if event.is_opening:
        found = found.filter(hears_of_openings=True)
    return [(one, by_application[one.application_id]) for one in found.order_by("pk")]
