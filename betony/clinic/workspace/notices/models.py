"""Notices: what somebody should know although they were not looking, one row for each of those it is for."""

from typing import ClassVar

from django.db import models

from betony.clinic.workspace.notices.rules import Kind
from betony.kit.tenancy.models import TenantForeignKey, TenantModel, TenantQuerySet

# What each kind is about: exactly this reference is set.
CAUSES = {
    Kind.NOT_SENT: "prescription",
    Kind.CHANGE_NOT_SENT: "prescription",
    Kind.TAKEN_BACK: "prescription",
    Kind.CONNECTION_BROKE: "connection",
    Kind.TO_CONFIRM: "dispensary",
    Kind.NOBODY_CONNECTED: "dispensary",
}


def _about(cause: str) -> models.Q:
    """Return the condition that this reference is set and the others are not."""
    return models.Q(**{f"{name}__isnull": name != cause for name in set(CAUSES.values())})


class Inbox(TenantModel):
    """One member's inbox. Its version grows with every change, so that an open page can ask cheaply.

    Who changes notices locks the inboxes they belong to first.
    """

    membership = TenantForeignKey("clinic_accounts.Membership", related_name="+")
    version = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership"], name="inbox_one_per_member")]


class NoticeQuerySet(TenantQuerySet["Notice"]):
    """Notices, by what becomes of them."""

    def unread(self) -> "NoticeQuerySet":
        """Those that count: neither read nor settled."""
        return self.filter(read_at=None, settled_at=None)

    def unsettled(self) -> "NoticeQuerySet":
        return self.filter(settled_at=None)


class Notice(TenantModel):
    """One thing that happened, for one member: once for each cause, however often it is told.

    `occasion` tells one happening of the cause from the next: a prescription may fail, be tried again and fail
    again. A next occasion makes the notice new again. What it says is read from its cause when it is shown.
    """

    recipient = TenantForeignKey("clinic_accounts.Membership", related_name="+")
    kind = models.CharField(max_length=20)
    prescription = TenantForeignKey("clinic_prescriptions.Prescription", null=True, related_name="+")
    connection = TenantForeignKey("clinic_prescriptions.Connection", null=True, related_name="+")
    dispensary = TenantForeignKey("clinic_prescriptions.Dispensary", null=True, related_name="+")
    occasion = models.CharField(max_length=40)
    happened_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects: ClassVar[NoticeQuerySet] = NoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "prescription", "connection", "dispensary"],
                name="notice_once_per_cause",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(
                    *[models.Q(kind=kind.value) & _about(cause) for kind, cause in CAUSES.items()],
                    _connector=models.Q.OR,
                ),
                name="notice_has_its_cause",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "recipient", "-happened_at", "-id"], name="notice_newest_first"
            ),
            models.Index(
                fields=["organization", "recipient", "kind"],
                condition=models.Q(read_at=None, settled_at=None),
                name="notice_unread",
            ),
        ]


class MailWish(TenantModel):
    """Whether a member wants mails about a kind of notice; without a row the kind's own rule holds."""

    membership = TenantForeignKey("clinic_accounts.Membership", related_name="+")
    kind = models.CharField(max_length=20)
    is_wanted = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "kind"], name="mail_wish_once")]
