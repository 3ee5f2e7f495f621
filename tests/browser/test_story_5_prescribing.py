"""Story 5: writing a prescription."""

import re

import psycopg
import pytest
from playwright.sync_api import expect

from betony.cli.testing.demo import Demo
from tests.browser.clinic import PASSWORD, Clinic
from tests.browser.test_story_4_patients import mails_to
from tests.prove.fault_proxy import Fault, FaultProxy

MAGNESIUM = "Magnesium Glycinate 120 mg"
ZINC = "Zinc Picolinate 30 mg"


def test_5_1_results_come_as_one_types_and_can_be_narrowed_by_brand_and_category(prescriber: Clinic) -> None:
    writer = prescriber.ready_to_write("June Hartley")
    writer.get_by_label("Search A Product", exact=True).fill("magnesium")
    results = writer.get_by_role("listbox", name="Products")
    first = results.get_by_role("option").first
    expect(first).to_contain_text(MAGNESIUM)
    for shown in ("Alder & Ash", "180 capsules", "$31.90", "In stock"):
        expect(first).to_contain_text(shown)
    writer.get_by_label("Brand", exact=True).select_option(label="Fernway Labs")
    expect(results.get_by_role("option").first).to_contain_text("Fernway Labs")
    expect(results.get_by_role("option").filter(has_text="Alder & Ash")).to_have_count(0)
    writer.get_by_role("button", name="Use Categories", exact=True).click()
    expect(writer.get_by_text("Categories are managed at Fullscript.")).to_be_visible()
    writer.get_by_role("region", name="Favourites categories").get_by_role("button").first.click()
    expect(results.get_by_role("option").first).to_be_visible()


def test_5_2_a_product_shows_its_description_and_dosage_fields(prescriber: Clinic) -> None:
    writer = prescriber.ready_to_write("June Hartley")
    prescriber.find_product(writer, "magnesium glycinate 120", MAGNESIUM)
    expect(writer.get_by_text(re.compile("Chelated magnesium"))).to_be_visible()
    # Whom one writes as stands in the head, with the credential.
    expect(writer.get_by_text(re.compile("as Nina Alvarez, ND$"))).to_be_visible()
    for label in (
        "Amount",
        "Frequency",
        "Duration",
        "Time of day",
        "Take with",
        "Additional instructions",
        "Quantity",
    ):
        expect(writer.get_by_label(label, exact=True)).to_be_visible()
    expect(writer.get_by_role("checkbox", name="Refill", exact=True)).to_be_visible()
    expect(writer.get_by_label("Amount", exact=True)).not_to_have_value("")


def test_5_3_products_are_added_changed_moved_and_removed_and_twice_is_noticed(prescriber: Clinic) -> None:
    patient = prescriber.new_patient()
    writer = prescriber.ready_to_write(patient)
    prescriber.add_product(writer, "magnesium glycinate 120", MAGNESIUM)
    prescriber.find_product(writer, "magnesium glycinate 120", MAGNESIUM)
    writer.get_by_role("button", name="Add product", exact=True).click()
    expect(writer.get_by_text("This product is already on the prescription.").first).to_be_visible()
    prescriber.add_product(writer, "zinc picolinate fernway", "Zinc Picolinate 30 mg")
    # It is said to those who do not see the draft, and nothing is laid over it.
    expect(writer.get_by_role("status").filter(has_text="Zinc Picolinate 30 mg was added.")).to_have_count(1)
    expect(writer.get_by_role("button", name="Dismiss", exact=True)).to_have_count(0)
    # What was pressed is gone: whoever uses the keyboard goes on at what it did.
    expect(writer.get_by_role("heading", name="This prescription", exact=True)).to_be_focused()
    items = writer.get_by_role("listitem")
    writer.get_by_role("button", name="Move Zinc Picolinate 30 mg up", exact=True).click()
    expect(items.first).to_contain_text("Zinc Picolinate")
    writer.get_by_role("button", name=f"Change {MAGNESIUM}", exact=True).click()
    form = items.filter(has=prescriber.page.get_by_role("button", name="Keep changes"))
    form.get_by_label("Quantity", exact=True).fill("0")
    form.get_by_role("button", name="Keep changes", exact=True).click()
    expect(form.get_by_text("Use a whole number from 1 to 99.").first).to_be_visible()
    form.get_by_label("Quantity", exact=True).fill("3")
    form.get_by_role("button", name="Keep changes", exact=True).click()
    expect(items.filter(has_text=MAGNESIUM)).to_contain_text("quantity 3")
    writer.get_by_role("button", name="Remove Zinc Picolinate 30 mg", exact=True).click()
    expect(items).to_have_count(1)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 620), (390, 844)])
def test_5_3_and_5_5_adding_and_saving_are_in_reach_however_much_stands_above(
    prescriber: Clinic, width: int, height: int
) -> None:
    prescriber.page.set_viewport_size({"width": width, "height": height})
    patient = prescriber.new_patient()
    writer = prescriber.ready_to_write(patient)
    for words, name in (("magnesium glycinate 120", MAGNESIUM), ("zinc picolinate fernway", ZINC)):
        prescriber.add_product(writer, words, name)
    # June takes magnesium already: her warnings alone are longer than the window.
    june = prescriber.ready_to_write("June Hartley")
    prescriber.find_product(june, "magnesium glycinate 120", MAGNESIUM)
    june.get_by_role("heading", name=MAGNESIUM, exact=True).scroll_into_view_if_needed()
    expect(june.get_by_role("button", name="Add product", exact=True)).to_be_in_viewport(ratio=1)
    again = prescriber.ready_to_write(patient)
    again.get_by_role("listitem").filter(has_text=MAGNESIUM).scroll_into_view_if_needed()
    save = again.get_by_role("button", name="Save Prescription", exact=True)
    expect(save).to_be_in_viewport(ratio=1)
    save.click()
    expect(again.get_by_text(f"Prescription sent to {patient}.", exact=True)).to_be_visible(timeout=30_000)


def test_5_3_a_product_that_cannot_be_ordered_says_so_before_it_can_be_added(prescriber: Clinic) -> None:
    writer = prescriber.ready_to_write("June Hartley")
    prescriber.find_product(writer, "threonate northlight", "Magnesium L-Threonate")
    expect(writer.get_by_role("button", name="Add product", exact=True)).to_have_attribute(
        "aria-disabled", "true"
    )
    expect(writer.get_by_text("Back-ordered").first).to_be_visible()


def test_5_5_saving_sends_the_prescription_once_and_mails_the_patient_without_health_information(
    prescriber: Clinic, demo: Demo
) -> None:
    patient = prescriber.new_patient()
    writer = prescriber.ready_to_write(patient)
    prescriber.add_product(writer, "magnesium glycinate 120", MAGNESIUM)
    writer.get_by_label("Message to patient", exact=True).fill("Start slowly; <b>call me</b> if unsure.")
    writer.get_by_role("button", name="Save Prescription", exact=True).dblclick()
    expect(writer.get_by_text(f"Prescription sent to {patient}.", exact=True)).to_be_visible()
    address = f"{patient.split()[0].lower()}@example.com"
    welcome, plan = mails_to(demo, address, at_least=2)
    assert MAGNESIUM not in welcome + plan
    assert "Magnesium" not in plan
    assert "Start slowly" not in plan
    assert "Meadowlark Dispensary" in plan
    prescriber.choose(patient, "Profile").click()
    region = prescriber.page.get_by_role("region", name="Prescriptions", exact=True)
    expect(region.get_by_role("button", name="View", exact=True)).to_have_count(1)
    assert len(mails_to(demo, address)) == 2


def test_5_5_an_unfinished_prescription_is_a_draft_with_continue_and_discard(prescriber: Clinic) -> None:
    patient = prescriber.new_patient()
    writer = prescriber.ready_to_write(patient)
    prescriber.add_product(writer, "zinc picolinate fernway", "Zinc Picolinate 30 mg")
    prescriber.choose(patient, "Profile").click()
    region = prescriber.page.get_by_role("region", name="Prescriptions", exact=True)
    expect(region.get_by_text("Draft", exact=True)).to_be_visible()
    region.get_by_role("button", name="Continue", exact=True).or_(
        region.get_by_role("link", name="Continue", exact=True)
    ).click()
    writer = prescriber.page.get_by_role("dialog", name="Fullscript Prescription Writer", exact=True)
    expect(writer.get_by_role("listitem").filter(has_text="Zinc Picolinate")).to_be_visible()
    prescriber.choose(patient, "Profile").click()
    region.get_by_role("button", name="View", exact=True).click()
    view = prescriber.page.get_by_role("dialog", name="Prescription", exact=True)
    view.get_by_role("button", name="Continue", exact=True).click()
    expect(writer.get_by_role("listitem").filter(has_text="Zinc Picolinate")).to_be_visible()
    prescriber.choose(patient, "Profile").click()
    region.get_by_role("button", name="Discard", exact=True).click()
    expect(
        prescriber.page.get_by_role("region", name="Prescriptions", exact=True).get_by_text(
            "Draft", exact=True
        )
    ).to_have_count(0)


def test_5_6_what_is_saved_while_the_dispensary_is_down_waits_and_is_sent_once_when_it_is_back(
    prescriber: Clinic, demo: Demo, proxy: FaultProxy
) -> None:
    patient = prescriber.new_patient()
    writer = prescriber.ready_to_write(patient)
    address = f"{patient.split()[0].lower()}@example.com"
    prescriber.add_product(writer, "magnesium glycinate 120", MAGNESIUM)
    assert len(mails_to(demo, address, at_least=1)) == 1, "the welcome"
    before = proxy.faults_met()
    with proxy.fault("/api/", Fault.RESET):
        writer.get_by_role("button", name="Save Prescription", exact=True).click()
        expect(writer.get_by_text("Waiting to send", exact=True).first).to_be_visible()
        prescriber.wait_until(lambda: proxy.faults_met() >= before + 2, "It was tried twice in vain")
        expect(writer.get_by_text("Waiting to send", exact=True).first).to_be_visible()
        # Nobody has to keep the page open.
        prescriber.choose(patient, "Profile").click()
        region = prescriber.page.get_by_role("region", name="Prescriptions", exact=True)
        expect(region.get_by_text("Waiting to send", exact=True)).to_be_visible()
    assert len(mails_to(demo, address, at_least=2, seconds=60)) == 2, "the welcome and the plan"
    prescriber.choose(patient, "Profile").click()
    expect(region.get_by_text("Sent", exact=True).first).to_be_visible()
    expect(region.get_by_role("button", name="View", exact=True)).to_have_count(1)
    assert plans_there(demo, address) == 1


def test_5_6_a_prescription_that_is_refused_is_not_sent_and_can_be_tried_again(
    prescriber: Clinic, demo: Demo, proxy: FaultProxy
) -> None:
    patient = prescriber.new_patient()
    writer = prescriber.ready_to_write(patient)
    address = f"{patient.split()[0].lower()}@example.com"
    prescriber.add_product(writer, "magnesium glycinate 120", MAGNESIUM)
    assert len(mails_to(demo, address, at_least=1)) == 1, "the welcome"
    with proxy.fault("/api/clinic/patients/", Fault.REFUSED, method="POST"):
        writer.get_by_role("button", name="Save Prescription", exact=True).click()
        expect(writer.get_by_text("Not sent", exact=True).first).to_be_visible()
        expect(writer.get_by_text("Something is not valid").first).to_be_visible()
    writer.get_by_role("button", name="Try again", exact=True).click()
    expect(writer.get_by_text(f"Prescription sent to {patient}.", exact=True)).to_be_visible()
    assert len(mails_to(demo, address, at_least=2)) == 2, "the welcome and the plan"
    assert plans_there(demo, address) == 1


def test_5_6_trying_again_on_the_patients_page_says_so_and_stays_there(
    prescriber: Clinic, demo: Demo, proxy: FaultProxy
) -> None:
    patient = prescriber.new_patient()
    writer = prescriber.ready_to_write(patient)
    prescriber.add_product(writer, "magnesium glycinate 120", MAGNESIUM)
    mails_to(demo, f"{patient.split()[0].lower()}@example.com", at_least=1)
    with proxy.fault("/api/clinic/patients/", Fault.REFUSED, method="POST"):
        writer.get_by_role("button", name="Save Prescription", exact=True).click()
        expect(writer.get_by_text("Not sent", exact=True).first).to_be_visible()
        prescriber.choose(patient, "Profile").click()
        here = prescriber.page.url
        region = prescriber.page.get_by_role("region", name="Prescriptions", exact=True)
        met = proxy.faults_met("/api/clinic/patients/")
        region.get_by_role("button", name="Try again", exact=True).click()
        expect(prescriber.page.get_by_text("It is being tried again.", exact=True).last).to_be_visible()
        prescriber.wait_until(lambda: proxy.faults_met("/api/clinic/patients/") > met, "It is refused again")
        # The worker notes the refusal, and the region asks every two seconds.
        expect(region.get_by_role("button", name="Try again", exact=True)).to_be_visible(timeout=30_000)
    region.get_by_role("button", name="View", exact=True).click()
    view = prescriber.page.get_by_role("dialog", name="Prescription", exact=True)
    view.get_by_role("button", name="Try again", exact=True).click()
    # At once: the answer still comes, and what shows prescriptions hears of it.
    view.get_by_role("button", name="Close", exact=True).click()
    expect(region.get_by_text("Sent", exact=True).first).to_be_visible(timeout=30_000)
    assert prescriber.page.url == here


def plans_there(demo: Demo, address: str) -> int:
    """Return how many plans the dispensary has for the patient of an email."""
    with psycopg.connect(demo.database_url("dispensary", role="migration")) as connection:
        row = connection.execute(
            "select count(*) from dispensary_treatment_plans_treatmentplan t"
            " join dispensary_patients_patient p on p.id = t.patient_id where p.email = %s",
            [address],
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_5_7_in_office_checkout_places_an_order_that_comes_back_into_the_profile(prescriber: Clinic) -> None:
    patient = prescriber.new_patient()
    writer = prescriber.ready_to_write(patient)
    prescriber.add_product(writer, "zinc picolinate fernway", "Zinc Picolinate 30 mg")
    writer.get_by_role("button", name="Save Prescription", exact=True).click()
    expect(writer.get_by_text(f"Prescription sent to {patient}.", exact=True)).to_be_visible()
    with prescriber.context.expect_page() as opened:
        writer.get_by_role("button", name="In-office checkout", exact=True).click()
    tab = opened.value
    tab.wait_for_load_state()
    assert tab.url.startswith(prescriber.dispensary_url)
    place_order(tab)
    prescriber.choose(patient, "Profile").click()
    region = prescriber.page.get_by_role("region", name="Prescriptions", exact=True)
    prescriber.reload_until(region.get_by_text("Ordered", exact=True))


def place_order(tab: "object") -> None:
    """Fill in what the checkout asks for and place the order."""
    from playwright.sync_api import Page

    assert isinstance(tab, Page)
    expect(tab.get_by_text("Zinc Picolinate").first).to_be_visible()
    tab.get_by_role("button", name=re.compile("^Place order")).click()
    expect(tab.get_by_text(re.compile("R[0-9]{9}")).first).to_be_visible()


def test_5_9_view_shows_products_dosage_people_and_times(prescriber: Clinic) -> None:
    patient = prescriber.new_patient()
    writer = prescriber.ready_to_write(patient)
    prescriber.add_product(writer, "zinc picolinate fernway", "Zinc Picolinate 30 mg")
    writer.get_by_role("button", name="Save Prescription", exact=True).click()
    expect(writer.get_by_text(f"Prescription sent to {patient}.", exact=True)).to_be_visible()
    prescriber.choose(patient, "Profile").click()
    region = prescriber.page.get_by_role("region", name="Prescriptions", exact=True)
    region.get_by_role("button", name="View", exact=True).click()
    view = prescriber.page.get_by_role("dialog", name="Prescription", exact=True)
    expect(view.get_by_text("Zinc Picolinate").first).to_be_visible()
    for label in ("Written by", "Prescriber", "Sent"):
        expect(view.get_by_text(label, exact=True).first).to_be_visible()
    expect(view.get_by_text("Nina Alvarez").first).to_be_visible()
    assert PASSWORD not in view.inner_text()


def test_5_8_a_cancellation_at_the_dispensary_appears_in_the_clinic_within_seconds(
    prescriber: Clinic,
) -> None:
    patient = prescriber.new_patient()
    writer = prescriber.ready_to_write(patient)
    prescriber.add_product(writer, "zinc picolinate fernway", "Zinc Picolinate 30 mg")
    writer.get_by_role("button", name="Save Prescription", exact=True).click()
    expect(writer.get_by_text(f"Prescription sent to {patient}.", exact=True)).to_be_visible()
    practice = prescriber.context.new_page()
    practice.goto(f"{prescriber.dispensary_url}/plans/")
    practice.get_by_role("row").filter(has_text=patient.split()[1]).get_by_role("link").first.click()
    practice.get_by_role("button", name="Cancel plan", exact=True).click()
    expect(practice.get_by_text("Cancelled").first).to_be_visible()
    prescriber.choose(patient, "Profile").click()
    region = prescriber.page.get_by_role("region", name="Prescriptions", exact=True)
    prescriber.reload_until(region.get_by_text("Cancelled", exact=True))
