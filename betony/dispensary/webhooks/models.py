"""Where applications want to be told, what happened, and how telling them went."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from betony.dispensary.webhooks import rules
from betony.kit.identifiers import uuid7
from betony.kit.tenancy.models import TenantForeignKey, TenantModel, TenantQuerySet


class Endpoint(models.Model):
    """An application's address for events. It belongs to no dispensary: the application hears of all of its own.

    `secrets` and `challenge_token` are sealed; the newest secret stands first, and all of them sign. It has failed
    without a break from `failing_since` to `last_failed_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    application = models.OneToOneField(
        "dispensary_accounts.Application", on_delete=models.CASCADE, related_name="webhook_endpoint"
    )
    url = models.CharField(_("Address"), max_length=500)
    secrets = ArrayField(models.TextField(), default=list)
    challenge_token = models.TextField()
    event_types = ArrayField(models.CharField(max_length=60), default=list)
    is_enabled = models.BooleanField(default=True)
    is_two_step = models.BooleanField(_("Ask for the challenge first"), default=False)
    is_wrapped = models.BooleanField(_("Wrap the event in event_payload"), default=False)
    hears_of_openings = models.BooleanField(
        _("Send an event when a patient first opens a plan"), default=False
    )
    failing_since = models.DateTimeField(null=True)
    last_failed_at = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_reason = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class EventQuerySet(TenantQuerySet["Event"]):
    """Rows of Event."""


class Event(TenantModel):
    """Something that happened in a dispensary, as applications are told it. Kept for thirty days.

    An application that caused a change itself, through the API, neither hears nor reads of it. `only_for` is set when
    one application alone is concerned; `is_opening` marks our own addition to the public events, for those who asked.
    """

    type = models.CharField(max_length=60)
    data = models.JSONField()
    subject_id = models.UUIDField()
    caused_by = models.ForeignKey(
        "dispensary_accounts.Application", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    only_for = models.ForeignKey(
        "dispensary_accounts.Application", on_delete=models.CASCADE, null=True, related_name="+"
    )
    is_opening = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(type__in=rules.EVENT_TYPES), name="event_type_is_known")
        ]
        indexes = [models.Index(fields=["organization", "created_at", "id"], name="event_by_age")]


class DeliveryQuerySet(TenantQuerySet["Delivery"]):
    """Rows of Delivery."""


class Delivery(TenantModel):
    """One event on its way to one application."""

    class State(models.TextChoices):
        WAITING = rules.WAITING, _("Waiting")
        DELIVERED = rules.DELIVERED, _("Delivered")
        GIVEN_UP = rules.GIVEN_UP, _("Given up")

    event = TenantForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="+")
    integration_id = models.UUIDField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="one_delivery_an_event_and_endpoint"),
            models.CheckConstraint(
                condition=models.Q(attempt_count__lte=rules.MOST_ATTEMPTS), name="delivery_attempts_end"
            ),
        ]


class AttemptQuerySet(TenantQuerySet["Attempt"]):
    """Rows of Attempt."""


class Attempt(TenantModel):
    """One try at a delivery, and what came back: what the API calls a webhook delivery."""

    delivery = TenantForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    attempted_at = models.DateTimeField()
    previous_attempt_at = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True)
    is_success = models.BooleanField()
    response_status = models.PositiveSmallIntegerField(null=True)
    response_headers = models.TextField(blank=True)
    response_body = models.TextField(blank=True)
    response_ip_address = models.CharField(max_length=45, blank=True)
    response_errors = models.CharField(max_length=300, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="one_attempt_a_number"),
        ]
        indexes = [models.Index(fields=["organization", "attempted_at", "id"], name="attempt_by_age")]
