"""Favourites, saved dosages and permissions: each change is audited, nobody reaches another dispensary's."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.catalog import access, actions, factories, queries
from betony.dispensary.catalog.models import CustomDosage, FavouriteProduct, FavouritesCategory
from betony.dispensary.catalog.rules import Dosage
from betony.dispensary.practices import factories as practices
from betony.kit import tenancy
from betony.kit.actor import ANONYMOUS, NotPermitted
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent


@pytest.fixture
def cedar(db):
    organization = accounts.organization()
    with tenancy.organization(organization.pk):
        yield organization


@pytest.fixture
def alice(cedar):
    return factories.alice(cedar)


def _audited():
    return list(AuditEvent.objects.order_by("id").values_list("action", "changes"))


def test_a_category_is_added_with_tidy_spaces(cedar, alice):
    actions.add_category(by=alice, name="  Sleep   and calm ")
    found = queries.categories(cedar).get()
    assert (found.name, found.product_count) == ("Sleep and calm", 0)
    assert _audited() == [("catalog.category_added", {"name": ["", "Sleep and calm"]})]


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_category_needs_a_name_of_a_good_length(alice, name):
    with pytest.raises(actions.CategoryNameMissing):
        actions.add_category(by=alice, name=name)


def test_a_name_is_given_once_whatever_its_capitals(alice):
    actions.add_category(by=alice, name="Sleep")
    with pytest.raises(actions.CategoryNameTaken):
        actions.add_category(by=alice, name="SLEEP")


def test_another_dispensary_may_use_the_same_name(alice):
    actions.add_category(by=alice, name="Sleep")
    other = accounts.organization()
    with tenancy.organization(other.pk):
        actions.add_category(by=factories.alice(other), name="Sleep")
        assert queries.categories(other).count() == 1


def test_a_category_is_renamed_and_may_keep_its_own_name_in_capitals(cedar, alice):
    category = actions.add_category(by=alice, name="sleep")
    actions.rename_category(by=alice, category=category, name="Sleep")
    assert queries.categories(cedar).get().name == "Sleep"
    assert _audited()[-1] == ("catalog.category_renamed", {"name": ["sleep", "Sleep"]})


def test_a_category_is_not_renamed_to_the_name_of_another(alice):
    actions.add_category(by=alice, name="Sleep")
    category = actions.add_category(by=alice, name="Calm")
    with pytest.raises(actions.CategoryNameTaken):
        actions.rename_category(by=alice, category=category, name="sleep")


def test_a_removed_category_takes_its_list_with_it_and_leaves_the_products(cedar, alice):
    category = actions.add_category(by=alice, name="Sleep")
    product = factories.product()
    actions.add_to_category(by=alice, category=category, product=product)
    actions.remove_category(by=alice, category=category)
    assert not queries.categories(cedar).exists()
    assert not FavouriteProduct.objects.exists()
    assert queries.listed(cedar).count() == 1
    removed = {"name": ["Sleep", ""], "products": [[str(product.pk)], []]}
    assert _audited()[-1] == ("catalog.category_removed", removed)


def test_a_product_stands_in_a_category_once(cedar, alice):
    category, product = actions.add_category(by=alice, name="Sleep"), factories.product()
    actions.add_to_category(by=alice, category=category, product=product)
    with pytest.raises(actions.AlreadyInCategory):
        actions.add_to_category(by=alice, category=category, product=product)
    assert list(queries.category_products(cedar, category)) == [product]
    assert queries.categories(cedar).get().product_count == 1


def test_a_product_is_taken_out_of_a_category_once(cedar, alice):
    category, product = actions.add_category(by=alice, name="Sleep"), factories.product()
    actions.add_to_category(by=alice, category=category, product=product)
    actions.remove_from_category(by=alice, category=category, product=product)
    with pytest.raises(actions.NotInCategory):
        actions.remove_from_category(by=alice, category=category, product=product)
    assert _audited()[-1] == ("catalog.favourite_removed", {"product": [str(product.pk), None]})


def test_a_category_of_another_dispensary_looks_unknown(alice):
    other = accounts.organization()
    with tenancy.organization(other.pk):
        category = actions.add_category(by=factories.alice(other), name="Sleep")
    product = factories.product()
    for attempt in (
        lambda: access.category(by=alice, category_id=category.pk),
        lambda: access.category(by=alice, category_id=uuid4()),
        lambda: access.category(by=ANONYMOUS, category_id=category.pk),
        lambda: actions.rename_category(by=alice, category=category, name="Mine"),
        lambda: actions.remove_category(by=alice, category=category),
        lambda: actions.add_to_category(by=alice, category=category, product=product),
    ):
        with pytest.raises(NotPermitted):
            attempt()


def test_a_place_in_another_dispensarys_category_cannot_be_stored(cedar):
    other = accounts.organization()
    with tenancy.organization(other.pk):
        category = actions.add_category(by=factories.alice(other), name="Sleep")
    with pytest.raises(DatabaseError), transaction.atomic():
        FavouriteProduct.objects.create(organization=cedar, category=category, product=factories.product())


def test_a_saved_dosage_replaces_the_earlier_one_and_tells_what_changed(cedar, alice):
    practitioner, product = practices.practitioner(cedar), factories.product()
    first = Dosage(amount="2", frequency="once per day", duration="90", format="capsule")
    actions.save_dosage(by=alice, practitioner=practitioner, product=product, dosage=first)
    second = Dosage(amount="1", frequency="once per day", duration="90", format="capsule")
    actions.save_dosage(by=alice, practitioner=practitioner, product=product, dosage=second)
    saved = queries.custom_dosage(cedar, product_id=product.pk, practitioner_id=practitioner.pk)
    assert saved is not None
    assert saved.amount == "1"
    assert _audited()[-1] == ("catalog.dosage_saved", {"amount": ["2", "1"]})


def test_a_forgotten_dosage_is_gone(cedar, alice):
    practitioner, product = practices.practitioner(cedar), factories.product()
    actions.save_dosage(by=alice, practitioner=practitioner, product=product, dosage=Dosage(amount="2"))
    actions.forget_dosage(by=alice, practitioner=practitioner, product=product)
    assert not CustomDosage.objects.exists()
    with pytest.raises(actions.NoDosageSaved):
        actions.forget_dosage(by=alice, practitioner=practitioner, product=product)


def test_a_dosage_cannot_be_saved_for_another_dispensarys_practitioner(alice):
    other = accounts.organization()
    with tenancy.organization(other.pk):
        practitioner = practices.practitioner(other)
    with pytest.raises(NotPermitted):
        actions.save_dosage(
            by=alice, practitioner=practitioner, product=factories.product(), dosage=Dosage(amount="2")
        )


def test_a_decision_about_a_product_is_audited_with_the_one_before(alice):
    product = factories.product()
    new = [
        actions.set_permission(by=alice, product=product, is_permitted=is_permitted)
        for is_permitted in (True, False, False, True)
    ]
    # Where nothing was decided a product is sold, and deciding the same again is nothing new.
    assert new == [False, True, False, True]
    assert [changes["is_permitted"] for _action, changes in _audited()] == [[True, False], [False, True]]


def test_a_change_that_cannot_be_audited_is_undone(cedar, alice, monkeypatch):
    def fail(**_event):
        raise DatabaseError("the trail is full")

    monkeypatch.setattr(trail, "record", fail)
    with pytest.raises(DatabaseError):
        actions.add_category(by=alice, name="Sleep")
    assert not queries.categories(cedar).exists()


def test_two_who_add_the_same_category_at_once_make_one(at_once):
    organization = accounts.organization()

    def add():
        with tenancy.organization(organization.pk):
            return actions.add_category(by=factories.alice(organization), name="Sleep")

    results = at_once(add, add)
    assert sorted(type(result).__name__ for result in results) == ["CategoryNameTaken", "FavouritesCategory"]
    with tenancy.organization(organization.pk):
        assert FavouritesCategory.objects.count() == AuditEvent.objects.count() == 1
