"""The people of a dispensary's practice, as the public API shows them."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from betony.dispensary.accounts.models import Application, User
from betony.kit.tenancy.models import TenantForeignKey, TenantModel, TenantQuerySet


class PractitionerType(models.Model):
    """A credential a practitioner can have, the same for every dispensary."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    code = models.CharField(_("Credential"), max_length=12, unique=True)
    description = models.CharField(max_length=120)


class PractitionerQuerySet(TenantQuerySet["Practitioner"]):
    """Practitioners, by adjective."""

    def active(self) -> "PractitionerQuerySet":
        return self.filter(archived_at=None)


class StaffQuerySet(TenantQuerySet["Staff"]):
    """Staff, by adjective."""

    def active(self) -> "StaffQuerySet":
        return self.filter(archived_at=None)


class Person(TenantModel):
    """What practitioners and staff have in common. The email is in lower case."""

    user = TenantForeignKey(User, related_name="+")
    first_name = models.CharField(_("First name"), max_length=80)
    last_name = models.CharField(_("Last name"), max_length=80)
    email = models.EmailField(_("Email"), max_length=254)
    invited_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Practitioner(Person):
    """Somebody who may prescribe for the dispensary's patients."""

    practitioner_type = models.ForeignKey(PractitionerType, on_delete=models.PROTECT, related_name="+")

    objects = PractitionerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], name="practitioner_once_a_user"),
            models.UniqueConstraint(fields=["organization", "email"], name="practitioner_email_once"),
        ]
        indexes = [models.Index(fields=["organization", "created_at", "id"], name="practitioner_by_age")]


class Staff(Person):
    """Somebody who works for the dispensary without prescribing."""

    objects = StaffQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], name="staff_once_a_user"),
            models.UniqueConstraint(fields=["organization", "email"], name="staff_email_once"),
        ]
        indexes = [models.Index(fields=["organization", "created_at", "id"], name="staff_by_age")]


class PersonReferenceQuerySet(TenantQuerySet["PersonReference"]):
    """Rows of PersonReference."""


class PersonReference(TenantModel):
    """The id an application knows a practitioner or staff member by: what the API calls metadata.

    Each application sees its own. It hangs on the sign-in, which both kinds of people have.
    """

    user = TenantForeignKey(User, on_delete=models.CASCADE, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+", db_index=False)
    value = models.CharField(max_length=255)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PersonReferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "user"], name="one_reference_an_application_and_person"
            )
        ]
        indexes = [models.Index(fields=["organization", "application", "value"], name="person_by_reference")]
