"""The patient record: who a person is, how to reach them, and what they agreed to."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from betony.clinic.accounts.models import Country
from betony.kit.tenancy.models import TenantForeignKey, TenantModel, TenantQuerySet


class Sex(models.TextChoices):
    """Sex at birth."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    X = "x", _("X")
    UNKNOWN = "unknown", _("Unknown")


class ContactMethod(models.TextChoices):
    EMAIL = "email", _("Email")
    TEXT = "text", _("Text message")
    PHONE = "phone", _("Phone call")
    PORTAL = "portal", _("Portal message")
    POST = "post", _("Postal mail")


class MaritalStatus(models.TextChoices):
    SINGLE = "single", _("Single")
    MARRIED = "married", _("Married")
    PARTNERED = "partnered", _("Living with a partner")
    SEPARATED = "separated", _("Separated")
    DIVORCED = "divorced", _("Divorced")
    WIDOWED = "widowed", _("Widowed")


class Consent(models.TextChoices):
    """What a person answered. Not asked counts as allowed, and pages say that nobody has asked yet."""

    NOT_ASKED = "not_asked", _("Not asked yet")
    AGREED = "agreed", _("Agreed")
    REFUSED = "refused", _("Refused")


class ConsentSubject(models.TextChoices):
    """What a consent is about; each value is the name of the patient's field that holds the answer."""

    EMAIL = "email_consent", _("Email")
    TEXT = "text_consent", _("Text messages")
    PHONE = "phone_consent", _("Phone calls")
    PORTAL = "portal_consent", _("Portal messages")
    DISPENSARY = "shares_with_dispensary", _("Sharing with Fullscript")


def _folded(*parts: models.F | models.Value) -> models.Func:
    """Return the database's spelling-blind form of the parts: no accents, no case, no apostrophes."""
    return models.Func(*parts, function="clinic_patients_fold", output_field=models.TextField())


def _consent_field(label: object) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=12, choices=Consent.choices, default=Consent.NOT_ASKED)  # type: ignore[arg-type]


class PatientQuerySet(TenantQuerySet["Patient"]):
    """Patients, by adjective."""

    def active(self) -> "PatientQuerySet":
        return self.filter(is_active=True)

    def with_email(self, email_key: str) -> "PatientQuerySet":
        """Those whose email is this one, given as `rules.email_key` writes it."""
        return self.filter(email_key=email_key)


class Patient(TenantModel):
    """A person the clinic cares for. Never deleted: inactive ones are hidden from lists."""

    first_name = models.CharField(_("First name"), max_length=80)
    middle_name = models.CharField(_("Middle name"), max_length=80, blank=True)
    last_name = models.CharField(_("Last name"), max_length=80)
    preferred_name = models.CharField(_("Preferred name"), max_length=80, blank=True)
    email = models.CharField(_("Email"), max_length=254, blank=True)
    email_key = models.CharField(max_length=254, blank=True, editable=False)
    date_of_birth = models.DateField(_("Date of birth"))
    sex = models.CharField(_("Sex"), max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    gender_identity = models.CharField(_("Gender identity"), max_length=60, blank=True)
    pronouns = models.CharField(_("Pronouns"), max_length=40, blank=True)
    race = models.CharField(_("Race"), max_length=80, blank=True)
    ethnicity = models.CharField(_("Ethnicity"), max_length=80, blank=True)
    preferred_language = models.CharField(_("Preferred language"), max_length=40, blank=True)
    marital_status = models.CharField(
        _("Marital status"), max_length=12, choices=MaritalStatus.choices, blank=True
    )
    occupation = models.CharField(_("Occupation"), max_length=120, blank=True)

    # Phones: E.164 for machines, and beside it what the person typed, extension and all.
    mobile_phone = models.CharField(_("Mobile phone"), max_length=20, blank=True)
    mobile_phone_typed = models.CharField(max_length=40, blank=True)
    home_phone = models.CharField(_("Home phone"), max_length=20, blank=True)
    home_phone_typed = models.CharField(max_length=40, blank=True)
    alternative_phone = models.CharField(_("Alternative phone"), max_length=20, blank=True)
    alternative_phone_typed = models.CharField(max_length=40, blank=True)
    contact_method = models.CharField(
        _("Contact method"), max_length=8, choices=ContactMethod.choices, blank=True
    )

    address_line_1 = models.CharField(_("Address"), max_length=120, blank=True)
    address_line_2 = models.CharField(_("Address, second line"), max_length=120, blank=True)
    city = models.CharField(_("City"), max_length=80, blank=True)
    region = models.CharField(_("State or province"), max_length=40, blank=True)
    postal_code = models.CharField(_("ZIP or postal code"), max_length=16, blank=True)
    country = models.CharField(_("Country"), max_length=2, choices=Country.choices, blank=True)
    time_zone = models.CharField(_("Time zone"), max_length=64, blank=True)
    personal_id = models.CharField(_("Personal ID"), max_length=60, blank=True)

    next_of_kin_name = models.CharField(_("Next of kin"), max_length=120, blank=True)
    next_of_kin_relation = models.CharField(_("Relationship of next of kin"), max_length=60, blank=True)
    next_of_kin_phone = models.CharField(_("Phone of next of kin"), max_length=40, blank=True)
    emergency_name = models.CharField(_("Emergency contact"), max_length=120, blank=True)
    emergency_relation = models.CharField(_("Relationship of emergency contact"), max_length=60, blank=True)
    emergency_phone = models.CharField(_("Phone of emergency contact"), max_length=40, blank=True)
    guardian = models.CharField(_("Guardian"), max_length=200, blank=True)

    primary_practitioner = TenantForeignKey(
        "clinic_practice.Practitioner",
        related_name="patients",
        null=True,
        blank=True,
        verbose_name=_("Primary practitioner"),
    )
    primary_care_physician = models.CharField(_("Primary care physician"), max_length=160, blank=True)
    referral_source = models.CharField(_("Referred by"), max_length=160, blank=True)
    notes = models.TextField(_("Notes"), max_length=4000, blank=True)

    # The answers of today; who gave and recorded each, and when, stands in ConsentAnswer.
    email_consent = _consent_field(_("Contact by email"))
    text_consent = _consent_field(_("Contact by text message"))
    phone_consent = _consent_field(_("Contact by phone"))
    portal_consent = _consent_field(_("Contact by portal message"))
    shares_with_dispensary = _consent_field(_("Sharing with Fullscript"))

    portal_access = models.BooleanField(_("Access to patient portal"), default=False)
    is_active = models.BooleanField(_("Active"), default=True)
    deceased_date = models.DateField(_("Date of death"), null=True, blank=True)
    # The record this one was merged into; merging/ says how, and that no row may land here meanwhile.
    merged_into = TenantForeignKey("self", related_name="+", null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    # Kept by the database itself, so that no road into the table can forget them.
    sort_name = models.GeneratedField(
        expression=_folded(models.F("last_name"), models.F("first_name")),
        output_field=models.TextField(),
        db_persist=True,
    )
    search_text = models.GeneratedField(
        expression=_folded(
            models.Value(""),
            models.F("first_name"),
            models.F("middle_name"),
            models.F("last_name"),
            models.F("preferred_name"),
            models.F("email"),
            models.F("mobile_phone"),
            models.F("home_phone"),
            models.F("alternative_phone"),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = PatientQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "is_active", "sort_name", "id"], name="patient_by_name"),
            models.Index(
                fields=["organization", "is_active", "date_of_birth", "id"], name="patient_by_birth"
            ),
            models.Index(fields=["organization", "is_active", "email_key", "id"], name="patient_by_email"),
            models.Index(
                fields=["organization", "primary_practitioner", "is_active", "sort_name", "id"],
                name="patient_by_practitioner",
            ),
            models.Index(fields=["organization", "mobile_phone"], name="patient_by_mobile"),
            models.Index(
                fields=["organization", "merged_into"],
                condition=models.Q(merged_into__isnull=False),
                name="patient_by_kept_record",
            ),
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="patient_by_any_word"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(first_name="") & ~models.Q(last_name=""), name="patient_has_a_name"
            ),
            models.CheckConstraint(
                condition=models.Q(email="", email_key="") | (~models.Q(email="") & ~models.Q(email_key="")),
                name="patient_email_with_key",
            ),
            models.CheckConstraint(
                condition=models.Q(deceased_date__isnull=True)
                | models.Q(deceased_date__gte=models.F("date_of_birth")),
                name="patient_died_after_birth",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(is_active=False),
                name="patient_merged_is_inactive",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
                name="patient_not_merged_into_itself",
            ),
        ]

    @property
    def full_name(self) -> str:
        """First and last name, as the person is called on pages."""
        return f"{self.first_name} {self.last_name}"

    @property
    def refuses_email(self) -> bool:
        return self.email_consent == Consent.REFUSED

    @property
    def refuses_dispensary(self) -> bool:
        """Whether the person said no to being shared with the dispensary; not asked is not a no."""
        return self.shares_with_dispensary == Consent.REFUSED

    @property
    def is_deceased(self) -> bool:
        return self.deceased_date is not None

    @property
    def is_merged(self) -> bool:
        return self.merged_into_id is not None


class ConsentAnswer(TenantModel):
    """One answer to one question of consent: never changed, a later answer takes its place."""

    patient = TenantForeignKey(Patient, related_name="consent_answers")
    subject = models.CharField(max_length=24, choices=ConsentSubject.choices)
    answer = models.CharField(max_length=12, choices=Consent.choices)
    answered_at = models.DateTimeField()
    recorded_by = TenantForeignKey("clinic_accounts.Membership", related_name="+", null=True)

    objects = TenantQuerySet["ConsentAnswer"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "patient", "id"], name="consent_by_patient")]


class Tag(TenantModel):
    """A word the clinic puts on patients, such as a program they are in."""

    name = models.CharField(_("Tag"), max_length=40)

    objects = TenantQuerySet["Tag"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", Lower("name"), name="tag_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="tag_has_a_name"),
        ]


class PatientTag(TenantModel):
    """A tag on a patient."""

    patient = TenantForeignKey(Patient, related_name="patient_tags")
    tag = TenantForeignKey(Tag, related_name="patient_tags")

    objects = TenantQuerySet["PatientTag"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "patient", "tag"], name="patient_tag_once")
        ]
        indexes = [models.Index(fields=["organization", "tag", "patient"], name="patient_by_tag")]


class PatientMerge(TenantModel):
    """One merge of two patients: what it changed, so that it can be put back for thirty days."""

    kept = TenantForeignKey(Patient, related_name="+")
    merged = TenantForeignKey(Patient, related_name="+")
    merged_at = models.DateTimeField()
    merged_by = TenantForeignKey("clinic_accounts.Membership", related_name="+")
    reason = models.CharField(max_length=200)
    # merging.manifest reads and writes it: tables, ids, columns before and after.
    manifest = models.JSONField()
    undone_at = models.DateTimeField(null=True)
    undone_by = TenantForeignKey("clinic_accounts.Membership", related_name="+", null=True)
    undo_reason = models.CharField(max_length=200, blank=True)

    objects = TenantQuerySet["PatientMerge"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "kept", "id"], name="merge_by_kept"),
            models.Index(fields=["organization", "id"], name="merge_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=models.Q(undone_at=None), name="merge_once_at_a_time"
            ),
            models.CheckConstraint(condition=~models.Q(kept=models.F("merged")), name="merge_of_two"),
        ]


class ListViewQuerySet(TenantQuerySet["ListView"]):
    """Rows of ListView."""


class ListView(TenantModel):
    """How one member wants to see the list of patients: its columns, by name, and how high its rows are."""

    membership = TenantForeignKey("clinic_accounts.Membership", related_name="+")
    columns = ArrayField(models.CharField(max_length=20), default=list)
    is_comfortable = models.BooleanField(default=False)

    objects = ListViewQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership"], name="list_view_one_per_member")]
