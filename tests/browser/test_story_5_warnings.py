"""Story 5.4: what may harm is said before it is sent, and nothing severe is sent without a reason."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.clinic import Clinic

OMAR = "Omar Reyes"
WORT = re.compile(r"^St John's Wort \d")
REASON = re.compile(r"^Reason to prescribe .+ with .+")


def choose(writer: Locator, words: str, name: re.Pattern[str]) -> str:
    """Search and choose a product, and return its whole name."""
    writer.get_by_label("Search A Product", exact=True).fill(words)
    results = writer.get_by_role("listbox", name="Products")
    results.get_by_role("option").filter(has_text=re.compile(name.pattern.lstrip("^"))).first.click()
    heading = writer.get_by_role("heading", name=name)
    expect(heading).to_be_visible()
    return heading.inner_text()


def test_5_4_what_may_harm_is_acknowledged_with_a_reason_before_it_is_sent(prescriber: Clinic) -> None:
    writer = prescriber.ready_to_write(OMAR)
    name = choose(writer, "st john's wort", WORT)
    product = writer.get_by_role("region", name=name, exact=True)
    warning = product.get_by_role("article").filter(has_text="Warfarin").first
    for said in ("Severe", "St. John's wort", "Warfarin", "Source", "Not reviewed by a pharmacist."):
        expect(warning).to_contain_text(said)
    expect(warning).to_contain_text(re.compile(r"\b20\d\d(-\d\d){0,2}\b"))
    expect(product).to_contain_text("the product's description")
    writer.get_by_role("button", name="Add product", exact=True).click()
    save = writer.get_by_role("button", name="Save Prescription", exact=True)
    reasons = writer.get_by_role("textbox", name=REASON)
    expect(reasons.first).to_be_visible()
    save.click()
    expect(writer.get_by_text("Give a reason first.").first).to_be_visible()
    expect(writer.get_by_role("button", name="Save Prescription", exact=True)).to_be_visible()
    for place in range(reasons.count()):
        reasons.nth(place).fill("INR is checked every week with his physician")
    writer.get_by_role("button", name="Save Prescription", exact=True).click()
    expect(writer.get_by_text(f"Prescription sent to {OMAR}.")).to_be_visible()
    writer.get_by_role("button", name="View", exact=True).first.click()
    shown = prescriber.page.get_by_role("dialog", name="Prescription", exact=True)
    kept = shown.get_by_role("region", name="Acknowledged warnings", exact=True)
    for said in ("Severe", "Warfarin", "INR is checked every week with his physician", "Nina Alvarez"):
        expect(kept).to_contain_text(said)


def test_5_4_an_allergy_warns_and_a_medication_added_in_another_tab_asks_at_saving(
    prescriber: Clinic,
) -> None:
    writer = prescriber.ready_to_write(OMAR)
    choose(writer, "glucosamine sulfate", re.compile(r"^Glucosamine Sulfate"))
    expect(writer.get_by_role("article").filter(has_text="Shellfish").first).to_contain_text("Severe")
    patient = prescriber.new_patient()
    writer = prescriber.open_writer(patient)
    choose(writer, "st john's wort", WORT)
    writer.get_by_role("button", name="Add product", exact=True).click()
    expect(writer.get_by_role("textbox", name=REASON)).to_have_count(0)
    other = prescriber.context.new_page()
    first, last = patient.split()
    other.goto(f"{prescriber.url}/patients/?q={first}")
    other.get_by_role("link", name=f"{last}, {first}").first.click()
    other.get_by_role("link", name="Health record", exact=True).first.click()
    other.get_by_role("button", name="Add medication", exact=True).click()
    dialog = other.get_by_role("dialog", name="Add medication", exact=True)
    dialog.get_by_label("Name", exact=True).fill("Warfarin 5 mg")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("Warfarin 5 mg").first).to_be_visible()
    other.close()
    writer.get_by_role("button", name="Save Prescription", exact=True).click()
    expect(writer.get_by_text("1 severe warning needs a reason").first).to_be_visible()
    writer.get_by_role("textbox", name=REASON).fill("Told to stop warfarin by her physician")
    writer.get_by_role("button", name="Save Prescription", exact=True).click()
    expect(writer.get_by_text(f"Prescription sent to {patient}.")).to_be_visible()


def test_5_4_a_days_total_over_a_published_limit_follows_the_products_and_directions(clinic: Clinic) -> None:
    clinic.sign_in()
    writer = clinic.ready_to_write(clinic.new_patient())
    prescription = writer.get_by_role("listitem")
    clinic.add_product(writer, "vegan vitamin d3", "Vegan Vitamin D3 1,000 IU")
    over = writer.get_by_role("article").filter(has_text="above the upper limit of 100 mcg")
    expect(over).to_have_count(0)
    clinic.find_product(writer, "vitamin d3 10,000", "Vitamin D3 10,000 IU")
    expect(over).to_contain_text("Vitamin D: 275 mcg a day over all products")
    for said in ("Moderate", "directions of Vitamin D3 10,000 IU, Vegan Vitamin D3 1,000 IU", "Source"):
        expect(over).to_contain_text(said)
    writer.get_by_role("button", name="Add product", exact=True).click()
    expect(prescription.filter(has_text="Vitamin D3 10,000 IU")).to_be_visible()
    expect(over).to_have_count(1)
    writer.get_by_role("button", name="Change Vitamin D3 10,000 IU", exact=True).click()
    writer.get_by_label("Amount", exact=True).fill("1/2-1")
    writer.get_by_role("button", name="Keep changes", exact=True).click()
    expect(over).to_contain_text("Vitamin D: up to 275 mcg a day")
    writer.get_by_role("button", name="Remove Vitamin D3 10,000 IU", exact=True).click()
    expect(prescription.filter(has_text="Vegan Vitamin D3")).to_be_visible()
    expect(over).to_have_count(0)
