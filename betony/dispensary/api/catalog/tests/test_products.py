"""Products and variants by the API: lists, search, similar ones, one by id."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.api import factories as api
from betony.dispensary.api.catalog import urls
from betony.dispensary.catalog import actions, factories
from betony.dispensary.catalog.models import Allergen, Certification, Ingredient, SupplementType
from betony.dispensary.catalog.rules import Dosage
from betony.dispensary.practices import factories as practices
from betony.kit import tenancy


def _names(response):
    assert response.status_code == 200, response.content
    return [product["name"] for product in response.json()["products"]]


def test_all_products_are_listed_by_name_in_pages(ask):
    for name in ("Zinc", "Garlic", "Ginger"):
        factories.product(name=name)
    answer = ask("catalog/products", **{"page[size]": "2"}).json()
    assert [product["name"] for product in answer["products"]] == ["Garlic", "Ginger"]
    assert answer["meta"] == {
        "current_page": 1,
        "next_page": 2,
        "prev_page": None,
        "total_pages": 2,
        "total_count": 3,
    }
    assert _names(ask("catalog/products", **{"page[size]": "2", "page[number]": "2"})) == ["Zinc"]


def test_a_product_the_dispensary_refuses_is_listed_as_unavailable_and_never_found(ask, cedar):
    product = factories.product()
    actions.set_permission(by=factories.alice(cedar), product=product, is_permitted=False)
    row = ask("catalog/products").json()["products"][0]
    assert (row["status"], row["primary_variant"]["availability"]) == ("unavailable", "Not permitted")
    assert _names(ask("catalog/search/products", query="zinc")) == []
    assert ask(f"catalog/products/{product.pk}").json()["product"]["status"] == "unavailable"


def test_products_are_found_by_words(ask):
    factories.product()
    factories.product(name="Garlic", ingredients=("Garlic",))
    assert _names(ask("catalog/search/products", query="picolinate zinc")) == ["Zinc Picolinate 30 mg"]


def test_products_are_found_by_every_filter_with_brackets_or_without(ask):
    zinc = factories.product()
    factories.product(name="Garlic", of_brand=factories.brand(name="Rowan Tide"), ingredients=("Garlic",))
    allergen = Allergen.objects.create(name="Soy Free")
    zinc.free_of.add(allergen)
    certification = Certification.objects.create(name="Third-party tested")
    zinc.certifications.add(certification)
    kind = SupplementType.objects.create(name="minerals")
    zinc.supplement_types.add(kind)
    ingredient = Ingredient.objects.get(name="Zinc")
    for name, found in (
        ("brand_id", zinc.brand_id),
        ("ingredient_ids[]", ingredient.pk),
        ("ingredient_ids", ingredient.pk),
        ("allergen_ids[]", allergen.pk),
        ("supplement_type_ids[]", kind.pk),
        ("third_party_certification_ids[]", certification.pk),
    ):
        response = ask("catalog/search/products", **{name: str(found)})
        assert _names(response) == ["Zinc Picolinate 30 mg"], name


def test_an_unknown_brand_is_not_found_and_unknown_words_find_nothing(ask):
    factories.product()
    for brand_id in (str(uuid4()), "no-id"):
        response = ask("catalog/search/products", brand_id=brand_id)
        assert (response.status_code, response.json()) == (404, {"status": 404, "error": "Not Found"})
    for name in ("ingredient_ids[]", "allergen_ids[]"):
        for wrong in (str(uuid4()), "no-id"):
            assert _names(ask("catalog/search/products", **{name: wrong})) == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"query": "x" * 5000},
        {"query": "a\x00b"},
        {"query": "'; drop table"},
        {"query": "%"},
        {"page[number]": "0"},
        {"page[size]": "99999"},
        {"ingredient_ids[]": ["no-id"] * 100},
    ],
)
def test_odd_questions_get_an_ordinary_answer(ask, parameters):
    assert ask("catalog/search/products", **parameters).status_code == 200


def test_a_list_of_a_thousand_ids_is_refused(ask):
    response = ask("catalog/search/products", **{"ingredient_ids[]": [str(uuid4())] * 1000})
    assert response.status_code == 422


def test_similar_products_come_with_the_popular_ones_first(ask):
    zinc = factories.product()
    factories.product(name="Zinc Lozenge", popularity=2)
    factories.product(name="Zinc Balance", popularity=5)
    assert _names(ask(f"catalog/products/{zinc.pk}/similar")) == ["Zinc Balance", "Zinc Lozenge"]


def test_a_product_comes_with_the_dosage_its_asker_has_saved(ask, cedar, owner):
    product = factories.product()
    other = practices.practitioner(cedar)
    by = factories.alice(cedar)
    for practitioner, amount in ((owner, "2"), (other, "3")):
        actions.save_dosage(by=by, practitioner=practitioner, product=product, dosage=Dosage(amount=amount))

    def amount_for(**parameters):
        answer = ask(f"catalog/products/{product.pk}", **parameters).json()
        return answer["product"]["custom_dosage"]["recommended_amount"]

    assert amount_for() == "2"
    assert amount_for(practitioner_id=str(other.pk)) == "3"


def test_staff_have_no_dosage_of_their_own(cedar):
    product = factories.product()
    program = api.program(practices.staff(cedar))
    answer = program.get(f"catalog/products/{product.pk}").json()["product"]
    assert answer["custom_dosage"] is None


def test_a_practitioner_of_another_dispensary_is_unknown(ask):
    product = factories.product()
    other = accounts.organization()
    with tenancy.organization(other.pk):
        stranger = practices.practitioner(other)
    for practitioner_id in (str(stranger.pk), str(uuid4()), "no-id"):
        response = ask(f"catalog/products/{product.pk}", practitioner_id=practitioner_id)
        assert response.status_code == 404


def test_a_variant_comes_with_its_product(ask):
    variant = factories.variant()
    answer = ask(f"catalog/variants/{variant.pk}").json()["variant"]
    assert answer["sku"] == variant.sku
    assert answer["product"]["brand"]["name"] == "Fernway Labs"


@pytest.mark.parametrize(
    "address", ["catalog/products/{}", "catalog/products/{}/similar", "catalog/variants/{}"]
)
def test_what_is_unknown_is_not_found(ask, address):
    for wrong in (uuid4(), "no-id"):
        assert ask(address.format(wrong)).status_code == 404


def test_every_token_may_read_the_catalogue_and_each_operation_says_so(owner):
    program = api.program(owner, scopes=["patients:read"])
    assert program.get("catalog/products").status_code == 200
    needed = {
        (str(pattern.pattern).partition("/")[0], operation.all_of)
        for pattern in urls.urlpatterns
        for operation in vars(pattern.callback)["betony_operations"].values()
    }
    assert needed == {("catalog", ("catalog:read",)), ("clinic", ("clinic:read",))}


def test_nobody_reads_the_catalogue_without_a_token(client, db):
    assert client.get("/api/catalog/products").status_code == 401


def test_a_page_of_many_takes_as_many_queries_as_a_page_of_one(ask):
    factories.product(name="Zinc")
    ask("catalog/products")
    counts = []
    for wanted in (1, 20):
        for number in range(wanted - 1):
            factories.product(name=f"Zinc {number}")
        with CaptureQueriesContext(connection) as queries:
            assert len(_names(ask("catalog/search/products", query="zinc"))) == wanted
        counts.append(len(queries))
    assert counts[0] == counts[1]
