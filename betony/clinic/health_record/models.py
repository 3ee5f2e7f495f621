"""What a clinic must know before it gives anything: allergies, what is taken, conditions.

Rows are never deleted. What is over is ended; what should never have been there is marked as an error and
stays readable.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from betony.kit.tenancy.models import TenantForeignKey, TenantModel, TenantQuerySet


class Severity(models.TextChoices):
    MILD = "mild", _("Mild")
    MODERATE = "moderate", _("Moderate")
    SEVERE = "severe", _("Severe")
    UNKNOWN = "unknown", _("Not known")


class Status(models.TextChoices):
    ACTIVE = "active", _("Current")
    ENDED = "ended", _("Ended")
    ERROR = "error", _("Entered in error")


class Kind(models.TextChoices):
    MEDICATION = "medication", _("Medication")
    SUPPLEMENT = "supplement", _("Supplement")


class ConditionKind(models.TextChoices):
    """Pregnancy and breastfeeding are kinds of their own: so much depends on them that they are never text."""

    CONDITION = "condition", _("Condition")
    PREGNANCY = "pregnancy", _("Pregnancy")
    BREASTFEEDING = "breastfeeding", _("Breastfeeding")


class CodeSystem(models.TextChoices):
    """Where a condition's code comes from; the values are the systems' names in FHIR."""

    ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm", _("ICD-10-CM")
    ICD_10_CA = "http://terminology.hl7.org/CodeSystem/icd10-CA", _("ICD-10-CA")
    SNOMED_CT = "http://snomed.info/sct", _("SNOMED CT")


class Allergy(TenantModel):
    """Something the patient must not get, and what happened when they did."""

    patient = TenantForeignKey("clinic_patients.Patient", related_name="allergies")
    substance = models.CharField(_("Substance"), max_length=120)
    reaction = models.CharField(_("Reaction"), max_length=200, blank=True)
    severity = models.CharField(
        _("Severity"), max_length=8, choices=Severity.choices, default=Severity.UNKNOWN
    )
    status = models.CharField(_("Status"), max_length=8, choices=Status.choices, default=Status.ACTIVE)
    noted_date = models.DateField(_("Noted on"), null=True, blank=True)
    ended_date = models.DateField(_("Ended on"), null=True, blank=True)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    objects = TenantQuerySet["Allergy"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "patient", "status"], name="allergy_by_patient")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(substance=""), name="allergy_names_a_substance")
        ]


class MedicationStatement(TenantModel):
    """A medication or supplement the patient takes or took, whoever gave it."""

    patient = TenantForeignKey("clinic_patients.Patient", related_name="medication_statements")
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("Name"), max_length=160)
    dose = models.CharField(_("Dose"), max_length=80, blank=True)
    frequency = models.CharField(_("Frequency"), max_length=80, blank=True)
    since_date = models.DateField(_("Since"), null=True, blank=True)
    ended_date = models.DateField(_("Ended on"), null=True, blank=True)
    status = models.CharField(_("Status"), max_length=8, choices=Status.choices, default=Status.ACTIVE)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    objects = TenantQuerySet["MedicationStatement"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "patient", "status"], name="medication_by_patient")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="medication_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(ended_date__isnull=True)
                | models.Q(since_date__isnull=True)
                | models.Q(ended_date__gte=models.F("since_date")),
                name="medication_ends_after_start",
            ),
        ]


class Condition(TenantModel):
    """Something the patient has or had, or a state such as pregnancy, whoever found it."""

    patient = TenantForeignKey("clinic_patients.Patient", related_name="conditions")
    kind = models.CharField(
        _("Kind"), max_length=13, choices=ConditionKind.choices, default=ConditionKind.CONDITION
    )
    name = models.CharField(_("Name"), max_length=160)
    code_system = models.CharField(_("Code system"), max_length=64, choices=CodeSystem.choices, blank=True)
    code = models.CharField(_("Code"), max_length=20, blank=True)
    onset_date = models.DateField(_("Since"), null=True, blank=True)
    ended_date = models.DateField(_("Ended on"), null=True, blank=True)
    status = models.CharField(_("Status"), max_length=8, choices=Status.choices, default=Status.ACTIVE)
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    objects = TenantQuerySet["Condition"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "patient", "status"], name="condition_by_patient")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="condition_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(code="", code_system="")
                | (~models.Q(code="") & ~models.Q(code_system="")),
                name="condition_code_has_a_system",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_date__isnull=True)
                | models.Q(onset_date__isnull=True)
                | models.Q(ended_date__gte=models.F("onset_date")),
                name="condition_ends_after_start",
            ),
        ]

    @property
    def shown_name(self) -> str:
        """The name as people read it; a pregnancy is said in the reader's language."""
        return self.name if self.kind == ConditionKind.CONDITION else self.get_kind_display()
