"""Putting away, every day, what nobody needs any more. The trail keeps that it was: no event."""

from datetime import timedelta
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q

from betony.clinic.accounts.models import Organization
from betony.clinic.prescriptions.actions.envelopes import GAVE_UP
from betony.clinic.prescriptions.models import AuthorizationAttempt, WebhookEnvelope
from betony.kit import clock, tenancy

# A trip to the consent page is over after half an hour; a day of them is enough to see what went wrong.
ATTEMPTS_KEPT = timedelta(days=1)
# What a webhook said, once it was worked on.
BODIES_KEPT = timedelta(days=7)
# What one said that was given up, and whose job can be run again by hand.
GIVEN_UP_BODIES_KEPT = timedelta(days=30)
# That it came at all: longer than the dispensary tells its events (30 days), or it would be asked for again.
ENVELOPES_KEPT = timedelta(days=45)
ROWS_AT_ONCE = 2000


def sweep() -> None:
    """Put away, in short transactions, whatever is older than the limits above."""
    for organization_id in Organization.objects.order_by("pk").values_list("pk", flat=True):
        _sweep_attempts(organization_id)
    while _erase_bodies() or _delete_envelopes():
        continue


def _sweep_attempts(organization_id: UUID) -> None:
    with tenancy.organization(organization_id):
        old = clock.now() - ATTEMPTS_KEPT
        AuthorizationAttempt.objects.filter(organization_id=organization_id, created_at__lt=old).delete()


@transaction.atomic
def _erase_bodies() -> int:
    now = clock.now()
    is_over = Q(worked_on_at__lt=now - BODIES_KEPT) | Q(
        worked_on_at=None, outcome=GAVE_UP, received_at__lt=now - GIVEN_UP_BODIES_KEPT
    )
    rows = WebhookEnvelope.objects.filter(is_over, received_at__lt=now - BODIES_KEPT).exclude(body_sealed="")
    return _some_of(rows).update(body_sealed="")


@transaction.atomic
def _delete_envelopes() -> int:
    rows = WebhookEnvelope.objects.filter(received_at__lt=clock.now() - ENVELOPES_KEPT)
    count, _by_model = _some_of(rows.exclude(worked_on_at=None, outcome="")).delete()
    return count


def _some_of(rows: models.QuerySet[WebhookEnvelope]) -> models.QuerySet[WebhookEnvelope]:
    return WebhookEnvelope.objects.filter(
        pk__in=rows.order_by("received_at", "pk").values("pk")[:ROWS_AT_ONCE]
    )
