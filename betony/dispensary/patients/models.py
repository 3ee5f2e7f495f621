"""The patients of a dispensary, and what lets them in at the shop's door."""

import secrets

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from betony.dispensary.patients import rules
from betony.kit import clock
from betony.kit.tenancy.models import TenantForeignKey, TenantModel, TenantQuerySet


def new_number() -> int:
    """Return a random number of twelve digits, for addresses that name a patient by number."""
    return 100_000_000_000 + secrets.randbelow(900_000_000_000)


class PatientQuerySet(TenantQuerySet["Patient"]):
    """Patients of dispensaries."""

    def active(self) -> "PatientQuerySet":
        return self.filter(archived_at=None)


class Patient(TenantModel):
    """Somebody a practice recommends products to, who may sign in at the shop. The email is in lower case."""

    class Gender(models.TextChoices):
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")
        X = "x", _("X")

    number = models.BigIntegerField(default=new_number, unique=True, editable=False)
    first_name = models.CharField(_("First name"), max_length=rules.LONGEST_NAME)
    last_name = models.CharField(_("Last name"), max_length=rules.LONGEST_NAME)
    email = models.CharField(_("Email"), max_length=rules.LONGEST_EMAIL, blank=True)
    date_of_birth = models.DateField(_("Date of birth"), null=True, blank=True)
    gender = models.CharField(_("Gender"), max_length=8, choices=Gender.choices, blank=True)
    mobile_number = models.CharField(_("Mobile phone"), max_length=16, blank=True)
    discount = models.PositiveSmallIntegerField(_("Own discount, percent"), default=0)
    text_message_notification = models.BooleanField(_("Text messages"), default=True)
    email_refused = models.BooleanField(_("Wants no email"), default=False)
    is_dependent = models.BooleanField(default=False)
    guardian = TenantForeignKey("self", null=True, blank=True, related_name="dependents")
    search_text = models.TextField(editable=False)
    password = models.CharField(max_length=128, blank=True)
    password_set_at = models.DateTimeField(null=True)
    # The one the patient reads the shop in; empty until they have been there.
    language = models.CharField(max_length=10, blank=True)
    is_welcome_wanted = models.BooleanField(default=True)
    welcome_mailed_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PatientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=models.Q(archived_at=None) & ~models.Q(email=""),
                name="patient_email_once_a_dispensary",
            ),
            models.CheckConstraint(
                condition=models.Q(is_dependent=True) | ~models.Q(email=""), name="patient_has_an_email"
            ),
            models.CheckConstraint(
                condition=models.Q(is_dependent=False) | models.Q(guardian__isnull=False),
                name="dependent_has_a_guardian",
            ),
            models.CheckConstraint(
                condition=models.Q(discount__lte=100), name="patient_discount_is_a_percent"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "last_name", "first_name", "id"], name="patient_by_name"),
            models.Index(fields=["organization", "created_at", "id"], name="patient_by_creation"),
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="patient_search"),
        ]

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def is_welcome_due(self) -> bool:
        """Whether a welcome letter is to leave: wanted, not sent yet, and to somebody who takes letters."""
        is_reachable = bool(self.email) and not self.email_refused and not self.is_archived
        return self.is_welcome_wanted and self.welcome_mailed_at is None and is_reachable


class PatientReferenceQuerySet(TenantQuerySet["PatientReference"]):
    """Rows of PatientReference."""


class PatientReference(TenantModel):
    """The id an application knows a patient by: what the API calls metadata. Each application sees its own."""

    patient = TenantForeignKey(Patient, on_delete=models.CASCADE, related_name="references")
    application = models.ForeignKey(
        "dispensary_accounts.Application", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    value = models.CharField(max_length=255)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PatientReferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "patient"], name="one_reference_an_application_and_patient"
            )
        ]
        indexes = [models.Index(fields=["organization", "application", "value"], name="patient_by_reference")]


class AddressQuerySet(TenantQuerySet["Address"]):
    """Rows of Address."""


class Address(TenantModel):
    """Where a patient's orders are sent."""

    patient = TenantForeignKey(Patient, on_delete=models.CASCADE, related_name="addresses")
    address1 = models.CharField(_("Address"), max_length=120)
    address2 = models.CharField(_("Apartment, suite"), max_length=120, blank=True)
    city = models.CharField(_("City"), max_length=80)
    state = models.CharField(_("State or province"), max_length=40)
    zipcode = models.CharField(_("ZIP or postal code"), max_length=16)
    country = models.CharField(max_length=2)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AddressQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "address1", "address2", "city", "state", "zipcode"],
                name="address_once_a_patient",
            )
        ]


class PasswordLinkQuerySet(TenantQuerySet["PasswordLink"]):
    """Rows of PasswordLink."""


class PasswordLink(TenantModel):
    """A single-use link with which a patient chooses a password. Only the digest of its secret is kept."""

    patient = TenantForeignKey(Patient, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PasswordLinkQuerySet.as_manager()
