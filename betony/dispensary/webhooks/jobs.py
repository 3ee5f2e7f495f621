"""Telling applications what happened, and forgetting what is older than thirty days."""

from uuid import UUID

from betony.dispensary.accounts.models import Organization
from betony.dispensary.webhooks import actions, rules, sending, shapes
from betony.kit import clock, jobs, tenancy
from betony.kit.actor import Actor, system


@jobs.job("webhooks.deliver", retry=jobs.Retry(attempts=5, first_wait_seconds=2), calls_out=True)
def deliver(*, organization_id: UUID, delivery_id: UUID, attempt: int) -> None:
    """Make one attempt at a delivery and record it; the next one is queued with the record."""
    with tenancy.organization(organization_id):
        delivery = actions.due_delivery(delivery_id=delivery_id, attempt=attempt)
        if delivery is None:
            return
        receiver = actions.receiver_of(delivery.endpoint)
        event = shapes.full(delivery.event, integration_id=delivery.integration_id)
    now = clock.now()
    outcome = sending.deliver(receiver, content=rules.body(event, is_wrapped=receiver.is_wrapped), at=now)
    with tenancy.organization(organization_id):
        actions.record_attempt(delivery_id=delivery_id, attempt=attempt, outcome=outcome, now=now)


@jobs.job("webhooks.tell_of_activation")
def tell_of_activation(
    *, organization_id: UUID, application_id: UUID, integration_id: UUID, is_first: bool
) -> None:
    """Tell an application that a practice has let it in, when nobody there had before."""
    if is_first:
        by = system("webhooks.tell_of_activation", organization_id=organization_id)
        _tell_of_key(by, rules.CLINIC_KEY_ACTIVATED, organization_id, application_id, integration_id)


@jobs.job("webhooks.tell_of_revocation")
def tell_of_revocation(
    *, organization_id: UUID, application_id: UUID, integration_id: UUID, is_last: bool,
    is_by_application: bool,
) -> None:  # fmt: skip
    """Tell an application that a practice has taken its access away, unless it gave the access back itself."""
    if is_last and not is_by_application:
        by = system("webhooks.tell_of_revocation", organization_id=organization_id)
        _tell_of_key(by, rules.CLINIC_KEY_REVOKED, organization_id, application_id, integration_id)


def _tell_of_key(
    by: Actor, event_type: str, organization_id: UUID, application_id: UUID, integration_id: UUID
) -> None:
    data = {"clinic_key": {"id": str(integration_id), "clinic_id": str(organization_id)}}
    with tenancy.organization(organization_id):
        actions.record_event(
            by=by, organization_id=organization_id, event_type=event_type, subject_id=integration_id,
            data=data, only_for_id=application_id,
        )  # fmt: skip


@jobs.every("17 3 * * *", "webhooks.forget_old_events")
def forget_old_events() -> None:
    """Delete events and deliveries older than thirty days, dispensary by dispensary."""
    for organization_id in Organization.objects.order_by("pk").values_list("pk", flat=True):
        with tenancy.organization(organization_id):
            by = system("webhooks.forget_old_events", organization_id=organization_id)
            actions.forget_old_events(by=by, now=clock.now())
