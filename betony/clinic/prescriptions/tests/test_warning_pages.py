"""How pages say what may harm, what was not checked, and why it was prescribed all the same (story 5.4)."""

import re

import pytest

from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions.actions import substances
from betony.clinic.prescriptions.tests import cast, warned
from betony.kit import clock, tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.ui.testing import HTMX, words

pytestmark = pytest.mark.slow


@pytest.fixture
def home(connected, carol):
    return warned.stock(connected, carol)


def test_the_error_stands_beside_the_field_and_the_typed_reason_stays(home, carol, alice):
    warned.take(home, carol, "Sertraline")
    draft = cast.draft(home, carol, row=home.wort)
    first, second = warned.digests(home, carol)
    form = {"message": "See you soon", f"reason-{first}": "INR is checked"}
    answer = alice.post(f"/fullscript/prescriptions/{draft.pk}/save/", form, headers=HTMX)
    page = words(answer)
    assert answer.status_code == 422
    assert "1 severe warning needs a reason before this prescription can be saved." in page
    assert page.count('class="field-error') == 1
    assert f'href="#reason_reason-{second}"' in page
    for kept in ("INR is checked", "See you soon"):
        assert kept in page
    form[f"reason-{second}"] = "Tapering"
    done = alice.post(f"/fullscript/prescriptions/{draft.pk}/save/", form, headers=HTMX)
    assert "Waiting to send" in words(done)


def test_a_warning_names_both_sides_severity_source_date_and_that_nobody_reviewed_it(home, carol, alice):
    cast.draft(home, carol, row=home.wort)
    page = words(alice.get(f"/fullscript/writer/{carol.pk}/", headers=HTMX))
    [shown] = warned.against(home, carol)["warnings"]
    source = shown["finding"].source
    today = clock.now().strftime("%-d %b %Y")
    for text in (
        "Severe", "St. John&#x27;s wort with Warfarin 5 mg (Warfarin)", source.locator, source.date,
        source.url, "Not reviewed by a pharmacist.", "Quiet Mood",
        f"from Fullscript&#x27;s ingredient search, {today}.",
    ):  # fmt: skip
        assert text.replace("&#x27;", "'") in page.replace("&#x27;", "'"), text


def test_no_name_that_is_not_known_is_left_out(home, carol, alice):
    """Whoever reads the list takes it for everything that nothing could be looked up under."""
    names = [f"Nobody heard of number {number}." for number in range(45)]
    for name in names:
        warned.take(home, carol, name, kind="supplement")
    cast.draft(home, carol, row=home.niacin)
    page = words(alice.get(f"/fullscript/writer/{carol.pk}/", headers=HTMX))
    assert "45 names not known" in page
    assert [name for name in names if name not in page] == []


def test_a_product_is_checked_as_soon_as_it_is_chosen(home, carol, alice):
    cast.draft(home, carol, row=home.niacin)
    page = words(alice.get(f"/fullscript/writer/{carol.pk}/products/{home.wort['id']}/", headers=HTMX))
    assert "Severe" in page
    assert "A reason is needed before the prescription can be saved." in page
    assert "No data" in page
    with tenancy.organization(home.pk):
        assert AuditEvent.objects.filter(
            action="prescriptions.warnings_shown", patient_ids=[carol.pk]
        ).exists()


def test_without_ingredients_it_says_not_checked(home, carol, alice):
    cast.draft(home, carol, row=home.secret)
    for address in (f"writer/{carol.pk}/", f"writer/{carol.pk}/products/{home.secret['id']}/"):
        page = words(alice.get(f"/fullscript/{address}", headers=HTMX))
        assert "No ingredient data: not checked" in page
        assert "No warning was found" not in page


@pytest.mark.parametrize("shelf", ["wort", "niacin", "secret", "zinc"])
def test_nothing_ever_says_safe(home, carol, alice, shelf):
    product = getattr(home, shelf)
    cast.draft(home, carol, row=product)
    for address in (f"writer/{carol.pk}/", f"writer/{carol.pk}/products/{product['id']}/"):
        page = alice.get(f"/fullscript/{address}", headers=HTMX).content.decode()
        visible = re.sub(r"<[^>]+>", " ", page)
        assert not re.search(
            r"\b(safe|safely|harmless|no interactions?|no risk|ok to)\b", visible, re.IGNORECASE
        )


def test_a_description_teaches_what_the_search_does_not_know(home, carol, alice):
    row = home.server.add_product("Dusk", description="<p>One capsule: St. John's wort 300 mg. Soy-free.</p>")
    page = words(alice.get(f"/fullscript/writer/{carol.pk}/products/{row['id']}/", headers=HTMX))
    assert "Severe" in page
    assert "the product&#x27;s description" in page.replace("'", "&#x27;")


def test_the_view_shows_the_reason_to_those_who_may_see_the_record(home, carol, alice):
    draft = cast.draft(home, carol, row=home.wort)
    warned.save(home, draft, **dict.fromkeys(warned.digests(home, carol), "INR is checked"))
    address = f"/fullscript/prescriptions/{draft.pk}/"
    page = words(alice.get(address, headers=HTMX))
    for text in ("Acknowledged warnings", "INR is checked", "Alice Archer", "Warfarin"):
        assert text in page
    desk = words(factories.signed_in(home.members["Bob"]).get(address, headers=HTMX))
    assert "Quiet Mood" in desk
    for text in ("Acknowledged warnings", "INR is checked", "Warfarin"):
        assert text not in desk


def test_markup_in_a_reason_is_text(home, carol, alice):
    draft = cast.draft(home, carol, row=home.wort)
    warned.save(home, draft, **dict.fromkeys(warned.digests(home, carol), "<script>alert(1)</script>"))
    page = words(alice.get(f"/fullscript/prescriptions/{draft.pk}/", headers=HTMX))
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_what_could_not_be_looked_at_is_said(home, carol, alice):
    warned.take(home, carol, "Something nobody heard of")
    zinc = home.server.add_product("Zinc Picolinate", ingredients=["Zinc"])
    alice.get(f"/fullscript/writer/{carol.pk}/products/{zinc['id']}/", headers=HTMX)
    with tenancy.organization(home.pk):
        substances.keep_description(environment="us", product_id=zinc["id"], text="With zinc.")
    cast.draft(home, carol, row=zinc)
    page = words(alice.get(f"/fullscript/writer/{carol.pk}/", headers=HTMX))
    for said in ("No data", "Something nobody heard of", "1 name not known", "1 daily amount not known",
                 "Zinc in Zinc Picolinate: the label's amount is not known"):  # fmt: skip
        assert said in page.replace("&#x27;", "'"), said
