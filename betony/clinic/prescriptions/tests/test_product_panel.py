"""The product in the writer: a size is never taken for another, what was typed stays, and the check follows it."""

import html
import json
import re

import pytest

from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions import queries
from betony.clinic.prescriptions.models import PrescriptionItem
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.ui.testing import HTMX

pytestmark = pytest.mark.slow

TYPED = {
    "amount": "5", "frequency": "once per day", "duration": "60", "format": "capsule", "take_with": "food",
    "additional_info": "after a walk", "quantity": "3", "refill": "on",
}  # fmt: skip


@pytest.fixture
def alice(settled, carol):
    return factories.signed_in(settled.members["Alice"])


@pytest.fixture
def two_sizes(settled):
    """A product in two sizes, the first of which is the dispensary's own first."""
    row = settled.server.add_product("Two Sizes")
    second = {**row["variants"][0], "id": "second-size", "sku": "TWO-2", "units": "120"}
    row["variants"].append(second)
    return row


def address(carol, row, more=""):
    return f"/fullscript/writer/{carol.pk}/products/{row['id']}/{more}"


def words(answer):
    return html.unescape(re.sub(r"\s+", " ", answer.content.decode()))


def on_the_draft(home):
    with tenancy.organization(home.pk):
        return [item.variant_id for item in PrescriptionItem.objects.order_by("position")]


def test_a_size_that_is_no_longer_offered_is_an_error_beside_the_field(settled, carol, alice, two_sizes):
    sent = {**TYPED, "variant": "second-size"}
    two_sizes["variants"].pop()
    answer = alice.post(address(carol, two_sizes), sent, headers=HTMX)
    page = words(answer)
    assert answer.status_code == 422
    assert on_the_draft(settled) == [], "another size was added in its place"
    assert "This size is no longer offered." in page
    assert 'id="writer-variant_error"' in page
    assert 'value="after a walk"' in page, "what was typed stays"
    assert "Choose a size" in page
    assert alice.post(address(carol, two_sizes), {**sent, "variant": ""}, headers=HTMX).status_code == 422
    assert on_the_draft(settled) == []
    [left] = two_sizes["variants"]
    assert (
        alice.post(address(carol, two_sizes), {**sent, "variant": left["id"]}, headers=HTMX).status_code
        == 200
    )
    assert on_the_draft(settled) == [left["id"]]


def test_the_chosen_size_is_the_one_that_is_added(settled, carol, alice, two_sizes):
    answer = alice.post(address(carol, two_sizes), {**TYPED, "variant": "second-size"}, headers=HTMX)
    assert answer.status_code == 200
    assert on_the_draft(settled) == ["second-size"]


def test_looking_at_another_size_keeps_what_was_typed_and_adds_nothing(settled, carol, alice, two_sizes):
    look = {**TYPED, "quantity": "many", "variant": "second-size", "look": "yes"}
    answer = alice.post(address(carol, two_sizes), look, headers=HTMX)
    page = words(answer)
    assert answer.status_code == 200
    assert "120 capsules" in page
    for value in ("5", "after a walk", "food", "many"):
        assert f'value="{value}"' in page, "what is still being typed is held against no rule"
    assert re.search(r'name="refill"[^>]* checked', page)
    assert on_the_draft(settled) == []
    unticked = {name: value for name, value in look.items() if name != "refill"}
    assert not re.search(
        r'name="refill"[^>]* checked', words(alice.post(address(carol, two_sizes), unticked, headers=HTMX))
    )


@pytest.fixture
def sun(settled):
    """Vitamin D, 50 mcg a capsule; 100 mcg a day is the upper limit."""
    row = settled.server.add_product("Sun 50", ingredients=["Vitamin D"])
    row["description_html"] = "<p>Each capsule: Vitamin D (cholecalciferol) 50 mcg.</p>"
    return row


def check(alice, carol, row, **typed):
    form = {"variant": row["variants"][0]["id"], **TYPED, **typed}
    return alice.post(address(carol, row, "check/"), form, headers=HTMX)


def test_the_warnings_follow_what_is_typed_without_asking_the_dispensary(settled, carol, alice, sun):
    alice.get(address(carol, sun), headers=HTMX)
    settled.server.trouble("down", on="*", times=50)
    over = check(alice, carol, sun, amount="5", warnings_shown="0")
    assert "above the upper limit of 100 mcg" in words(over)
    assert "follow the directions as you type them" in words(over)
    assert json.loads(over["HX-Trigger"])["toast"] == {
        "message": "1 warning about this product", "tone": "quiet",
    }  # fmt: skip
    under = check(alice, carol, sun, amount="1", warnings_shown="0")
    assert "above the upper limit" not in words(under)
    assert "HX-Trigger" not in under, "nothing new is not said"
    assert on_the_draft(settled) == []


def test_half_typed_directions_are_no_error(settled, carol, alice, sun):
    alice.get(address(carol, sun), headers=HTMX)
    answer = check(alice, carol, sun, amount="5 to", quantity="", frequency="on")
    assert answer.status_code == 200
    assert "field-error" not in words(answer)


def test_a_product_nobody_has_looked_at_is_not_there(settled, carol, alice):
    row = {"id": "never-seen", "variants": [{"id": "x"}]}
    assert check(alice, carol, row).status_code == 404


def test_checking_while_typing_leaves_one_event_for_a_while(settled, carol, alice, sun):
    alice.get(address(carol, sun), headers=HTMX)
    for amount in ("1", "2", "5"):
        check(alice, carol, sun, amount=amount)
    with tenancy.organization(settled.pk):
        assert AuditEvent.objects.filter(action="prescriptions.check_shown").count() == 1


def test_the_check_asks_few_questions_of_the_database(
    settled, carol, alice, sun, django_assert_max_num_queries
):
    alice.get(address(carol, sun), headers=HTMX)
    check(alice, carol, sun)
    with django_assert_max_num_queries(24):
        check(alice, carol, sun, amount="2")
    assert queries.known_product("us", "") is None
