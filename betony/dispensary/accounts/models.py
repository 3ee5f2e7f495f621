"""The dispensaries, who signs in for them, and the applications that act for those people.

These tables are read before an organization is known, so they have no row-level security. Tokens, codes and
client secrets are stored as SHA-256 digests only.
"""

from typing import ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from betony.dispensary.accounts import permissions
from betony.kit.identifiers import uuid7


class Country(models.TextChoices):
    US = "US", _("United States")
    CANADA = "CA", _("Canada")


class Role(models.TextChoices):
    PRACTITIONER = permissions.PRACTITIONER, _("Practitioner")
    STAFF = permissions.STAFF, _("Staff")


class Organization(models.Model):
    """One dispensary: what Fullscript's API calls a clinic. The tenant of its rows."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("Dispensary name"), max_length=120)
    slug = models.SlugField(unique=True)
    country = models.CharField(_("Country"), max_length=2, choices=Country.choices)
    time_zone = models.CharField(_("Time zone"), max_length=64, default="UTC")
    currency = models.CharField(max_length=3)
    discount_percent = models.PositiveSmallIntegerField(_("Discount for patients, percent"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)


class UserManager(BaseUserManager["User"]):
    """Finds people by email, ignoring case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower(), is_email_confirmed=True, is_active=True)


class User(AbstractBaseUser):
    """A practitioner or staff member with a sign-in at one dispensary. The email is in lower case.

    Who opens a dispensary says whose email it is, and confirms it later: until then it is nobody's, and others may
    say the same. Whoever is invited proves it by following the link in the mail. Who has left keeps nobody from it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="users")
    email = models.EmailField(_("Email"), max_length=254)
    is_email_confirmed = models.BooleanField(default=True)
    first_name = models.CharField(_("First name"), max_length=80)
    last_name = models.CharField(_("Last name"), max_length=80)
    role = models.CharField(_("Role"), max_length=16, choices=Role.choices, default=Role.PRACTITIONER)
    is_owner = models.BooleanField(default=False)
    is_developer = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name", "last_name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "id"], name="user_with_organization"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"),
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(is_email_confirmed=True, is_active=True),
                name="user_email_once_confirmed",
            ),
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=models.Q(is_active=True),
                name="user_email_once_a_dispensary",
            ),
        ]
        indexes = [models.Index(fields=["email", "created_at", "id"], name="user_by_email")]

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name


class Application(models.Model):
    """An outside program that people of dispensaries may let act for them. It belongs to no dispensary."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(_("Name"), max_length=120)
    client_id = models.CharField(max_length=120, unique=True)
    client_secret_digest = models.CharField(max_length=64)
    public_key = models.CharField(max_length=120, unique=True)
    redirect_uris = ArrayField(models.CharField(max_length=500), default=list)
    origins = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    scopes = ArrayField(models.CharField(max_length=64), default=list)
    developer = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="applications"
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)


class Integration(models.Model):
    """An application at a dispensary, from its first grant on. Its id stands in the API and in events."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="integrations")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="integrations")
    activated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "application"], name="integration_once"),
        ]


class OwnerType(models.TextChoices):
    """What the API calls the person behind a token."""

    PRACTITIONER = "Practitioner", _("Practitioner")
    STAFF = "Staff", _("Staff")


class Grant(models.Model):
    """A person's permission to one application to act for them, until it is revoked.

    `owner_id` is the practitioner or staff member of the module practices, which stands above this one.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    integration = models.ForeignKey(Integration, on_delete=models.PROTECT, related_name="grants")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    owner_type = models.CharField(max_length=16, choices=OwnerType.choices)
    owner_id = models.UUIDField()
    scopes = ArrayField(models.CharField(max_length=64))
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "revoked_at"], name="grant_by_user")]


class AuthorizationCode(models.Model):
    """A code on its way from the consent page to the application: ten minutes, one use.

    `grant` is what it was exchanged for, so that a second use can revoke it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="codes")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="codes")
    owner_type = models.CharField(max_length=16, choices=OwnerType.choices)
    owner_id = models.UUIDField()
    scopes = ArrayField(models.CharField(max_length=64))
    redirect_uri = models.CharField(max_length=500)
    challenge = models.CharField(max_length=128, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, null=True, blank=True, related_name="codes")


class TokenPair(models.Model):
    """An access token with its refresh token. `previous` is the pair it was refreshed from.

    The previous pair works until this access token is first used, and ends then: a lost answer to a refresh
    costs nobody their connection. Several may be refreshed from one, and each stands by itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="pairs")
    previous = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="successors"
    )
    access_digest = models.CharField(max_length=64, unique=True)
    refresh_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
