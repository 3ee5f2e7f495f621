"""Brands, ingredients and the other words, and the dispensary's favourites categories, by the API."""

from uuid import uuid4

import pytest

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.api import factories as api
from betony.dispensary.catalog import actions, factories
from betony.dispensary.catalog.models import Allergen, Brand, Certification, Ingredient, SupplementType
from betony.kit import tenancy

WORDS = [
    ("ingredients", "ingredient", Ingredient),
    ("allergens", "allergen", Allergen),
    ("supplement_types", "supplement_type", SupplementType),
    ("third_party_certifications", "third_party_certification", Certification),
]


@pytest.mark.parametrize(("many", "one", "model"), WORDS)
def test_words_are_listed_by_name_and_shown_one_by_one(ask, many, one, model):
    last, first = (model.objects.create(name=name) for name in ("Zinc", "Algae"))
    answer = ask(f"catalog/{many}").json()
    assert answer[many] == [{"id": str(first.pk), "name": "Algae"}, {"id": str(last.pk), "name": "Zinc"}]
    assert answer["meta"]["total_count"] == 2
    assert ask(f"catalog/{many}/{last.pk}").json() == {one: {"id": str(last.pk), "name": "Zinc"}}
    assert ask(f"catalog/{many}/{uuid4()}").status_code == 404


def test_brands_can_be_asked_for_as_available_and_permitted(ask):
    Brand.objects.filter(pk=factories.brand(name="Half Moon").pk).update(is_available=False)
    factories.brand(name="Boreal Kin", countries=("CA",))
    factories.brand(name="Fernway Labs")

    def names(**parameters):
        return [brand["name"] for brand in ask("catalog/brands", **parameters).json()["brands"]]

    assert names() == ["Boreal Kin", "Fernway Labs", "Half Moon"]
    for yes in ("true", "True", "1"):
        assert names(available=yes) == ["Boreal Kin", "Fernway Labs"]
    assert names(available="False") == names()
    assert ask("catalog/brands", available="perhaps").status_code == 422
    assert names(clinic_permitted="true") == ["Fernway Labs", "Half Moon"]
    assert names(available="true", clinic_permitted="true") == ["Fernway Labs"]


def test_a_brand_tells_its_status(ask):
    brand = factories.brand()
    answer = ask(f"catalog/brands/{brand.pk}").json()["brand"]
    assert answer == {
        "id": str(brand.pk),
        "name": "Fernway Labs",
        "prefix": brand.prefix,
        "status": "available",
    }
    assert ask(f"catalog/brands/{uuid4()}").status_code == 404


def test_practitioner_types_are_listed_by_code(ask):
    answer = ask("catalog/practitioner_types").json()
    codes = [kind["code"] for kind in answer["practitioner_types"]]
    assert codes == sorted(codes)
    assert "ND" in codes


def test_the_dispensarys_categories_are_listed_and_shown_with_their_size(ask, cedar):
    by = factories.alice(cedar)
    sleep = actions.add_category(by=by, name="Sleep")
    actions.add_category(by=by, name="Digestion")
    actions.add_to_category(by=by, category=sleep, product=factories.product())
    names = [one["name"] for one in ask("clinic/categories").json()["categories"]]
    assert names == ["Digestion", "Sleep"]
    shown = ask(f"clinic/categories/{sleep.pk}").json()["category"]
    assert shown == {"id": str(sleep.pk), "name": "Sleep", "product_count": 1}
    products = ask(f"clinic/categories/{sleep.pk}/products").json()["products"]
    assert [product["name"] for product in products] == ["Zinc Picolinate 30 mg"]


def test_a_category_of_another_dispensary_is_unknown(ask):
    other = accounts.organization()
    with tenancy.organization(other.pk):
        category = actions.add_category(by=factories.alice(other), name="Sleep")
    for wrong in (category.pk, uuid4()):
        assert ask(f"clinic/categories/{wrong}").status_code == 404
        assert ask(f"clinic/categories/{wrong}/products").status_code == 404


def test_categories_need_the_scope_of_the_clinic(owner):
    response = api.program(owner, scopes=["catalog:read"]).get("clinic/categories")
    assert response.status_code == 403
    assert "`clinic`" in response.json()["error"]
