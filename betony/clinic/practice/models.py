"""Where a clinic works and who practises there: locations, practitioner profiles, delegation."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from betony.clinic.practice import rules
from betony.kit.tenancy.models import TenantForeignKey, TenantModel


class DateFormat(models.TextChoices):
    """How a location writes dates; people may type others (contract: everyday expectations)."""

    YEAR_FIRST = "YYYY-MM-DD", _("2026-03-04 (year first)")
    MONTH_FIRST = "MM/DD/YYYY", _("03/04/2026 (month first)")
    DAY_FIRST = "DD/MM/YYYY", _("04/03/2026 (day first)")

    @property
    def pattern(self) -> str:
        """The same for Django's date filter: Y-m-d."""
        return {"YYYY-MM-DD": "Y-m-d", "MM/DD/YYYY": "m/d/Y", "DD/MM/YYYY": "d/m/Y"}[self.value]


class Location(TenantModel):
    """A place where the clinic sees people, with the clock and date format used there."""

    name = models.CharField(_("Name"), max_length=80)
    address = models.TextField(_("Address"), max_length=300, blank=True)
    phone = models.CharField(_("Phone"), max_length=40, blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=64)
    date_format = models.CharField(
        _("Date format"), max_length=10, choices=DateFormat.choices, default=DateFormat.YEAR_FIRST
    )
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", Lower("name"), name="location_name_once"),
        ]

    @property
    def time_zone_words(self) -> str:
        """America/New York."""
        return self.time_zone.replace("_", " ")


class Modality(models.TextChoices):
    NATUROPATHIC = "naturopathic_medicine", _("Naturopathic medicine")
    ACUPUNCTURE = "acupuncture", _("Acupuncture")
    CHINESE_MEDICINE = "chinese_medicine", _("Traditional Chinese medicine")
    CHIROPRACTIC = "chiropractic", _("Chiropractic")
    MASSAGE = "massage_therapy", _("Massage therapy")
    FUNCTIONAL = "functional_medicine", _("Functional medicine")
    NUTRITION = "nutrition", _("Nutrition")
    OSTEOPATHY = "osteopathy", _("Osteopathy")
    PHYSIOTHERAPY = "physiotherapy", _("Physiotherapy")
    AYURVEDA = "ayurveda", _("Ayurveda")
    HOMEOPATHY = "homeopathy", _("Homeopathy")
    MEDICINE = "medicine", _("Medicine")
    OTHER = "other", _("Other")


class Practitioner(TenantModel):
    """A member who treats people: credential, modality, and the number the country knows them by."""

    membership = TenantForeignKey("clinic_accounts.Membership", related_name="practitioners")
    credential = models.CharField(_("Credential"), max_length=40, blank=True)
    modality = models.CharField(_("Modality"), max_length=32, choices=Modality.choices)
    npi = models.CharField(_("NPI"), max_length=rules.NPI_DIGITS, blank=True)
    licence_number = models.CharField(_("Licence number"), max_length=40, blank=True)
    licence_province = models.CharField(_("Province of the licence"), max_length=2, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "membership"], name="practitioner_once"),
            models.UniqueConstraint(
                fields=["organization", "npi"], condition=~models.Q(npi=""), name="practitioner_npi_once"
            ),
            models.CheckConstraint(
                condition=models.Q(npi="") | models.Q(npi__regex=r"^[0-9]{10}$"),
                name="practitioner_npi_digits",
            ),
            models.CheckConstraint(
                condition=models.Q(licence_number="", licence_province="")
                | (~models.Q(licence_number="") & models.Q(licence_province__in=rules.PROVINCES)),
                name="practitioner_licence_with_province",
            ),
        ]

    @property
    def display_name(self) -> str:
        """Nina Alvarez, ND. The queries of this module load the person with the profile."""
        return rules.display_name(full_name=self.membership.user.get_full_name(), credential=self.credential)


class Delegation(TenantModel):
    """A practitioner lets a colleague of the clinical staff write prescriptions for them."""

    practitioner = TenantForeignKey(Practitioner, related_name="delegations")
    membership = TenantForeignKey("clinic_accounts.Membership", related_name="delegations")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "membership"],
                condition=models.Q(ended_at__isnull=True),
                name="delegation_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("started_at")),
                name="delegation_ends_after_start",
            ),
        ]
