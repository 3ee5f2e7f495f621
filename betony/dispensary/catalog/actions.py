"""Every change of the catalogue: what a dispensary makes of it, and what is new for all of them."""

import dataclasses
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.html import linebreaks
from django.utils.translation import gettext_lazy as _

from betony.dispensary.catalog import rules
from betony.dispensary.catalog.models import (
    CustomDosage,
    FavouriteProduct,
    FavouritesCategory,
    Product,
    ProductPermission,
    Variant,
)
from betony.dispensary.catalog.rules import Dosage
from betony.dispensary.practices.models import Practitioner
from betony.kit.actor import Actor, NotPermitted
from betony.kit.audit import trail

LONGEST_NAME = 80


class CategoryNameMissing(Exception):
    """A category needs a name of at most 80 characters."""

    sentence = _("Give the category a name of at most 80 characters.")


class CategoryNameTaken(Exception):
    """The dispensary has a category of this name, whatever its capitals."""

    sentence = _("There is already a category with this name.")


class AlreadyInCategory(Exception):
    """The product stands in the category."""

    sentence = _("This product is already in the category.")


class NotInCategory(Exception):
    """The product does not stand in the category."""

    sentence = _("This product is not in the category.")


class NoSuchVariant(Exception):
    """No size has this SKU."""


class StatusUnknown(Exception):
    """A size has no such status."""


class NothingChanges(Exception):
    """Everything is as it should become already."""


class NoDosageSaved(Exception):
    """The practitioner has no dosage of their own for the product."""

    sentence = _("There is no saved dosage for this product.")


@transaction.atomic
def add_category(*, by: Actor, name: str) -> FavouritesCategory:
    """Add an empty category. Raises CategoryNameMissing, CategoryNameTaken, NotPermitted."""
    organization_id = _organization_of(by)
    wanted = _free_name(organization_id, name)
    # Two at once: the second waits for the first, inserts nothing and is told so.
    made = FavouritesCategory.objects.bulk_create(
        [FavouritesCategory(organization_id=organization_id, name=wanted)], ignore_conflicts=True
    )[0]
    if not FavouritesCategory.objects.for_organization(organization_id).filter(pk=made.pk).exists():
        raise CategoryNameTaken
    trail.record(by=by, action="catalog.category_added", subject=made, changes={"name": ["", wanted]})
    return made


@transaction.atomic
def rename_category(*, by: Actor, category: FavouritesCategory, name: str) -> FavouritesCategory:
    """Give the category another name. Raises CategoryNameMissing, CategoryNameTaken, NotPermitted."""
    organization_id = _organization_of(by)
    # All of the dispensary's categories in key order: two renames cannot take the same name at once.
    rows = FavouritesCategory.objects.for_organization(organization_id).order_by("pk")
    locked = {row.pk: row for row in rows.select_for_update(of=("self",))}
    found = locked.get(category.pk)
    if found is None:
        raise NotPermitted("category")
    before, found.name = found.name, _free_name(organization_id, name, except_for=found.pk)
    found.save(update_fields=["name", "updated_at"])
    trail.record(
        by=by, action="catalog.category_renamed", subject=found, changes={"name": [before, found.name]}
    )
    return found


@transaction.atomic
def remove_category(*, by: Actor, category: FavouritesCategory) -> None:
    """Remove the category; its products stay in the catalogue."""
    found = _locked(by, category)
    places = FavouriteProduct.objects.for_organization(found.organization_id).filter(category=found)
    product_ids = [str(one) for one in places.order_by("pk").values_list("product_id", flat=True)]
    trail.record(
        by=by,
        action="catalog.category_removed",
        subject=found,
        changes={"name": [found.name, ""], "products": [product_ids, []]},
    )
    found.delete()


@transaction.atomic
def add_to_category(*, by: Actor, category: FavouritesCategory, product: Product) -> FavouriteProduct:
    """Put the product in the category. Raises AlreadyInCategory."""
    found = _locked(by, category)
    places = FavouriteProduct.objects.for_organization(found.organization_id)
    if places.filter(category=found, product=product).exists():
        raise AlreadyInCategory
    place = FavouriteProduct.objects.create(
        organization_id=found.organization_id, category=found, product=product
    )
    trail.record(
        by=by,
        action="catalog.favourite_added",
        subject=found,
        changes={"product": [None, str(product.pk)]},
    )
    return place


@transaction.atomic
def remove_from_category(*, by: Actor, category: FavouritesCategory, product: Product) -> None:
    """Take the product out of the category. Raises NotInCategory."""
    found = _locked(by, category)
    places = FavouriteProduct.objects.for_organization(found.organization_id)
    removed, _by_model = places.filter(category=found, product=product).delete()
    if not removed:
        raise NotInCategory
    trail.record(
        by=by,
        action="catalog.favourite_removed",
        subject=found,
        changes={"product": [str(product.pk), None]},
    )


@transaction.atomic
def save_dosage(*, by: Actor, practitioner: Practitioner, product: Product, dosage: Dosage) -> CustomDosage:
    """Save the practitioner's own dosage of the product, in place of an earlier one. Raises NotPermitted."""
    organization_id = _organization_of(by)
    if practitioner.organization_id != organization_id:
        raise NotPermitted("practitioner")
    values = dataclasses.asdict(dosage)
    saved, is_new = CustomDosage.objects.select_for_update(of=("self",)).get_or_create(
        organization_id=organization_id, practitioner=practitioner, product=product, defaults=values
    )
    changes = trail.changed_fields(CustomDosage() if is_new else saved, values)
    for name, value in values.items():
        setattr(saved, name, value)
    saved.save(update_fields=[*values, "updated_at"])
    trail.record(
        by=by,
        action="catalog.dosage_saved",
        subject=saved,
        changes={**changes, "product": [None, str(product.pk)]} if is_new else changes,
    )
    return saved


@transaction.atomic
def forget_dosage(*, by: Actor, practitioner: Practitioner, product: Product) -> None:
    """Forget the practitioner's own dosage, so that the label's counts again. Raises NoDosageSaved."""
    saved = (
        CustomDosage.objects.for_organization(_organization_of(by))
        .filter(practitioner=practitioner, product=product)
        .select_for_update(of=("self",))
        .first()
    )
    if saved is None:
        raise NoDosageSaved
    trail.record(
        by=by, action="catalog.dosage_forgotten", subject=saved, changes={"product": [str(product.pk), None]}
    )
    saved.delete()


@transaction.atomic
def set_permission(*, by: Actor, product: Product, is_permitted: bool) -> bool:
    """Decide whether the dispensary sells the product to its patients, and tell whether that is something new.

    Where nothing was decided a product is sold.
    """
    organization_id = _organization_of(by)
    decision, is_new = ProductPermission.objects.select_for_update(of=("self",)).get_or_create(
        organization_id=organization_id, product=product, defaults={"is_permitted": is_permitted}
    )
    before = True if is_new else decision.is_permitted
    if before == is_permitted:
        return False
    decision.is_permitted = is_permitted
    decision.save(update_fields=["is_permitted", "updated_at"])
    trail.record(
        by=by,
        action="catalog.permission_set",
        subject=product,
        changes={"is_permitted": [before, is_permitted]},
    )
    return True


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class VariantChanges:
    """What the keeper of the catalogue changes of a size and its product; None leaves a thing as it is."""

    status: str | None = None
    expected_back_date: date | None = None
    description: str | None = None


@transaction.atomic
def change_variant(*, by: Actor, sku: str, changes: VariantChanges) -> Variant:
    """Change what every dispensary sees of the size, and return it with `product` at hand.

    `description` is plain text. A new status ends the day it was expected back, unless one comes with it. Raises
    NoSuchVariant, StatusUnknown and NothingChanges.
    """
    rows = Variant.objects.select_for_update(of=("self", "product")).select_related("product__brand")
    variant = rows.filter(sku=sku).first()
    if variant is None:
        raise NoSuchVariant(sku)
    if changes.status is not None and changes.status not in rules.VARIANT_STATUSES:
        raise StatusUnknown(changes.status)
    values = {}
    if changes.status is not None:
        values = {"status": changes.status, "expected_back_date": changes.expected_back_date}
    told = trail.changed_fields(variant, values)
    for name, value in values.items():
        setattr(variant, name, value)
    words = None if changes.description is None else linebreaks(changes.description.strip(), autoescape=True)
    if words is not None and words != variant.product.description_html:
        told["description_html"] = [variant.product.description_html, words]
        variant.product.description_html = words
    if not told:
        raise NothingChanges
    variant.save(update_fields=["status", "expected_back_date"])
    variant.product.save(update_fields=["description_html", "updated_at"])
    trail.record(by=by, action="catalog.variant_changed", subject=variant, changes=told)
    return variant


def _organization_of(by: Actor) -> UUID:
    if by.organization_id is None:
        raise NotPermitted("catalog")
    return by.organization_id


def _free_name(organization_id: UUID, name: str, *, except_for: UUID | None = None) -> str:
    wanted = " ".join(name.split())
    if not 0 < len(wanted) <= LONGEST_NAME:
        raise CategoryNameMissing
    others = FavouritesCategory.objects.for_organization(organization_id)
    if except_for is not None:
        others = others.exclude(pk=except_for)
    if others.filter(name__iexact=wanted).exists():
        raise CategoryNameTaken
    return wanted


def _locked(by: Actor, category: FavouritesCategory) -> FavouritesCategory:
    """The category of the actor's own dispensary, held until the transaction ends."""
    rows = FavouritesCategory.objects.for_organization(_organization_of(by)).filter(pk=category.pk)
    found = rows.select_for_update(of=("self",)).first()
    if found is None:
        raise NotPermitted("category")
    return found
