"""A product changes, for one dispensary or for all, and applications are told: they check prescriptions against it."""

from uuid import UUID

from django.conf import settings
from django.db import transaction

from betony.dispensary.accounts.models import Integration, Organization
from betony.dispensary.catalog import access, actions, shapes
from betony.dispensary.catalog.models import Product, Variant
from betony.dispensary.webhooks import actions as webhooks
from betony.dispensary.webhooks.rules import PRODUCT_UPDATED
from betony.kit import clock, tenancy
from betony.kit.actor import Actor


@transaction.atomic
def set_permission(*, by: Actor, organization: Organization, product: Product, is_permitted: bool) -> None:
    """Decide whether the dispensary sells the product: where it does not, its sizes are unavailable."""
    if actions.set_permission(by=by, product=product, is_permitted=is_permitted):
        _tell(by, organization, product.pk)


@transaction.atomic
def change_variant(*, by: Actor, sku: str, changes: actions.VariantChanges) -> Variant:
    """Change a size of a product for everybody, and tell the applications of every dispensary that has some.

    Raises NoSuchVariant, StatusUnknown and NothingChanges.
    """
    variant = actions.change_variant(by=by, sku=sku, changes=changes)
    with_applications = Integration.objects.values("organization_id")
    for organization in Organization.objects.filter(pk__in=with_applications).order_by("pk"):
        with tenancy.organization(organization.pk):
            _tell(by, organization, variant.product_id)
    return variant


def _tell(by: Actor, organization: Organization, product_id: UUID) -> None:
    found = access.product(organization, product_id=product_id)
    setting = shapes.Setting(today=clock.now().date(), base_url=settings.BETONY_PUBLIC_URL)
    webhooks.record_event(
        by=by, organization_id=organization.pk, event_type=PRODUCT_UPDATED, subject_id=product_id,
        data={"product": shapes.product(found, custom_dosage=None, setting=setting)},
    )  # fmt: skip
