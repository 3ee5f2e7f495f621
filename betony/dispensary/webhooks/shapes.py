"""An event, and an attempt to tell it, in the public API's own words."""

from typing import Any
from uuid import UUID

from betony.dispensary.webhooks.models import Attempt, Event
from betony.dispensary.webhooks.rules import instant

Json = dict[str, Any]


def row(event: Event) -> Json:
    """The short form of lists."""
    return {
        "id": str(event.pk),
        "type": event.type,
        "created_at": instant(event.created_at),
        "clinic_id": str(event.organization_id),
    }


def full(event: Event, *, integration_id: UUID) -> Json:
    """The whole form: what is sent, and what the API answers for one event."""
    return {**row(event), "integration_id": str(integration_id), "data": event.data}


def delivery(attempt: Attempt) -> Json:
    """An attempt as the API's list of webhook deliveries shows it."""
    previous, following = attempt.previous_attempt_at, attempt.next_attempt_at
    sent = full(attempt.delivery.event, integration_id=attempt.delivery.integration_id)
    return {
        "id": str(attempt.pk),
        "attempt_number": attempt.number,
        "attempted_at": instant(attempt.attempted_at),
        "previous_attempt_at": instant(previous) if previous else None,
        "next_attempt_at": instant(following) if following else None,
        "successfully_delivered": attempt.is_success,
        "response_body": attempt.response_body or None,
        "response_header": attempt.response_headers or None,
        "response_status": attempt.response_status,
        "response_ip_address": attempt.response_ip_address or None,
        "response_errors": attempt.response_errors or None,
        "event_payload": {"event": sent},
    }
