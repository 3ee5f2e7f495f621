"""What a record that belongs to an organization is made of."""

from typing import Any, Self, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import models

from betony.kit.identifiers import uuid7

Row = TypeVar("Row", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[Row]):
    """Rows of organizations; the first lock is asking for one of them."""

    def for_organization(self, organization_id: UUID) -> Self:
        return self.filter(organization_id=organization_id)


class TenantModel(models.Model):
    """A row of one organization. Its migration must run `SecureTable` on it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(
        settings.BETONY_ORGANIZATION_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        abstract = True


class TenantForeignKey(models.ForeignKey):  # type: ignore[type-arg]  # generic only in the stubs
    """A reference to a row of the same organization.

    Django makes no constraint for it: `SecureTable` adds one over (organization, id), which a row of
    another organization cannot satisfy.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **options: Any) -> None:
        options["db_constraint"] = False
        super().__init__(to, on_delete, **options)
