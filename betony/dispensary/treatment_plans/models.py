"""Treatment plans (in the clinic's words: prescriptions) and the products they recommend."""

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from betony.dispensary.catalog.models import Variant
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices.models import Practitioner
from betony.dispensary.treatment_plans import rules
from betony.kit.tenancy.models import TenantForeignKey, TenantModel, TenantQuerySet


def new_invitation_token() -> str:
    """Return ten random hexadecimal digits: enough, because the link leads to a sign-in and no further."""
    return secrets.token_hex(5)


class TreatmentPlanQuerySet(TenantQuerySet["TreatmentPlan"]):
    """Rows of TreatmentPlan."""


class TreatmentPlan(TenantModel):
    """What a practitioner recommends a patient to take, from draft to active to cancelled."""

    class State(models.TextChoices):
        DRAFT = rules.DRAFT, _("Draft")
        ACTIVE = rules.ACTIVE, _("Active")
        CANCELLED = rules.CANCELLED, _("Cancelled")

    class Source(models.TextChoices):
        API = "api", _("Other software")
        APP = "app", _("Here")

    patient = TenantForeignKey(Patient, related_name="treatment_plans")
    practitioner = TenantForeignKey(Practitioner, related_name="+")
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    source = models.CharField(max_length=8, choices=Source.choices)
    application = models.ForeignKey(
        "dispensary_accounts.Application", on_delete=models.PROTECT, null=True, related_name="+"
    )
    personal_message = models.TextField(_("Message to patient"), blank=True)
    invitation_token = models.CharField(max_length=20, default=new_invitation_token, editable=False)
    available_date = models.DateField(null=True)
    activated_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    is_mail_wanted = models.BooleanField(default=False)
    mailed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = TreatmentPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "invitation_token"], name="plan_invitation_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=tuple(rules.PLAN_MOVES)), name="plan_state_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state=rules.DRAFT, activated_at=None)
                | models.Q(state=rules.ACTIVE, activated_at__isnull=False)
                | models.Q(state=rules.CANCELLED, cancelled_at__isnull=False),
                name="plan_state_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "patient", "created_at", "id"], name="plan_by_patient"),
            models.Index(fields=["organization", "created_at", "id"], name="plan_by_age"),
        ]


class PlanReferenceQuerySet(TenantQuerySet["PlanReference"]):
    """Rows of PlanReference."""


class PlanReference(TenantModel):
    """The id an application knows a plan by: what the API calls metadata. Each application sees its own.

    Among an application's plans at a dispensary it is unique, so that a lost answer is looked up and never repeated.
    """

    plan = TenantForeignKey(TreatmentPlan, on_delete=models.CASCADE, related_name="references")
    application = models.ForeignKey(
        "dispensary_accounts.Application", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    value = models.CharField(max_length=rules.LONGEST_METADATA)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PlanReferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "plan"], name="one_reference_an_application_and_plan"
            ),
            models.UniqueConstraint(
                fields=["organization", "application", "value"], name="plan_reference_once_an_application"
            ),
        ]


class RecommendationQuerySet(TenantQuerySet["Recommendation"]):
    """Rows of Recommendation."""


class Recommendation(TenantModel):
    """One product on a plan, with how to take it and how many packs to buy."""

    plan = TenantForeignKey(TreatmentPlan, on_delete=models.CASCADE, related_name="recommendations")
    position = models.PositiveSmallIntegerField()
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    units_to_purchase = models.PositiveSmallIntegerField(_("Quantity"))
    refill = models.BooleanField(_("Refill"), default=False)
    take_with = models.CharField(_("Take with"), max_length=80, blank=True)
    dosage_amount = models.CharField(_("Amount"), max_length=80, blank=True)
    dosage_frequency = models.CharField(_("Frequency"), max_length=80, blank=True)
    dosage_duration = models.CharField(_("Duration"), max_length=80, blank=True)
    dosage_format = models.CharField(_("Form"), max_length=80, blank=True)
    dosage_time_of_day = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    dosage_additional_info = models.CharField(_("Additional instructions"), max_length=500, blank=True)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="one_recommendation_a_position"),
            models.CheckConstraint(
                condition=models.Q(units_to_purchase__gte=1), name="recommendation_has_units"
            ),
        ]
