"""Events of the last thirty days, and the attempts to tell them."""

from uuid import UUID

from betony.dispensary.accounts.rules import scope_group
from betony.dispensary.api import frame
from betony.dispensary.api.frame.answers import ScopeMissing
from betony.dispensary.api.frame.routing import Operation
from betony.dispensary.webhooks import queries, rules, shapes
from betony.dispensary.webhooks.models import Event
from betony.kit import clock
from betony.kit.audit import trail
from betony.kit.identifiers import read_uuid


def lister(family: str) -> Operation:
    """Return the operation that answers the events of one family, oldest first."""
    prefix, scope = rules.FAMILIES[family]

    @frame.operation(scope)
    def list_events(call: frame.Call) -> frame.Body:
        rows = queries.events(
            organization_id=call.organization_id, application_id=call.application.pk, now=clock.now()
        ).filter(type__startswith=prefix)
        if wanted := call.parameter("event_type"):
            rows = rows.filter(type=wanted)
        rows = frame.between_dates(call, "created_at", rows, field="created_at")
        allowed = {"created_at": "created_at", "event_type": "type"}
        return frame.page(call, "events", frame.sort(call, rows, allowed, default="created_at"), shapes.row)

    return list_events


@frame.operation()
def show_event(call: frame.Call, event_id: UUID) -> frame.Body:
    """Answer one event with its data."""
    event = (
        queries.events(
            organization_id=call.organization_id, application_id=call.application.pk, now=clock.now()
        )
        .filter(pk=event_id)
        .first()
    )
    if event is None:
        raise frame.NotFound
    scope = rules.scope_of(event.type)
    if not call.actor.may(scope):
        raise ScopeMissing(scope_group(scope))
    _note_read(call, "webhooks.event_shown", [event])
    return {"event": shapes.full(event, integration_id=call.integration_id)}


@frame.operation()
def list_deliveries(call: frame.Call) -> frame.Body:
    """Answer the attempts to tell this application of the dispensary's events, oldest first."""
    rows = queries.attempts(
        organization_id=call.organization_id, application_id=call.application.pk, now=clock.now()
    )
    # What the token may not read of an event it may not read in a delivery either.
    readable = [one for one in rules.EVENT_TYPES if call.actor.may(rules.scope_of(one))]
    rows = rows.filter(delivery__event__type__in=readable)
    if wanted := call.parameter("event_id"):
        found = read_uuid(wanted)
        rows = rows.filter(delivery__event_id=found) if found else rows.none()
    if outcome := call.parameter("successfully_delivered").lower():
        rows = rows.filter(is_success=outcome == "true")
    rows = frame.between_dates(call, "attempted_at", rows, field="attempted_at")
    allowed = {"attempted_at": "attempted_at", "event_id": "delivery__event_id"}
    return frame.page(
        call, "webhook_deliveries", frame.sort(call, rows, allowed, default="attempted_at"), shapes.delivery,
        shown=lambda found: _note_read(
            call, "webhooks.deliveries_shown", [attempt.delivery.event for attempt in found]
        ),
    )  # fmt: skip


def _note_read(call: frame.Call, action: str, found: list[Event]) -> None:
    ids = {rules.patient_id_of(event.data) for event in found}
    trail.record_read(by=call.actor, action=action, patient_ids=sorted(one for one in ids if one))
