"""Recording events, their deliveries, and the endpoints they go to."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from betony.dispensary.accounts.models import Application
from betony.dispensary.webhooks import jobs, queries, rules, sending
from betony.dispensary.webhooks.models import Attempt, Delivery, Endpoint, Event
from betony.kit import clock, http_client, secrets_box, tenancy
from betony.kit.actor import Actor
from betony.kit.audit import trail

log = structlog.get_logger()

MOST_SECRETS = 3


class AddressNotAllowed(Exception):
    """The endpoint's address cannot be called; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def record_event(
    *,
    by: Actor,
    organization_id: UUID,
    event_type: str,
    subject_id: UUID,
    data: Mapping[str, Any],
    only_for_id: UUID | None = None,
    is_opening: bool = False,
) -> Event:
    """Record that something happened and queue a delivery to everybody who must hear of it.

    Part of the change it tells of: that change's own action records it in the audit trail. What an
    application changed itself is never told to it. `only_for_id` is the one application that is concerned, when
    there is one; `is_opening` says that a patient has opened a plan.
    """
    now = clock.now()
    event = Event.objects.create(
        organization_id=organization_id, type=event_type, data=dict(data), subject_id=subject_id,
        caused_by_id=by.id if by.kind == "application" else None, only_for_id=only_for_id,
        is_opening=is_opening, created_at=now,
    )  # fmt: skip
    for endpoint, integration_id in queries.endpoints_for(event):
        delivery = Delivery.objects.create(
            organization_id=organization_id, event=event, endpoint=endpoint, integration_id=integration_id,
            next_attempt_at=now, created_at=now,
        )  # fmt: skip
        jobs.deliver.queue(organization_id=organization_id, delivery_id=delivery.pk, attempt=1)
    return event


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointValues:
    """What a developer decides about an endpoint. An empty `challenge_token` leaves a kept one as it is."""

    url: str
    challenge_token: str = ""
    event_types: Sequence[str] = rules.EVENT_TYPES
    is_two_step: bool = False
    is_wrapped: bool = False
    hears_of_openings: bool = False


def save_endpoint(
    *, by: Actor, application: Application, values: EndpointValues, secret: str = ""
) -> Endpoint:
    """Make or change an application's endpoint, switched on, and return it.

    A new one needs a `secret` and a challenge token; given later, a secret takes the place of all kept ones. Raises
    AddressNotAllowed.
    """
    # The name is looked up before a transaction holds anything.
    check_address(values.url)
    with _transaction(by):
        return _saved(by, application, values, secret)


def _saved(by: Actor, application: Application, values: EndpointValues, secret: str) -> Endpoint:
    endpoint = Endpoint.objects.select_for_update(of=("self",)).filter(application=application).first()
    if endpoint is None:
        if not secret or not values.challenge_token:
            raise ValueError("A new endpoint needs a secret and a challenge token.")
        endpoint = Endpoint(application=application)
    chosen = set(values.event_types)
    wanted = {
        "url": values.url,
        "event_types": [one for one in rules.EVENT_TYPES if one in chosen],
        "is_two_step": values.is_two_step,
        "is_wrapped": values.is_wrapped,
        "hears_of_openings": values.hears_of_openings,
    }
    changes = trail.changed_fields(endpoint, wanted)
    for name, value in wanted.items():
        setattr(endpoint, name, value)
    if values.challenge_token:
        endpoint.challenge_token = secrets_box.seal(values.challenge_token)
    if secret:
        endpoint.secrets = [secrets_box.seal(secret)]
    _switch_on(endpoint)
    endpoint.save()
    trail.record(by=by, action="webhooks.endpoint_saved", subject=endpoint, changes=changes)
    return endpoint


@transaction.atomic
def add_secret(*, by: Actor, endpoint: Endpoint, secret: str) -> Endpoint:
    """Put a new signing secret in front; the ones before it go on signing until they are dropped."""
    endpoint = Endpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
    endpoint.secrets = [secrets_box.seal(secret), *endpoint.secrets][:MOST_SECRETS]
    endpoint.save(update_fields=["secrets", "updated_at"])
    trail.record(by=by, action="webhooks.secret_added", subject=endpoint)
    return endpoint


@transaction.atomic
def drop_old_secrets(*, by: Actor, endpoint: Endpoint) -> Endpoint:
    """Let only the newest secret sign."""
    endpoint = Endpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
    endpoint.secrets = endpoint.secrets[:1]
    endpoint.save(update_fields=["secrets", "updated_at"])
    trail.record(by=by, action="webhooks.old_secrets_dropped", subject=endpoint)
    return endpoint


def enable_endpoint(*, by: Actor, endpoint: Endpoint) -> Endpoint:
    """Switch an endpoint on again. Raises AddressNotAllowed."""
    check_address(endpoint.url)
    with _transaction(by):
        endpoint = Endpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
        _switch_on(endpoint)
        endpoint.save()
        trail.record(by=by, action="webhooks.endpoint_enabled", subject=endpoint)
    return endpoint


@transaction.atomic
def disable_endpoint(*, by: Actor, endpoint: Endpoint, reason: str = "asked") -> Endpoint:
    """Switch an endpoint off: nothing more is sent to it until it is enabled again."""
    endpoint = Endpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
    _switch_off(endpoint, reason, clock.now())
    trail.record(by=by, action="webhooks.endpoint_disabled", subject=endpoint, reason=reason)
    return endpoint


def check_address(url: str) -> None:
    """Pass when webhooks may be sent to the address. Raises AddressNotAllowed."""
    try:
        http_client.check_outgoing_address(url, allowed_hosts=settings.BETONY_WEBHOOK_ALLOWED_HOSTS)
    except http_client.AddressRefused as error:
        raise AddressNotAllowed(str(error)) from error


def receiver_of(endpoint: Endpoint) -> sending.Receiver:
    """The endpoint with its secrets opened, for `sending.ping` after saving and for deliveries."""
    return sending.Receiver(
        url=endpoint.url,
        secrets=tuple(secrets_box.open_sealed(one) for one in endpoint.secrets),
        challenge=secrets_box.open_sealed(endpoint.challenge_token),
        is_two_step=endpoint.is_two_step,
        is_wrapped=endpoint.is_wrapped,
    )


def due_delivery(*, delivery_id: UUID, attempt: int) -> Delivery | None:
    """The delivery whose next attempt is this one; None when it was made, or the endpoint must not hear of it.

    Between two attempts an endpoint may be switched off, and a person may disconnect the application: then the
    delivery is given up, for what it carries is no longer the application's business.
    """
    delivery = _locked_delivery(delivery_id)
    if delivery is None or not _is_next(delivery, attempt):
        return None
    if delivery.endpoint_id not in {one.pk for one, _id in queries.endpoints_for(delivery.event)}:
        delivery.state, delivery.next_attempt_at = rules.GIVEN_UP, None
        delivery.save(update_fields=["state", "next_attempt_at"])
        return None
    return delivery


@transaction.atomic
def record_attempt(*, delivery_id: UUID, attempt: int, outcome: sending.Outcome, now: datetime) -> None:
    """Record how an attempt went, queue the next one if there is one, and switch a dead endpoint off."""
    delivery = _locked_delivery(delivery_id)
    # A job that a second worker took up again may have been here before.
    if delivery is None or not _is_next(delivery, attempt):
        return
    is_off = _note_on_endpoint(delivery.endpoint_id, outcome, now)
    following = None if outcome.is_success or is_off else rules.next_attempt_at(attempt=attempt, now=now)
    last = delivery.attempts.order_by("-number").first()
    Attempt.objects.create(
        organization_id=delivery.organization_id, delivery=delivery, number=attempt, attempted_at=now,
        previous_attempt_at=last.attempted_at if last else None, next_attempt_at=following,
        is_success=outcome.is_success, response_status=outcome.status or None,
        response_headers=str(dict(outcome.headers))[: rules.LONGEST_KEPT_BODY] if outcome.headers else "",
        response_body=outcome.body, response_ip_address=outcome.ip_address,
        response_errors=outcome.problem[:300],
    )  # fmt: skip
    delivery.attempt_count, delivery.next_attempt_at = attempt, following
    delivery.state = rules.state_after(is_success=outcome.is_success, is_over=following is None)
    delivery.save(update_fields=["attempt_count", "next_attempt_at", "state"])
    if following is not None:
        jobs.deliver.queue(
            organization_id=delivery.organization_id,
            delivery_id=delivery.pk,
            attempt=attempt + 1,
            at=following,
        )


@transaction.atomic
def forget_old_events(*, by: Actor, now: datetime) -> int:
    """Delete this dispensary's events older than thirty days, with their deliveries; return how many."""
    assert by.organization_id is not None  # noqa: S101  (the job names it)
    before = now - timedelta(days=rules.DAYS_OF_HISTORY)
    old = Event.objects.for_organization(by.organization_id).filter(created_at__lt=before)
    count = old.count()
    if count:
        old.delete()
        trail.record(by=by, action="webhooks.old_events_forgotten", changes={"count": [count, 0]})
    return count


def _transaction(by: Actor) -> AbstractContextManager[object]:
    """A transaction in which the trail of the actor's dispensary can be written."""
    return tenancy.organization(by.organization_id) if by.organization_id else transaction.atomic()


def _locked_delivery(delivery_id: UUID) -> Delivery | None:
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("event", "endpoint")
    return rows.filter(pk=delivery_id).first()


def _is_next(delivery: Delivery, attempt: int) -> bool:
    """Tell whether this attempt is the one that is due."""
    return rules.may_become(delivery.state, rules.DELIVERED) and delivery.attempt_count == attempt - 1


def _note_on_endpoint(endpoint_id: UUID, outcome: sending.Outcome, now: datetime) -> bool:
    """Remember since when the endpoint fails; return whether it is switched off now."""
    endpoint = Endpoint.objects.select_for_update(of=("self",)).get(pk=endpoint_id)
    if outcome.is_success:
        if endpoint.failing_since is not None:
            endpoint.failing_since = endpoint.last_failed_at = None
            endpoint.save(update_fields=["failing_since", "last_failed_at"])
        return not endpoint.is_enabled
    endpoint.failing_since = rules.failing_since(
        since=endpoint.failing_since, last_failed_at=endpoint.last_failed_at, now=now
    )
    endpoint.last_failed_at = now
    endpoint.save(update_fields=["failing_since", "last_failed_at"])
    reason = rules.reason_to_disable(status=outcome.status, failing_since=endpoint.failing_since, now=now)
    if reason and endpoint.is_enabled:
        _switch_off(endpoint, reason, now)
        log.warning("webhook_endpoint_disabled", state=reason)
    return not endpoint.is_enabled


def _switch_on(endpoint: Endpoint) -> None:
    endpoint.is_enabled = True
    endpoint.failing_since = endpoint.last_failed_at = None
    endpoint.disabled_at, endpoint.disabled_reason = None, ""


def _switch_off(endpoint: Endpoint, reason: str, now: datetime) -> None:
    endpoint.is_enabled, endpoint.disabled_at, endpoint.disabled_reason = False, now, reason
    endpoint.save(update_fields=["is_enabled", "disabled_at", "disabled_reason", "updated_at"])
