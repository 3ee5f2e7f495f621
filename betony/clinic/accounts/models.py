"""Who may come in: organizations, people with a sign-in, and their places in organizations.

These tables are read before an organization is known, so they have no row-level security.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from betony.clinic.accounts.permissions import Role
from betony.kit.identifiers import uuid7

ROLE_CHOICES = [
    (Role.OWNER.value, _("Owner")),
    (Role.PRACTITIONER.value, _("Practitioner")),
    (Role.CLINICAL_STAFF.value, _("Clinical staff")),
    (Role.FRONT_DESK.value, _("Front desk")),
    (Role.BILLER.value, _("Biller")),
    (Role.AUDITOR.value, _("Auditor")),
]


class Country(models.TextChoices):
    US = "US", _("United States")
    CANADA = "CA", _("Canada")


class Organization(models.Model):
    """A clinic account: the tenant every record belongs to."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("Name"), max_length=120)
    slug = models.SlugField(unique=True)
    country = models.CharField(_("Country"), max_length=2, choices=Country.choices)
    time_zone = models.CharField(_("Time zone"), max_length=64)
    currency = models.CharField(_("Currency"), max_length=3)
    idle_minutes = models.PositiveSmallIntegerField(
        _("Sign out after this many minutes without use"), default=30
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)


class UserManager(BaseUserManager["User"]):
    """Finds people by email, ignoring case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person with a staff sign-in. The email is stored in lower case."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("Email"), max_length=254)
    first_name = models.CharField(_("First name"), max_length=80)
    last_name = models.CharField(_("Last name"), max_length=80)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.UniqueConstraint(fields=["email"], name="user_email_once_as_stored"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
        ]

    def get_full_name(self) -> str:
        """First and last name, as pages show it."""
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name


class Membership(models.Model):
    """A person's place in an organization, with the role that decides what they may do.

    `location_id` is where they chose to work last; their next session begins there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("Role"), max_length=24, choices=ROLE_CHOICES)
    is_active = models.BooleanField(default=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    location_id = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="membership_once_per_user"),
            models.UniqueConstraint(fields=["organization", "id"], name="membership_with_organization"),
        ]


class Invitation(models.Model):
    """A person asked by mail to join an organization. The person has no account here until they accept.

    The link holds a signature over id and nonce; a new nonce makes older links worthless.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("Email"), max_length=254)
    first_name = models.CharField(_("First name"), max_length=80)
    last_name = models.CharField(_("Last name"), max_length=80)
    role = models.CharField(_("Role"), max_length=24, choices=ROLE_CHOICES)
    nonce = models.CharField(max_length=32)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="invitation_email_is_lower_case"
            ),
        ]


class StaffSession(models.Model):
    """One sign-in of one person on one device, in the organization they are working for.

    Django's session holds the id of this row; the row does not hold Django's session key, so reading this
    table opens nothing. A session whose row is gone or ended is nobody's.

    `location_id` is where they work from now, and `place` what every page needs to know of it. Both are the
    practice's to say (practice/workplaces.py); `place` is null until it has, and again whenever a place changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sessions")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="sessions")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ip = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=80, blank=True)
    location_id = models.UUIDField(null=True, blank=True)
    place = models.JSONField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "ended_at"], name="staff_session_of_user")]
