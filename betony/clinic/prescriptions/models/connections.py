"""The clinic's one dispensary, and each user's connection to it."""

from typing import ClassVar

from django.db import models

from betony.kit.tenancy.models import TenantForeignKey, TenantModel, TenantQuerySet


class Dispensary(TenantModel):
    """The dispensary an organization is (or was) connected to; at most one is current."""

    environment = models.CharField(max_length=2)
    remote_id = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    connected_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    matched_at = models.DateTimeField(null=True)
    # How far the matching of all active patients is: `matching_after` is the last patient looked at.
    matching_began_at = models.DateTimeField(null=True)
    matching_total = models.PositiveIntegerField(default=0)
    matching_done = models.PositiveIntegerField(default=0)
    matching_after = models.UUIDField(null=True)
    practitioners_fetched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(ended_at=None),
                name="dispensary_one_per_organization",
            ),
            models.UniqueConstraint(
                fields=["environment", "remote_id"],
                condition=models.Q(ended_at=None),
                name="dispensary_one_organization_each",
            ),
        ]


class DispensaryRoute(models.Model):
    """Which organization a dispensary's webhooks belong to. Read before an organization is known."""

    environment = models.CharField(max_length=2)
    remote_id = models.CharField(max_length=64)
    organization_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment", "remote_id"], name="route_once_per_dispensary")
        ]


class DispensaryPractitioner(TenantModel):
    """A practitioner at the dispensary, as it last told us."""

    dispensary = TenantForeignKey(Dispensary, related_name="practitioners")
    remote_id = models.CharField(max_length=64)
    first_name = models.CharField(max_length=120)
    last_name = models.CharField(max_length=120)
    email = models.CharField(max_length=254)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dispensary", "remote_id"], name="dispensary_practitioner_once")
        ]

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class ConnectionQuerySet(TenantQuerySet["Connection"]):
    """Connections, by whether they can be used."""

    def current(self) -> "ConnectionQuerySet":
        """Those that were not ended; one that broke counts until it is reset or renewed."""
        return self.filter(ended_at=None)

    def live(self) -> "ConnectionQuerySet":
        """Those whose tokens worked when they were last used."""
        return self.current().filter(broken_at=None)


class Connection(TenantModel):
    """One user's OAuth grant at the dispensary. Tokens are sealed, and gone once it ends."""

    membership = TenantForeignKey("clinic_accounts.Membership", related_name="+")
    dispensary = TenantForeignKey(Dispensary, related_name="connections")
    owner_type = models.CharField(max_length=16)
    owner_id = models.CharField(max_length=64)
    access_token_sealed = models.TextField(blank=True)
    refresh_token_sealed = models.TextField(blank=True)
    access_expires_at = models.DateTimeField()
    token_version = models.PositiveIntegerField(default=1)
    refreshing_until = models.DateTimeField(null=True)
    scope = models.TextField(blank=True)
    writes_as = TenantForeignKey(DispensaryPractitioner, null=True, related_name="+")
    connected_at = models.DateTimeField()
    broken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=40, blank=True)

    objects: ClassVar[ConnectionQuerySet] = ConnectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership"], condition=models.Q(ended_at=None), name="connection_one_per_user"
            )
        ]
        indexes = [models.Index(fields=["organization", "ended_at"], name="connection_current")]

    @property
    def is_live(self) -> bool:
        return self.ended_at is None and self.broken_at is None


class AuthorizationAttempt(TenantModel):
    """One trip to the consent page: the state given, and the user and browser it was given to."""

    membership = TenantForeignKey("clinic_accounts.Membership", related_name="+")
    state_digest = models.CharField(max_length=64, unique=True)
    browser_digest = models.CharField(max_length=64)
    verifier_sealed = models.TextField()
    environment = models.CharField(max_length=2)
    return_to = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
