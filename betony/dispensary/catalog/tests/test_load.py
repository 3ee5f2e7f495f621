"""The demo catalogue is stored whole, once, with the choices of a dispensary."""

from datetime import date, timedelta

import pytest
from django.db.models import Count

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.catalog import queries
from betony.dispensary.catalog.demo import choices, generator, load
from betony.dispensary.catalog.models import Brand, Product, Variant
from betony.dispensary.practices import factories as practices
from betony.kit import tenancy

TODAY = date(2026, 11, 21)
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_everything_is_stored_and_a_second_time_changes_nothing():
    count = load.load_catalogue(today=TODAY, using="default")
    assert count == Variant.objects.count() == sum(len(one.variants) for one in generator.demo_products())
    assert load.load_catalogue(today=TODAY, using="default") == count


def test_every_stored_product_has_ingredients_types_sizes_and_a_picture():
    load.load_catalogue(today=TODAY, using="default")
    bare = Product.objects.annotate(of=Count("contents"), kinds=Count("supplement_types")).filter(of=0)
    assert not bare.exists()
    assert not Product.objects.filter(supplement_types=None).exists()
    assert Product.objects.filter(variants__is_primary=True).count() == Product.objects.count()
    assert Brand.objects.count() >= 32


def test_backordered_sizes_are_back_on_a_day_counted_from_the_day_of_loading():
    load.load_catalogue(today=TODAY, using="default")
    threonate = Variant.objects.get(
        product__name="Magnesium L-Threonate", product__brand__name="Northlight", units=90
    )
    assert threonate.expected_back_date == TODAY + timedelta(days=5)


def test_a_dispensary_gets_its_favourites_and_refuses_what_it_does_not_permit():
    load.load_catalogue(today=TODAY, using="default")
    organization = accounts.organization()
    with tenancy.organization(organization.pk):
        load.load_choices(
            organization_id=organization.pk, refused=choices.NOT_PERMITTED_AT_MEADOWLARK, using="default"
        )
        found = queries.categories(organization)
        assert {category.name: category.product_count for category in found} == {
            name: len(keys) for name, keys in choices.FAVOURITES.items()
        }
        assert (
            not queries.permitted(organization).filter(name="Kava 100 mg", brand__name="Rowan Tide").exists()
        )
        sleep = next(category for category in found if category.name == "Sleep and calm")
        kava = queries.category_products(organization, sleep).get(name="Kava 100 mg")
        assert not kava.is_permitted_here


def test_searching_for_magnesium_answers_as_in_the_pictures():
    load.load_catalogue(today=TODAY, using="default")
    organization = accounts.organization()
    with tenancy.organization(organization.pk):
        found = [product.name for product in queries.searched(organization, text="magnesium")[:3]]
    assert found == ["Magnesium Glycinate 120 mg", "Magnesium Citrate Powder", "Magnesium L-Threonate"]


def test_a_practitioner_gets_the_dosages_saved_for_them():
    load.load_catalogue(today=TODAY, using="default")
    organization = accounts.organization()
    with tenancy.organization(organization.pk):
        nina = practices.practitioner(organization)
        load.load_dosages(organization_id=organization.pk, practitioner_id=nina.pk, using="default")
        magnesium = Product.objects.get(name="Magnesium Glycinate 120 mg", brand__name="Alder & Ash")
        saved = queries.custom_dosage(organization, product_id=magnesium.pk, practitioner_id=nina.pk)
    assert saved is not None
    assert saved.additional_info == "at bedtime, with water"
