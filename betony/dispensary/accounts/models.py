"""The dispensary's own organizations (one a practice's store) and the people who sign in for them."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from betony.kit.identifiers import uuid7


class Country(models.TextChoices):
    US = "US", _("United States")
    CANADA = "CA", _("Canada")


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
    """Finds people by e-mail, ignoring case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A practitioner or staff member with a sign-in at one dispensary. The e-mail is in lower case."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="users")
    email = models.EmailField(_("Email"), max_length=254, unique=True)
    first_name = models.CharField(_("First name"), max_length=80)
    last_name = models.CharField(_("Last name"), max_length=80)
    is_owner = models.BooleanField(default=False)
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
        ]

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name
