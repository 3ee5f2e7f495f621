"""No list is cut off: history, orders, versions and what waits page by key; what is old says as of when it stands."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from betony.clinic.prescriptions import history, jobs
from betony.clinic.prescriptions.actions import revoking
from betony.clinic.prescriptions.models import (
    HistoryCursor,
    Order,
    PatientLink,
    Prescription,
    PrescriptionItem,
    PrescriptionVersion,
    Synchronization,
)
from betony.clinic.prescriptions.tests import cast
from betony.clinic.prescriptions.views import agreement
from betony.kit import tenancy

pytestmark = pytest.mark.slow

FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)
NEXT = re.compile(r'rel="next"[^>]* href="([^"]+)"')
BROKE = datetime(2026, 5, 17, 12, tzinfo=UTC)


@pytest.fixture
def home(settled, carol):
    return settled


def prescribe(home, patient, count, **values):
    """So many sent prescriptions, a day between each and the next, each of a product with its number."""
    with tenancy.organization(home.pk):
        dispensary_id = PatientLink.objects.filter(patient=patient).get().dispensary_id
        for number in range(count):
            made = Prescription.objects.create(
                organization_id=home.pk, patient=patient, dispensary_id=dispensary_id,
                written_at=FIRST + timedelta(days=number),
                **{"state": "sent", "remote_id": f"plan-{number}", **values},
            )  # fmt: skip
            PrescriptionItem.objects.create(
                organization_id=home.pk, prescription=made, position=0, variant_id="v",
                product_name=f"Product {number:02}.",
            )  # fmt: skip
        return made


def order(home, prescription, count, **values):
    with tenancy.organization(home.pk):
        for number in range(count):
            Order.objects.create(
                organization_id=home.pk, dispensary_id=prescription.dispensary_id, patient_id=prescription.patient_id,
                remote_id=f"order-{number}", order_number=f"R-{number:02}.",
                completed_at=FIRST + timedelta(days=number), **values,
            )  # fmt: skip


def pages(alice, address, pattern, **headers):
    """Return what stands on each page, walked by the links."""
    found, here = [], address
    for _ in range(20):
        shown = html.unescape(alice.get(here, headers=headers).content.decode())
        found.append(re.findall(pattern, shown))
        onwards = NEXT.search(shown)
        if onwards is None:
            return found
        here = f"{address.split('?')[0]}{onwards[1]}"
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("page", ["show_panel", "show_history"])
def test_the_history_pages_to_its_end(home, carol, alice, monkeypatch, page):
    monkeypatch.setattr(history, "PAGE_SIZE", 3)
    prescribe(home, carol, 7)
    found = pages(alice, reverse(f"fullscript:{page}", args=[carol.pk]), r"Product (\d\d)\.")
    assert found == [["06", "05", "04"], ["03", "02", "01"], ["00"]]


def test_the_writers_page_shows_the_place_that_its_address_asks_for(home, carol, alice, monkeypatch):
    monkeypatch.setattr(history, "PAGE_SIZE", 3)
    prescribe(home, carol, 7)
    found = pages(alice, reverse("fullscript:open_writer", args=[carol.pk]), r"Product (\d\d)\.")
    assert found == [["06", "05", "04"], ["03", "02", "01"], ["00"]]


def test_what_draws_itself_again_stays_at_its_page(home, carol, alice, monkeypatch):
    monkeypatch.setattr(history, "PAGE_SIZE", 3)
    prescribe(home, carol, 7)
    address = reverse("fullscript:show_panel", args=[carol.pk])
    onwards = NEXT.search(alice.get(address).content.decode())[1]
    second = alice.get(f"{address}{onwards}").content.decode()
    assert f'hx-get="{address}{onwards}" hx-trigger="prescriptions:changed from:body"' in second
    assert second.count(f'hx-get="{address}?prescriptions_after') == 2  # itself, and its link onwards


def test_the_patients_page_hands_its_place_on_to_its_panels(home, carol, alice):
    page = alice.get(reverse("workspace:patient", args=[carol.pk]), {"prescriptions_after": "there"})
    assert f"/patients/{carol.pk}/panel/?prescriptions_after=there" in page.content.decode()


def test_a_colleagues_drafts_take_no_place_on_a_page(home, carol, alice, monkeypatch):
    monkeypatch.setattr(history, "PAGE_SIZE", 2)
    prescribe(home, carol, 3)
    prescribe(home, carol, 1, state="draft", remote_id=None, written_by=home.members["Nina"])
    found = pages(alice, reverse("fullscript:show_panel", args=[carol.pk]), r"Product (\d\d)\.")
    assert found == [["02", "01"], ["00"]]


def test_orders_page_to_their_end_also_those_without_a_day(home, carol, alice, monkeypatch):
    monkeypatch.setattr(history, "PAGE_SIZE", 2)
    order(home, prescribe(home, carol, 1), 4)
    with tenancy.organization(home.pk):
        Order.objects.filter(order_number="R-01.").update(completed_at=None)
    found = pages(alice, reverse("fullscript:show_panel", args=[carol.pk]), r"R-(\d\d)\.")
    assert found == [["01", "03"], ["02", "00"]]


def test_whatever_was_ordered_from_a_prescription_is_found_however_much_was_ordered_since(
    home, carol, alice, monkeypatch
):
    """Cancelling must not say that nothing was ordered because it was long ago."""
    monkeypatch.setattr(history, "PAGE_SIZE", 2)
    sent = prescribe(home, carol, 1, prescriber_name="Alice Archer")
    order(home, sent, 9)
    with tenancy.organization(home.pk):
        Order.objects.filter(order_number="R-00.").update(prescription_remote_ids=[sent.remote_id])
        Order.objects.filter(order_number="R-08.").update(prescription_remote_ids=["another-plan"])
    for page in ("cancel_prescription", "show_prescription"):
        shown = alice.get(reverse(f"fullscript:{page}", args=[sent.pk])).content.decode()
        assert re.findall(r"R-(\d\d)\.", shown)[0] == "00"
        assert "R-08." not in shown
        assert "Nothing has been ordered" not in shown


def test_earlier_versions_page_to_the_first(home, carol, alice, monkeypatch):
    monkeypatch.setattr(history, "VERSIONS_SIZE", 2)
    sent = prescribe(home, carol, 1)
    with tenancy.organization(home.pk):
        for number in range(1, 6):
            PrescriptionVersion.objects.create(
                organization_id=home.pk, prescription=sent, number=number, message=f"Version {number}.",
                replaced_at=FIRST,
            )  # fmt: skip
    address = reverse("fullscript:show_prescription", args=[sent.pk])
    assert "5 earlier versions" in alice.get(address).content.decode()
    assert pages(alice, address, r"Version (\d)\.") == [["5", "4"], ["3", "2"], ["1"]]


def test_what_waits_pages_each_of_its_lists(home, alice, monkeypatch):
    monkeypatch.setattr(agreement, "PAGE_SIZE", 2)
    for number in range(5):
        cast.save(
            home, cast.draft(home, home.patient(last_name=f"Number {number}.", email=f"p{number}@x.example"))
        )
    found = pages(alice, reverse("fullscript:list_waiting"), r"Number (\d)\.")
    # Each waits twice, as a prescription and as a patient to be set up; the first list is walked first.
    assert [one[:-2] for one in found[:3]] == [["0", "1"], ["2", "3"], ["4"]]
    assert [one[-2:] for one in found[:3]] == [["0", "1"]] * 3
    assert [one[1:] for one in found[3:]] == [["2", "3"], ["4"]]


@pytest.fixture
def compared(home, carol):
    """Carol has a prescription, and clinic and dispensary were last compared in May."""
    sent = prescribe(home, carol, 1)
    jobs.synchronize(organization_id=home.pk)
    with tenancy.organization(home.pk):
        Synchronization.objects.update(synced_at=BROKE)
        PatientLink.objects.update(imported_at=BROKE - timedelta(days=30))
        HistoryCursor.objects.update(visited_at=BROKE - timedelta(hours=1))
    return sent


def places(carol, sent):
    return [
        reverse("fullscript:show_panel", args=[carol.pk]),
        reverse("fullscript:show_history", args=[carol.pk]),
        reverse("fullscript:show_prescription", args=[sent.pk]),
    ]


def test_while_somebody_is_connected_nothing_is_as_of_a_day(home, carol, alice, compared):
    for address in places(carol, compared):
        assert "as of" not in alice.get(address).content.decode()


def test_when_the_only_connection_broke_the_history_says_as_of_when_it_stands(home, carol, alice, compared):
    home.server.revoke_all()
    jobs.synchronize(organization_id=home.pk)
    for address in places(carol, compared):
        assert "as of 17 May 2026" in alice.get(address).content.decode()


def test_so_it_does_when_the_last_one_was_reset(home, carol, alice, compared):
    cast.inside(home, revoking.disconnect, by=home.actor("Alice"))
    for address in places(carol, compared):
        assert "as of 17 May 2026" in alice.get(address).content.decode()


def test_what_is_written_while_nobody_is_connected_makes_it_no_younger(home, carol, alice, compared):
    draft = cast.draft(home, carol)
    cast.inside(home, revoking.disconnect, by=home.actor("Alice"))
    assert draft.written_at > BROKE
    assert "as of 17 May 2026" in alice.get(places(carol, compared)[0]).content.decode()
