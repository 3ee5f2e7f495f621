"""What somebody has typed into a form and not saved yet."""

from uuid import UUID

from django.db import models

from betony.kit.tenancy.models import TenantForeignKey, TenantModel, TenantQuerySet


class UnfinishedFormQuerySet(TenantQuerySet["UnfinishedForm"]):
    """Unfinished forms, by what pages and actions need."""

    def of(self, membership_id: UUID) -> "UnfinishedFormQuerySet":
        return self.filter(membership_id=membership_id)

    def still_typed(self) -> "UnfinishedFormQuerySet":
        return self.filter(finished_at=None)


class UnfinishedForm(TenantModel):
    """One form that one member is typing into: which one, and what stands in it, sealed.

    Its id is given by the page that draws the form. One that is finished holds nothing any more; it stays for a day,
    so that what was on its way when it was saved begins it no second time.
    """

    membership = TenantForeignKey("clinic_accounts.Membership", related_name="+")
    # The address the form is sent to: which form it is, and of which record.
    path = models.CharField(max_length=300)
    typed_sealed = models.TextField(blank=True)
    began_at = models.DateTimeField()
    typed_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = UnfinishedFormQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(finished_at=None) | models.Q(typed_sealed=""),
                name="unfinished_form_keeps_nothing_once_finished",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "membership", "path", "-typed_at"], name="unfinished_form_of_page"
            ),
            models.Index(fields=["organization", "typed_at"], name="unfinished_form_by_age"),
        ]
