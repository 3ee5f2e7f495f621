"""Story 5.6 and 5.10: what never reached the dispensary is cancelled, or written again; what may have, is not."""

import re

from playwright.sync_api import Locator, expect

from betony.cli.testing.demo import Demo
from tests.browser.clinic import WRITER, Clinic
from tests.prove.fault_proxy import Fault, FaultProxy

ZINC = "Zinc Picolinate 30 mg"
PATIENTS = "/api/clinic/patients/"


def write(clinic: Clinic) -> tuple[str, Locator]:
    """Put zinc on a prescription for a new patient who is set up, and return the name and the writer."""
    patient = clinic.new_patient()
    writer = clinic.ready_to_write(patient)
    clinic.add_product(writer, "zinc picolinate fernway", ZINC)
    expect(writer.get_by_text(re.compile(f"^Linked to {patient}"))).to_be_visible(timeout=30_000)
    return patient, writer


def save(writer: Locator) -> None:
    writer.get_by_role("button", name="Save Prescription", exact=True).click()


def open_prescription(clinic: Clinic, patient: str) -> tuple[Locator, Locator]:
    """Open **View** from the patient's page, and return the region and the dialog."""
    clinic.choose(patient, "Profile").click()
    region = clinic.page.get_by_role("region", name="Prescriptions", exact=True)
    region.get_by_role("button", name="View", exact=True).first.click()
    return region, clinic.page.get_by_role("dialog", name="Prescription", exact=True)


def plans_of(clinic: Clinic, patient: str) -> int:
    """Return how many plans the practice's own page at the dispensary lists for the patient."""
    practice = clinic.context.new_page()
    practice.goto(f"{clinic.dispensary_url}/plans/")
    found = practice.get_by_role("row").filter(has_text=patient.split()[1]).count()
    practice.close()
    return found


def test_5_10_what_waits_while_fullscript_is_down_is_cancelled_and_never_sent(
    prescriber: Clinic, proxy: FaultProxy
) -> None:
    patient, writer = write(prescriber)
    with proxy.down():
        save(writer)
        expect(
            writer.get_by_text("Fullscript is not answering. It is tried again automatically.")
        ).to_be_visible(timeout=30_000)
        region, dialog = open_prescription(prescriber, patient)
        dialog.get_by_role("button", name="Cancel prescription", exact=True).click()
        ask = prescriber.page.get_by_role("dialog", name="Cancel prescription", exact=True)
        expect(ask.get_by_text(re.compile("^It has not reached Fullscript"))).to_be_visible()
        ask.get_by_label("Reason").fill("Meant for somebody else")
        ask.get_by_role("button", name="Cancel prescription", exact=True).click()
        expect(ask).to_have_count(0)
        expect(region.get_by_text("Cancelled", exact=True)).to_be_visible()
    region.get_by_role("button", name="View", exact=True).first.click()
    expect(dialog.get_by_text("Meant for somebody else")).to_be_visible()
    expect(dialog.get_by_text("Nina Alvarez").first).to_be_visible()
    for name in ("Cancel prescription", "Change", "Try again"):
        expect(dialog.get_by_role("button", name=name, exact=True)).to_have_count(0)
    assert plans_of(prescriber, patient) == 0


def test_5_10_what_fullscript_refused_is_written_again_and_sent(
    prescriber: Clinic, proxy: FaultProxy, demo: Demo
) -> None:
    patient, writer = write(prescriber)
    with proxy.fault(PATIENTS, Fault.REFUSED, method="POST"):
        save(writer)
        expect(writer.get_by_text("Something is not valid")).to_be_visible(timeout=30_000)
    _region, dialog = open_prescription(prescriber, patient)
    dialog.get_by_role("button", name="Change", exact=True).click()
    again = prescriber.page.get_by_role("dialog", name=WRITER, exact=True)
    expect(again.get_by_role("listitem").filter(has_text=ZINC)).to_be_visible()
    again.get_by_role("button", name=f"Change {ZINC}", exact=True).click()
    form = again.get_by_role("listitem").filter(has_text=ZINC)
    form.get_by_label("Quantity", exact=True).fill("2")
    form.get_by_role("button", name="Keep changes", exact=True).click()
    expect(again.get_by_text(re.compile("quantity 2"))).to_be_visible()
    save(again)
    expect(again.get_by_text(f"Prescription sent to {patient}.", exact=True)).to_be_visible(timeout=30_000)
    prescriber.choose(patient, "Profile").click()
    region = prescriber.page.get_by_role("region", name="Prescriptions", exact=True)
    expect(region.get_by_text("It was written again before it was sent.")).to_be_visible()
    assert plans_of(prescriber, patient) == 1
    prescriber.page.goto(f"{prescriber.url}/fullscript/waiting/")
    expect(prescriber.page.get_by_role("row").filter(has_text=patient)).to_have_count(0)


def test_5_6_what_may_have_arrived_says_so_and_can_only_be_tried_again(
    prescriber: Clinic, proxy: FaultProxy
) -> None:
    patient, writer = write(prescriber)
    with proxy.fault(PATIENTS, Fault.LOST, method="POST"), proxy.fault("/api/clinic/metadata", Fault.ERROR):
        save(writer)
        expect(
            writer.get_by_text("Fullscript is not answering. It is tried again automatically.")
        ).to_be_visible(timeout=40_000)
        _region, dialog = open_prescription(prescriber, patient)
        expect(dialog.get_by_text(re.compile("^Fullscript may already have it"))).to_be_visible()
        for name in ("Cancel prescription", "Change"):
            expect(dialog.get_by_role("button", name=name, exact=True)).to_have_count(0)
    region = prescriber.page.get_by_role("region", name="Prescriptions", exact=True)
    expect(region.get_by_text("Sent", exact=True)).to_be_visible(timeout=60_000)
    assert plans_of(prescriber, patient) == 1
