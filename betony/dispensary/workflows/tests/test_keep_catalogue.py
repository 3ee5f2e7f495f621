"""A product that changes is told to the applications, for they check prescriptions against it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Organization
from betony.dispensary.catalog import factories as catalog
from betony.dispensary.catalog.models import Product
from betony.dispensary.webhooks import factories as webhooks
from betony.dispensary.webhooks.models import Delivery, Event
from betony.dispensary.workflows import keep_catalogue
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent


@pytest.fixture
def cedar(db: None) -> Iterator[Organization]:
    organization = accounts.organization()
    with tenancy.organization(organization.pk):
        webhooks.endpoint(webhooks.connected(organization))
        yield organization


@pytest.fixture
def zinc(cedar: Organization) -> Product:
    return catalog.product(statuses=("available", "available"))


def told() -> list[dict[str, Any]]:
    return [
        one.data["product"] for one in Event.objects.filter(type="product.updated").order_by("created_at")
    ]


def test_what_is_not_sold_any_more_is_told_to_the_dispensarys_applications(
    cedar: Organization, zinc: Product
) -> None:
    by = catalog.alice(cedar)
    for is_permitted in (True, False, False, True):
        keep_catalogue.set_permission(by=by, organization=cedar, product=zinc, is_permitted=is_permitted)
    assert [(one["id"], one["status"]) for one in told()] == [
        (str(zinc.pk), "unavailable"), (str(zinc.pk), "available")
    ]  # fmt: skip
    assert Delivery.objects.count() == 2
    assert AuditEvent.objects.filter(action="catalog.permission_set").count() == 2


def test_a_size_that_cannot_be_had_is_told_everywhere(cedar: Organization, zinc: Product) -> None:
    elsewhere, unconnected = accounts.organization(), accounts.organization()
    webhooks.endpoint(webhooks.connected(elsewhere))
    sku = zinc.variants.get(is_primary=True).sku
    call_command("change_variant", sku, status="backordered", back_on="2999-01-31")
    (shown,) = told()
    assert [one["status"] for one in shown["variants"]] == ["backordered", "available"]
    with tenancy.organization(elsewhere.pk):
        assert Event.objects.get().subject_id == zinc.pk
    with tenancy.organization(unconnected.pk):
        assert not Event.objects.exists()
    call_command("change_variant", sku, status="available")
    assert zinc.variants.get(sku=sku).expected_back_date is None


def test_another_description_is_kept_as_text_and_told(
    cedar: Organization, zinc: Product, tmp_path: Path
) -> None:
    words = tmp_path / "label.txt"
    words.write_text("Now with <b>kava</b>.\n\nNot in pregnancy.")
    call_command("change_variant", zinc.variants.first().sku, description=words)
    zinc.refresh_from_db()
    assert zinc.description_html == "<p>Now with &lt;b&gt;kava&lt;/b&gt;.</p>\n\n<p>Not in pregnancy.</p>"
    assert told()[0]["description_html"] == zinc.description_html


def test_what_cannot_be_changed_is_one_sentence(cedar: Organization, zinc: Product, tmp_path: Path) -> None:
    sku = zinc.variants.first().sku
    for arguments, words in (
        ({"sku": "NONE", "status": "available"}, "No size has the SKU NONE"),
        ({"sku": sku, "status": "available"}, "nothing was changed"),
        ({"sku": sku, "description": tmp_path / "none.txt"}, "cannot be read"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("change_variant", arguments.pop("sku"), **arguments)
    assert told() == []
