"""Histories that come in from the dispensary, and what of its records is here already."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from betony.clinic.prescriptions.models import (
    Dispensary,
    HistoryCursor,
    Order,
    PatientLink,
    Prescription,
    WebhookEnvelope,
)
from betony.clinic.prescriptions.queries import links
from betony.kit import clock

HISTORY_STOPPED = timedelta(minutes=10)


def histories_coming_in(dispensary: Dispensary) -> QuerySet[PatientLink]:
    """Return the links whose history was listed moments ago and is being brought in."""
    moments_ago = clock.now() - HISTORY_STOPPED
    return links.linked(dispensary).filter(imported_at=None, history_cursors__listed_at__gte=moments_ago)


def history_cursor(link_id: UUID, dispensary: Dispensary) -> HistoryCursor | None:
    """Return how far a link's history is; None when the link no longer counts."""
    rows = HistoryCursor.objects.select_related("link").filter(link__in=links.linked(dispensary))
    return rows.filter(link_id=link_id).first()


def histories_that_stopped(dispensary: Dispensary) -> list[PatientLink]:
    """Return the links whose history never began to come in, or is not in although it began a while ago."""
    long_ago = clock.now() - HISTORY_STOPPED
    never = Q(history_cursors=None) & (Q(linked_at=None) | Q(linked_at__lt=long_ago))
    half_way = Q(imported_at=None, history_cursors__listed_at__lt=long_ago)
    return list(links.linked(dispensary).filter(never | half_way).order_by("pk")[:1000])


def longest_not_visited(dispensary: Dispensary, *, most: int) -> list[HistoryCursor]:
    """Return the histories that are in and were compared the longest ago."""
    rows = HistoryCursor.objects.filter(link__in=links.linked(dispensary).exclude(imported_at=None))
    return list(rows.select_related("link").order_by(F("visited_at").asc(nulls_first=True), "pk")[:most])


def known_plans(dispensary: Dispensary, remote_ids: Iterable[str]) -> dict[str, datetime | None]:
    """Return when those of these plans that are here last changed there, by id; None where that is not known."""
    rows = Prescription.objects.filter(dispensary=dispensary, remote_id__in=list(remote_ids))
    return {key: at for key, at in rows.values_list("remote_id", "remote_updated_at") if key}


def known_order_ids(dispensary: Dispensary, remote_ids: Iterable[str]) -> set[str]:
    """Return which of these orders are here."""
    rows = Order.objects.filter(dispensary=dispensary, remote_id__in=list(remote_ids))
    return set(rows.values_list("remote_id", flat=True))


def known_event_ids(environment: str, event_ids: Iterable[str]) -> set[str]:
    """Return which of these events are stored, by whichever way they came."""
    rows = WebhookEnvelope.objects.filter(environment=environment, event_id__in=list(event_ids))
    return set(rows.values_list("event_id", flat=True))
