"""Search finds what is meant, best first, and only what the dispensary may sell."""

import pytest
from django.db import connection

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.catalog import actions, factories, queries
from betony.dispensary.catalog.models import Allergen, Certification, Ingredient, SupplementType
from betony.dispensary.catalog.queries import Filter
from betony.kit import tenancy

pytestmark = pytest.mark.django_db


@pytest.fixture
def cedar():
    organization = accounts.organization()
    with tenancy.organization(organization.pk):
        yield organization


def _names(organization, text="", **narrowed):
    return [
        product.name for product in queries.searched(organization, text=text, narrowed=Filter(**narrowed))
    ]


@pytest.mark.parametrize(
    "text",
    ["picolin", "ZINC", "fernway", "zinc fernway", "sku-", "zinc piccolinate", "picolinat zinc", "lábs"],
)
def test_it_finds_any_part_of_name_brand_ingredient_and_sku(cedar, text):
    factories.product()
    factories.product(name="Garlic", of_brand=factories.brand(name="Rowan Tide"), ingredients=("Garlic",))
    assert "Zinc Picolinate 30 mg" in _names(cedar, text)


def test_a_single_letter_begins_a_word(cedar):
    factories.product(name="Tested Vitamin C", ingredients=("Vitamin C",), popularity=9)
    factories.product(name="Vitamin E 400 IU", ingredients=("Vitamin E",), popularity=2)
    factories.product(name="E-Complex Vitamin", ingredients=("Vitamin E",), popularity=1)
    assert _names(cedar, "vitamin e") == ["Vitamin E 400 IU", "E-Complex Vitamin"]


def test_every_word_must_be_found(cedar):
    factories.product()
    assert _names(cedar, "zinc garlic") == []


@pytest.mark.parametrize("text", ["%", "_", "100%", "\\", "'; drop table", "--", "%%%"])
def test_signs_of_the_query_language_are_ordinary_text(cedar, text):
    factories.product()
    assert _names(cedar, text) == []


def test_an_empty_search_lists_the_popular_ones_first(cedar):
    factories.product(name="Rare", popularity=1)
    factories.product(name="Common", popularity=9)
    assert _names(cedar) == _names(cedar, "   ") == ["Common", "Rare"]


def test_products_of_that_name_come_before_products_with_that_ingredient(cedar):
    factories.product(name="Bone Matrix", ingredients=("Calcium", "Magnesium"), popularity=9)
    factories.product(name="Magnesium Malate", ingredients=("Magnesium",), popularity=1)
    assert _names(cedar, "magnesium") == ["Magnesium Malate", "Bone Matrix"]


def test_a_misspelt_word_comes_after_an_exact_one(cedar):
    factories.product(name="Rhodiola Plus", ingredients=("Rhodiola",), popularity=9)
    factories.product(name="Rhodiolla Root", ingredients=("Rhodiola",), popularity=1)
    assert _names(cedar, "rhodiolla") == ["Rhodiolla Root", "Rhodiola Plus"]


def test_what_the_dispensary_does_not_permit_is_not_found(cedar):
    product = factories.product()
    actions.set_permission(by=factories.alice(cedar), product=product, is_permitted=False)
    assert _names(cedar, "zinc") == []
    actions.set_permission(by=factories.alice(cedar), product=product, is_permitted=True)
    assert _names(cedar, "zinc") == ["Zinc Picolinate 30 mg"]


def test_a_brand_of_another_country_is_not_found(cedar):
    factories.product(of_brand=factories.brand(name="Boreal Kin", countries=("CA",)))
    assert _names(cedar, "zinc") == []
    assert not queries.listed(cedar).get().is_permitted_here


def test_one_dispensarys_decision_does_not_reach_another(cedar):
    product = factories.product()
    other = accounts.organization()
    with tenancy.organization(other.pk):
        actions.set_permission(by=factories.alice(other), product=product, is_permitted=False)
    assert _names(cedar, "zinc") == ["Zinc Picolinate 30 mg"]


def test_it_is_narrowed_by_brand_ingredients_types_claims_and_certifications(cedar):
    zinc = factories.product()
    garlic = factories.product(
        name="Garlic", of_brand=factories.brand(name="Rowan Tide"), ingredients=("Garlic", "Sulphur")
    )
    soy, dairy = (Allergen.objects.create(name=name) for name in ("Soy Free", "Dairy Free"))
    zinc.free_of.set([soy, dairy])
    garlic.free_of.set([soy])
    tested = Certification.objects.create(name="Third-party tested")
    garlic.certifications.set([tested])
    minerals = SupplementType.objects.create(name="minerals")
    zinc.supplement_types.set([minerals])
    ids = {one.name: one.pk for one in Ingredient.objects.all()}

    assert _names(cedar, brand_id=garlic.brand_id) == ["Garlic"]
    assert _names(cedar, ingredient_ids=[ids["Sulphur"]]) == ["Garlic"]
    assert len(_names(cedar, ingredient_ids=[ids["Sulphur"], ids["Zinc"], ids["Garlic"]])) == 2
    assert _names(cedar, supplement_type_ids=[minerals.pk]) == ["Zinc Picolinate 30 mg"]
    assert len(_names(cedar, allergen_ids=[soy.pk])) == 2
    assert _names(cedar, allergen_ids=[soy.pk, dairy.pk]) == ["Zinc Picolinate 30 mg"]
    assert _names(cedar, "zinc", certification_ids=[tested.pk]) == []


def test_a_page_takes_two_queries_however_many_products_it_shows(cedar, django_assert_num_queries):
    for number in range(12):
        factories.product(name=f"Zinc {number}", statuses=("available", "backordered"))
    with django_assert_num_queries(2):
        for product in queries.searched(cedar, text="zinc")[:10]:
            assert [variant.is_primary for variant in product.variants.all()] == [True, False]
            assert product.brand.name
            assert product.is_permitted_here


def test_similar_products_share_the_leading_ingredient_and_the_popular_come_first(cedar):
    zinc = factories.product()
    factories.product(name="Zinc Balance", ingredients=("Copper", "Zinc"), popularity=1)
    factories.product(name="Zinc Lozenge", ingredients=("Zinc",), popularity=5)
    factories.product(name="Copper", ingredients=("Copper",), popularity=9)
    assert [one.name for one in queries.similar(cedar, zinc)] == ["Zinc Lozenge", "Zinc Balance"]


def test_variants_are_named_by_id_or_by_sku(cedar):
    product = factories.product(statuses=("available", "backordered"))
    first, second = product.variants.order_by("units")
    names = [str(first.pk), second.sku, "no-such-sku", "b9a6e2f0-0000-4000-8000-000000000000"]
    found = queries.variants_named(cedar, names)
    assert found == {str(first.pk): first, second.sku: second}


def test_the_index_serves_the_search(cedar):
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off; set local enable_indexscan = off")
    plan = queries.searched(cedar, text="magnesium").order_by().values("pk").explain()
    assert "product_search" in plan
