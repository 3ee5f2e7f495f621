"""Story 4.6: merging two patients, and taking it back."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.clinic import Clinic

MAGNESIUM = "Magnesium Glycinate 120 mg"
ZINC = "Zinc Picolinate 30 mg"


def prescribe(clinic: Clinic, writer: Locator, words: str, product: str, patient: str) -> None:
    """Write and send a prescription, and close the writer."""
    clinic.add_product(writer, words, product)
    writer.get_by_role("button", name="Save Prescription", exact=True).click()
    expect(writer.get_by_text(f"Prescription sent to {patient}.").first).to_be_visible(timeout=40_000)
    writer.get_by_role("button", name="Close", exact=True).click()


def profile(clinic: Clinic, patient: str) -> None:
    clinic.choose(patient, "Profile").click()
    expect(clinic.page.get_by_role("heading", name=patient, level=1)).to_be_visible()


def prescriptions(clinic: Clinic) -> Locator:
    return clinic.page.get_by_role("region", name="Prescriptions", exact=True)


def test_4_6_both_histories_stand_on_one_profile_and_an_undo_parts_them(prescriber: Clinic) -> None:
    clinic, page = prescriber, prescriber.page
    kept, merged = clinic.new_patient(), clinic.new_patient()
    prescribe(clinic, clinic.ready_to_write(kept), "magnesium glycinate 120", MAGNESIUM, kept)
    prescribe(clinic, clinic.ready_to_write(merged), "zinc picolinate fernway", ZINC, merged)

    clinic.choose(kept, "Merge with another patient").click()
    page.get_by_label("Search patients", exact=True).fill(merged)
    page.get_by_role("link", name=f"Compare with {merged}", exact=True).click()
    expect(page.get_by_role("heading", name=f"Merge {merged} into {kept}", exact=True)).to_be_visible()
    for shown in ("This record stays", "Different dates of birth", "1 prescription", "1 link to Fullscript"):
        expect(page.get_by_text(shown).first).to_be_visible()
    expect(page.get_by_text(f"prescriptions go to {kept} there", exact=False)).to_be_visible()
    page.get_by_label("I have compared both records: this is one person").check()
    page.get_by_label("Reason").fill("Entered twice")
    page.get_by_role("button", name=f"Merge {merged} into {kept}", exact=True).click()
    expect(page.get_by_text(f"{merged} was merged into {kept}.", exact=False).first).to_be_visible()
    for product in (MAGNESIUM, ZINC):
        expect(prescriptions(clinic).get_by_text(product).first).to_be_visible()

    clinic.open_patients(search=merged)
    expect(page.get_by_text("Nobody found").first).to_be_visible()
    profile(clinic, kept)
    page.get_by_role("link", name=merged, exact=True).click()
    expect(page.get_by_role("heading", name=f"Merged into {kept}", exact=True)).to_be_visible()
    page.get_by_role("link", name=f"Open {kept}", exact=True).click()

    page.get_by_role("link", name="Undo merge", exact=True).click()
    expect(page.get_by_role("region", name=f"Goes back to {merged}")).to_contain_text("1 prescription")
    expect(page.get_by_text("both records will be exactly as they were", exact=False)).to_be_visible()
    page.get_by_label("Reason").fill("They are two people")
    page.get_by_role("button", name="Undo merge", exact=True).click()
    expect(page.get_by_text("are two patients again", exact=False).first).to_be_visible()
    expect(prescriptions(clinic).get_by_text(MAGNESIUM).first).to_be_visible()
    expect(prescriptions(clinic).get_by_text(ZINC)).to_have_count(0)
    profile(clinic, merged)
    expect(prescriptions(clinic).get_by_text(ZINC).first).to_be_visible()


def test_4_6_a_page_opened_before_the_merge_loses_nothing_typed(prescriber: Clinic) -> None:
    clinic, page = prescriber, prescriber.page
    kept, merged = clinic.new_patient(), clinic.new_patient()
    profile(clinic, merged)
    page.get_by_role("link", name="Health record", exact=True).first.click()
    page.get_by_role("button", name=re.compile("Add allergy")).first.click()
    dialog = page.get_by_role("dialog", name="Add allergy", exact=True)
    dialog.get_by_label("Substance", exact=True).fill("Latex")

    second = Clinic(context=clinic.context, url=clinic.url, dispensary_url=clinic.dispensary_url)
    second.choose(kept, "Merge with another patient").click()
    second.page.get_by_label("Search patients", exact=True).fill(merged)
    second.page.get_by_role("link", name=f"Compare with {merged}", exact=True).click()
    second.page.get_by_label("I have compared both records: this is one person").check()
    second.page.get_by_label("Reason").fill("Entered twice")
    second.page.get_by_role("button", name=f"Merge {merged} into {kept}", exact=True).click()
    expect(second.page.get_by_text(f"{merged} was merged into {kept}.", exact=False).first).to_be_visible()

    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(
        page.get_by_text(f"{merged} was merged into {kept} in the meantime", exact=False).first
    ).to_be_visible()
    expect(dialog.get_by_label("Substance", exact=True)).to_have_value("Latex")
    with clinic.context.expect_page() as opened:
        page.get_by_role("link", name=f"Open {kept}", exact=True).click()
    expect(opened.value.get_by_role("heading", name=kept, level=1)).to_be_visible()
