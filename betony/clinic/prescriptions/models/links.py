"""Who is who: which dispensary patient a chart's patient is."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower, Trim
from django.utils.translation import gettext_lazy as _

from betony.clinic.prescriptions import rules
from betony.clinic.prescriptions.rules import LinkState
from betony.kit.tenancy.models import TenantForeignKey, TenantModel, TenantQuerySet

STATES = [
    (LinkState.CREATING, _("Being set up at Fullscript")),
    (LinkState.LINKED, _("Linked")),
    (LinkState.QUESTION, _("Waiting for your answer")),
    (LinkState.READY, _("Set up when the writer opens")),
    (LinkState.FAILED, _("Not set up at Fullscript")),
]


def _email_key(column: str) -> "models.GeneratedField":
    """Return a column by which an email is found, kept by the database itself.

    Case is taken away there and not in the query: beneath row-level security an index serves only comparisons that
    cannot leak, as equality is and `upper()` is not.
    """
    return models.GeneratedField(
        expression=Lower(Trim(column)), output_field=models.TextField(), db_persist=True
    )


class PatientLinkQuerySet(TenantQuerySet["PatientLink"]):
    """Links, by whether they count."""

    def current(self) -> "PatientLinkQuerySet":
        """Those that stand, for writing or only to receive."""
        return self.filter(ended_at=None)

    def for_writing(self) -> "PatientLinkQuerySet":
        """The one link of each patient that prescriptions go by."""
        return self.current().filter(is_for_writing=True)

    def to_confirm(self) -> "PatientLinkQuerySet":
        """Those of active patients, at the present dispensary, of whom somebody must say who they are there."""
        return self.for_writing().filter(
            state=LinkState.QUESTION, dispensary__ended_at=None, patient__is_active=True
        )

    def given(self, email: str) -> "PatientLinkQuerySet":
        """Those of patients to whom somebody here gave this email for the dispensary."""
        return self.filter(email_given_key=Lower(Trim(models.Value(email))))

    def known_there_as(self, email: str) -> "PatientLinkQuerySet":
        """Those of patients who were last seen at the dispensary with this email."""
        return self.filter(email_there_key=Lower(Trim(models.Value(email))))


class PatientLink(TenantModel):
    """A chart's patient and the dispensary's patient that is the same person.

    A patient has one link for writing; others, which a merge of two charts brings, only receive.
    `email_for_fullscript` stands for the chart's email at the dispensary alone. `remote_email` is the email
    there as last seen; `email_settled` the one here when the two were last agreed on (see rules.email_question).
    """

    dispensary = TenantForeignKey("clinic_prescriptions.Dispensary", related_name="links")
    patient = TenantForeignKey("clinic_patients.Patient", related_name="+")
    state = models.CharField(max_length=12, choices=STATES)
    remote_id = models.CharField(max_length=64, null=True)  # noqa: DJ001  (unique among those known)
    remote_name = models.CharField(max_length=240, blank=True)
    how = models.CharField(max_length=12, blank=True)
    reason = models.TextField(blank=True)
    made_by = TenantForeignKey("clinic_accounts.Membership", null=True, related_name="+")
    created_at = models.DateTimeField()
    linked_at = models.DateTimeField(null=True)
    imported_at = models.DateTimeField(null=True)
    is_for_writing = models.BooleanField(default=True)
    email_for_fullscript = models.CharField(max_length=254, blank=True)
    remote_email = models.CharField(max_length=254, blank=True)
    email_settled = models.CharField(max_length=254, blank=True)
    email_update_asked_at = models.DateTimeField(null=True)
    email_update_refused = models.TextField(blank=True)
    email_given_key = _email_key("email_for_fullscript")
    email_there_key = _email_key("remote_email")
    ended_at = models.DateTimeField(null=True)
    ended_by = TenantForeignKey("clinic_accounts.Membership", null=True, related_name="+")
    end_reason = models.CharField(max_length=40, blank=True)

    objects: ClassVar[PatientLinkQuerySet] = PatientLinkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispensary", "patient"],
                condition=models.Q(ended_at=None, is_for_writing=True),
                name="link_one_per_patient",
            ),
            models.UniqueConstraint(
                fields=["dispensary", "remote_id"],
                condition=models.Q(ended_at=None),
                name="link_one_per_remote_patient",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=LinkState.LINKED) | models.Q(remote_id__isnull=False),
                name="link_knows_whom",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "patient"], name="link_by_patient"),
            models.Index(
                fields=["dispensary", "state", "id"], condition=models.Q(ended_at=None), name="link_by_state"
            ),
            models.Index(
                fields=["organization", "email_given_key"],
                condition=models.Q(ended_at=None),
                name="link_by_email_given",
            ),
            models.Index(
                fields=["organization", "email_there_key"],
                condition=models.Q(ended_at=None),
                name="link_by_email_there",
            ),
        ]

    @property
    def is_email_anothers(self) -> bool:
        """Whether everybody there with the patient's email was answered to be somebody else."""
        return self.reason == rules.NEEDS_EMAIL

    @property
    def needs_email(self) -> bool:
        """Whether **Email for Fullscript** is the way out: none there is the patient, or it was refused there."""
        return self.state == LinkState.FAILED and (self.is_email_anothers or bool(self.email_for_fullscript))


class Answer(models.TextChoices):
    """What somebody said about the two people."""

    SAME = "same", _("Same person")
    DIFFERENT = "different", _("Different person")


class LinkCandidate(TenantModel):
    """Somebody at the dispensary who may be the chart's person, as last seen there, and what was answered."""

    link = TenantForeignKey(PatientLink, on_delete=models.CASCADE, related_name="candidates")
    remote_id = models.CharField(max_length=64)
    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=254, blank=True)
    date_of_birth = models.DateField(null=True)
    is_archived = models.BooleanField(default=False)
    is_dependent = models.BooleanField(default=False)
    seen_at = models.DateTimeField()
    answer = models.CharField(max_length=12, choices=Answer.choices, blank=True)
    answered_by = TenantForeignKey("clinic_accounts.Membership", null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link", "remote_id"], name="candidate_once_per_link"),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at=None)
                | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
                name="candidate_answered_when",
            ),
        ]
        indexes = [models.Index(fields=["organization", "link"], name="candidate_by_link")]

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()
