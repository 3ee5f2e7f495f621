"""Story 5.8 and 5.10: always in agreement, changing and cancelling what was sent."""

import contextlib
import re

import psycopg
import pytest
from playwright.sync_api import Locator, expect
from playwright.sync_api import TimeoutError as NotInTime

from betony.cli.testing import demo as demo_module
from tests.browser.clinic import NINA, ROSA, SAM, Clinic

ZINC = "Zinc Picolinate 30 mg"


@pytest.fixture
def no_webhooks(demo: demo_module.Demo, prescriber: Clinic) -> None:
    """Every webhook is lost: the dispensary's endpoints are switched off. What is said then stays untold."""
    with psycopg.connect(demo.database_url("dispensary", role="migration")) as database:
        database.execute("update dispensary_webhooks_endpoint set is_enabled = false")


@pytest.fixture(autouse=True)
def _webhooks_again(demo: demo_module.Demo):
    yield
    with psycopg.connect(demo.database_url("dispensary", role="migration")) as database:
        database.execute("update dispensary_webhooks_endpoint set is_enabled = true")


def prescribe(clinic: Clinic) -> str:
    """Send a prescription of zinc to a new patient, and return the patient's name."""
    patient = clinic.new_patient()
    writer = clinic.ready_to_write(patient)
    clinic.add_product(writer, "zinc picolinate fernway", ZINC)
    writer.get_by_role("button", name="Save Prescription", exact=True).click()
    expect(writer.get_by_text(f"Prescription sent to {patient}.", exact=True)).to_be_visible()
    return patient


def open_region(clinic: Clinic, patient: str) -> Locator:
    clinic.choose(patient, "Profile").click()
    region = clinic.page.get_by_role("region", name="Prescriptions", exact=True)
    expect(region.get_by_role("button", name="View", exact=True).first).to_be_visible()
    return region


def view(clinic: Clinic, region: Locator) -> Locator:
    region.get_by_role("button", name="View", exact=True).first.click()
    return clinic.page.get_by_role("dialog", name="Prescription", exact=True)


def cancel_at_the_dispensary(clinic: Clinic, patient: str) -> None:
    practice = clinic.context.new_page()
    practice.goto(f"{clinic.dispensary_url}/plans/")
    practice.get_by_role("row").filter(has_text=patient.split()[1]).get_by_role("link").first.click()
    practice.get_by_role("button", name="Cancel plan", exact=True).click()
    expect(practice.get_by_text("Cancelled").first).to_be_visible()
    practice.close()


def test_5_8_what_no_webhook_brought_is_there_after_sync_now_without_a_reload(
    prescriber: Clinic, no_webhooks: None
) -> None:
    patient = prescribe(prescriber)
    region = open_region(prescriber, patient)
    cancel_at_the_dispensary(prescriber, patient)
    region.get_by_role("button", name="Sync now", exact=True).click()
    expect(region.get_by_text("Cancelled", exact=True)).to_be_visible(timeout=30_000)
    expect(region.get_by_text(re.compile("^Synced "))).to_be_visible()


def test_5_8_the_list_says_as_whom_one_is_connected_and_when_both_last_agreed(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.open_patients()
    expect(clinic.page.get_by_role("button", name="Sync now", exact=True)).to_have_count(0)
    clinic.ready_to_write("June Hartley")
    clinic.open_patients()
    expect(clinic.page.get_by_text("Fullscript connected as Nina Alvarez", exact=True)).to_be_visible()
    clinic.page.get_by_role("button", name="Sync now", exact=True).click()
    # The whole history comes in first, as somebody has just connected.
    expect(clinic.page.get_by_text(re.compile("^Synced "))).to_be_visible(timeout=60_000)


def test_5_8_what_waits_is_listed_with_the_reason(prescriber: Clinic) -> None:
    prescriber.ready_to_write("June Hartley")
    prescriber.page.goto(f"{prescriber.url}/fullscript/waiting/")
    expect(prescriber.page.get_by_role("heading", name="Waiting for Fullscript", exact=True)).to_be_visible()
    expect(prescriber.page.get_by_role("button", name="Sync now", exact=True)).to_be_visible()


def test_5_10_a_prescription_is_changed_after_it_was_sent(prescriber: Clinic) -> None:
    patient = prescribe(prescriber)
    region = open_region(prescriber, patient)
    view(prescriber, region).get_by_role("button", name="Change", exact=True).click()
    writer = prescriber.page.get_by_role("dialog", name="Fullscript Prescription Writer", exact=True)
    expect(writer.get_by_role("heading", name=re.compile("^Changing the prescription of"))).to_be_visible()
    writer.get_by_role("button", name=f"Change {ZINC}", exact=True).click()
    form = writer.get_by_role("listitem").filter(has_text=ZINC)
    form.get_by_label("Quantity", exact=True).fill("4")
    form.get_by_role("button", name="Keep changes", exact=True).click()
    expect(writer.get_by_text(re.compile("quantity 4"))).to_be_visible()
    prescriber.add_product(writer, "magnesium glycinate 120", "Magnesium Glycinate 120 mg")
    writer.get_by_role("button", name="Save change", exact=True).click()
    expect(writer.get_by_text("The prescription was changed.", exact=True)).to_be_visible(timeout=30_000)
    region = open_region(prescriber, patient)
    expect(region.get_by_text("Magnesium Glycinate 120 mg")).to_be_visible()
    shown = view(prescriber, region)
    expect(shown.get_by_role("row").filter(has_text=ZINC).get_by_text("4", exact=True)).to_be_visible()
    expect(shown.get_by_text("1 earlier version", exact=True)).to_be_visible()
    practice = prescriber.context.new_page()
    practice.goto(f"{prescriber.dispensary_url}/plans/")
    practice.get_by_role("row").filter(has_text=patient.split()[1]).get_by_role("link").first.click()
    expect(practice.get_by_text("Magnesium Glycinate 120 mg").first).to_be_visible()


def test_5_10_a_prescription_is_cancelled_with_a_reason_after_showing_what_was_ordered(
    prescriber: Clinic,
) -> None:
    patient = prescribe(prescriber)
    region = open_region(prescriber, patient)
    dialog = view(prescriber, region)
    with prescriber.context.expect_page() as opened:
        dialog.get_by_role("button", name="In-office checkout", exact=True).click()
    checkout = opened.value
    checkout.get_by_role("button", name=re.compile("^Place order")).click()
    expect(checkout.get_by_text(re.compile("R[0-9]{9}")).first).to_be_visible()
    checkout.close()
    region = open_region(prescriber, patient)
    region.get_by_role("button", name="Sync now", exact=True).click()
    expect(region.get_by_text("Ordered", exact=True)).to_be_visible(timeout=30_000)
    shown = view(prescriber, region)
    expect(shown.get_by_text("Already ordered", exact=True)).to_be_visible()
    shown.get_by_role("button", name="Cancel prescription", exact=True).click()
    ask = prescriber.page.get_by_role("dialog", name="Cancel prescription", exact=True)
    expect(ask.get_by_text("Already ordered", exact=True)).to_be_visible()
    ask.get_by_role("button", name="Cancel prescription", exact=True).click()
    expect(ask.get_by_text("Say why the prescription is cancelled.").first).to_be_visible()
    ask.get_by_label("Reason").fill("It upset her stomach")
    ask.get_by_role("button", name="Cancel prescription", exact=True).click()
    expect(ask).to_have_count(0)
    expect(region.get_by_text("Cancelled", exact=True)).to_be_visible(timeout=30_000)


def test_5_10_nothing_is_offered_to_who_may_not_prescribe_for_the_prescriber(prescriber: Clinic) -> None:
    patient = prescribe(prescriber)
    for email in (ROSA, SAM):
        prescriber.context.clear_cookies()
        prescriber.sign_in(email)
        shown = view(prescriber, open_region(prescriber, patient))
        expect(shown.get_by_text("Prescriber", exact=True)).to_be_visible()
        expect(shown.get_by_role("button", name="Change", exact=True)).to_have_count(0)
        expect(shown.get_by_role("button", name="Cancel prescription", exact=True)).to_have_count(0)
    assert NINA not in (ROSA, SAM)


def test_3_5_a_broken_connection_is_said_beside_the_patients(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.ready_to_write("June Hartley")
    tab = clinic.context.new_page()
    tab.goto(f"{clinic.dispensary_url}/connected-applications/")
    tab.get_by_role("button", name=re.compile("Disconnect")).first.click()
    if tab.get_by_role("dialog").count():
        tab.get_by_role("dialog").get_by_role("button", name=re.compile("Disconnect")).first.click()
    tab.close()
    clinic.open_patients()
    # Unless a worker has met the refusal already: then there is nothing to sync any more.
    with contextlib.suppress(NotInTime):
        clinic.page.get_by_role("button", name="Sync now", exact=True).click(timeout=3_000)
    said = clinic.page.get_by_text("Fullscript is no longer connected.", exact=True)
    expect(said).to_be_visible(timeout=30_000)
    expect(clinic.page.get_by_role("link", name="Connect to Fullscript", exact=True)).to_be_visible()


def test_5_8_the_line_is_left_as_it_is_while_nothing_has_changed(prescriber: Clinic) -> None:
    page = prescriber.page
    prescriber.open_patients()
    line = page.locator("[data-agreement]")
    expect(line.get_by_text(re.compile("^Synced "))).to_be_visible()

    def ask_again() -> int:
        with page.expect_response(re.compile("/fullscript/agreement/")) as answered:
            page.evaluate(
                "document.body.dispatchEvent(new CustomEvent('prescriptions:changed', {bubbles: true}))"
            )
        return answered.value.status

    # A comparison, or a minute that is over meanwhile, is an answer; soon there is none.
    prescriber.wait_until(lambda: ask_again() == 304, "It is not answered")
    expect(line.get_by_role("button", name="Sync now", exact=True)).to_be_visible()
    line.get_by_role("button", name="Sync now", exact=True).click()
    expect(line.get_by_text("Synced just now", exact=True)).to_be_visible(timeout=20_000)
