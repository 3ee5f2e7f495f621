"""The only roads from a person and an id to a record of the catalogue. Unknown and foreign look the same."""

from typing import TypeVar
from uuid import UUID

from betony.dispensary.accounts.models import Organization
from betony.dispensary.catalog import queries
from betony.dispensary.catalog.models import FavouritesCategory
from betony.kit.actor import Actor, NotPermitted

Record = TypeVar("Record")


def category(*, by: Actor, category_id: UUID) -> FavouritesCategory:
    """The favourites category of the actor's own dispensary. Raises NotPermitted."""
    if by.organization_id is None:
        raise NotPermitted("category")
    found = FavouritesCategory.objects.for_organization(by.organization_id).filter(pk=category_id).first()
    return _known(found, "category")


def product(organization: Organization, *, product_id: UUID) -> queries.SeenProduct:
    """The product as the dispensary sees it, permitted or not. Raises NotPermitted when there is none."""
    return _known(queries.for_dispensary(organization).filter(pk=product_id).first(), "product")


def variant(organization: Organization, *, variant_id: UUID) -> queries.SeenVariant:
    """The variant as the dispensary sees it, permitted or not. Raises NotPermitted when there is none."""
    return _known(queries.variants(organization).filter(pk=variant_id).first(), "variant")


def _known(found: Record | None, what: str) -> Record:
    if found is None:
        raise NotPermitted(what)
    return found
