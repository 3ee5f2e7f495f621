"""Owners decide what the dispensary sells."""

import pytest
from django.test import Client

from betony.dispensary.accounts.models import Organization
from betony.dispensary.back_office.tests.conftest import MARKUP, signed_in
from betony.dispensary.catalog import factories as catalog
from betony.dispensary.catalog import queries
from betony.dispensary.practices import factories as practices
from betony.dispensary.webhooks.models import Event

pytestmark = pytest.mark.slow


@pytest.fixture
def owner(cedar: Organization) -> Client:
    return signed_in(practices.practitioner(cedar, is_owner=True))


def test_a_product_is_not_sold_any_more_and_sold_again(owner: Client, cedar: Organization) -> None:
    zinc = catalog.product(name=f"Zinc {MARKUP}")
    assert 'href="/products/"' in owner.get("/favourites/").content.decode()
    catalog.product(name="Iron", ingredients=["Iron"])
    shown = owner.get("/products/", {"q": "zinc"}).content.decode()
    assert shown.count("Stop selling</") == 1
    assert MARKUP not in shown
    answer = owner.post(f"/products/{zinc.pk}/permission/", {"sell": "no"}, follow=True)
    assert "is not sold here any more." in answer.content.decode()
    assert [one.pk for one in answer.context["rows"]] == [zinc.pk]
    assert [one.name for one in queries.searched(cedar)] == ["Iron"]
    assert owner.get("/products/", {"q": "zinc"}).context["found"].count() == 0
    owner.post(f"/products/{zinc.pk}/permission/", {"sell": "yes"})
    assert owner.get("/products/").context["rows"] == []
    assert Event.objects.filter(type="product.updated").count() == 2


def test_only_owners_decide(alice: Client, bob: Client, owner: Client) -> None:
    zinc = catalog.product()
    for browser in (alice, bob):
        assert 'href="/products/"' not in browser.get("/favourites/").content.decode()
        assert browser.get("/products/").status_code == 404
        assert browser.post(f"/products/{zinc.pk}/permission/", {"sell": "no"}).status_code == 404
    assert owner.post(f"/products/{zinc.pk}/permission/", {"sell": "perhaps"}).status_code == 404
    assert Event.objects.count() == 0


def test_what_one_dispensary_decides_is_its_own(owner: Client, cedar: Organization, charlie: Client) -> None:
    zinc = catalog.product()
    owner.post(f"/products/{zinc.pk}/permission/", {"sell": "no"})
    shown = charlie.get("/favourites/")
    assert shown.status_code == 200
    (elsewhere,) = Organization.objects.exclude(pk=cedar.pk)
    assert queries.permitted(elsewhere).filter(pk=zinc.pk).exists()
