"""Anybody may see the picture of a pack, and browsers keep it."""

from uuid import uuid4

import pytest
from django.urls import reverse

from betony.dispensary.catalog import factories
from betony.dispensary.catalog.models import Variant

pytestmark = pytest.mark.django_db


def _address(variant_id, size="medium"):
    return reverse("catalog-picture", kwargs={"variant_id": variant_id, "size": size})


@pytest.fixture
def variant():
    return factories.product().variants.get()


def test_the_address_is_the_one_the_api_gives(variant):
    assert _address(variant.pk, "small") == f"/assets/products/{variant.pk}-small.svg"


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_everybody_sees_it_and_may_keep_it_for_a_day(client, variant, size, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get(_address(variant.pk, size))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
    assert "max-age=86400" in response["Cache-Control"]
    assert "public" in response["Cache-Control"]
    assert "Set-Cookie" not in response
    assert "Zinc" in response.content.decode()


def test_opened_by_itself_it_may_run_and_fetch_nothing(client, variant):
    response = client.get(_address(variant.pk))
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_an_unknown_variant_has_no_picture(client):
    assert client.get(_address(uuid4())).status_code == 404


@pytest.mark.parametrize("ending", ["huge.svg", "small.png", ".svg", "small.svg/"])
def test_other_sizes_and_kinds_do_not_exist(client, variant, ending):
    assert client.get(f"/assets/products/{variant.pk}-{ending}").status_code == 404


def test_a_picture_is_only_read(client, variant):
    assert client.post(_address(variant.pk)).status_code == 405


def test_markup_in_a_name_is_shown_as_text(client):
    product = factories.product(name='"><script>alert(1)</script>')
    body = client.get(_address(Variant.objects.get(product=product).pk)).content.decode()
    assert "<script" not in body
    assert "&lt;script&gt;" in body
