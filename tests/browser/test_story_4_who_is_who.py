"""Stories 4.2, 4.4 and 4.5: who is who at the dispensary, undoing a link, and emails that change."""

import re
import time

from playwright.sync_api import Locator, Page, expect

from tests.browser.clinic import WRITER, Clinic

PRIYA, MIA, JUNE = "Priya Raman", "Mia Raman", "June Hartley"
SAME, DIFFERENT = "Same person", "Different person"


def button(place: Locator | Page, name: str) -> Locator:
    return place.get_by_role("button", name=name, exact=True)


def pair(place: Locator | Page, here: str, there: str) -> Locator:
    """The two people side by side."""
    return place.get_by_role("region", name=f"{here} · {there}", exact=True)


def connect_and_match(clinic: Clinic) -> None:
    """Connect Nina, and wait until all patients were matched."""
    clinic.sign_in()
    clinic.connect("Omar Reyes").close()
    clinic.page.goto(f"{clinic.url}/fullscript/patients-to-confirm/")
    deadline = time.monotonic() + 60
    while pair(clinic.page, MIA, PRIYA).count() == 0:
        assert time.monotonic() < deadline, "Mia never came to Patients to confirm"
        clinic.page.wait_for_timeout(500)
        clinic.page.reload()


def open_profile(clinic: Clinic, patient: str) -> Locator:
    """Open the patient's page, and return its region **Prescriptions** once it stands."""
    clinic.choose(patient, "Profile").click()
    region = clinic.page.get_by_role("region", name="Prescriptions", exact=True)
    expect(region.get_by_role("heading", name="Prescriptions", exact=True)).to_be_visible()
    return region


def change_email(clinic: Clinic, patient: str, email: str) -> None:
    open_profile(clinic, patient)
    clinic.page.get_by_role("button", name="Edit profile", exact=True).first.click()
    dialog = clinic.page.get_by_role("dialog", name="Patient Profile", exact=True)
    dialog.get_by_label("Email", exact=True).fill(email)
    button(dialog, "Save").click()
    expect(dialog).to_have_count(0)


def wait_for_view(clinic: Clinic, region: Locator, number: int) -> None:
    """Wait until the history has so many rows."""
    expect(button(region, "View")).to_have_count(number, timeout=20_000)


def test_4_2_whoever_is_not_certain_collects_in_patients_to_confirm(clinic: Clinic) -> None:
    connect_and_match(clinic)
    clinic.open_patients()
    link = clinic.page.get_by_role("link", name="Patients to confirm", exact=True)
    expect(link).to_be_visible()
    link.click()
    expect(clinic.page.get_by_role("heading", name="Patients to confirm", exact=True)).to_be_visible()
    mias = pair(clinic.page, MIA, PRIYA)
    expect(mias.get_by_role("row", name=re.compile("Name.*different"))).to_be_visible()
    expect(
        mias.get_by_role("row", name=re.compile("Date of birth.*01.23.2015.*06.09.1985.*different"))
    ).to_be_visible()
    expect(mias.get_by_role("row", name=re.compile("Email.*the same"))).to_be_visible()
    button(pair(clinic.page, PRIYA, PRIYA), SAME).click()
    expect(
        clinic.page.get_by_text("Linked to Priya Raman at Meadowlark Dispensary.", exact=True)
    ).to_be_visible()
    button(mias, DIFFERENT).click()
    expect(clinic.page.get_by_label("Email for Fullscript", exact=True)).to_be_visible()
    clinic.page.reload()
    expect(pair(clinic.page, MIA, PRIYA)).to_have_count(0)


def test_4_4_the_writer_asks_and_after_different_person_takes_another_email(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.connect("Omar Reyes").close()
    writer = clinic.choose_practitioner(clinic.open_writer(MIA))
    question = pair(writer, MIA, PRIYA)
    expect(question).to_be_visible()
    expect(button(question, SAME)).to_be_visible()
    button(question, DIFFERENT).click()
    field = writer.get_by_label("Email for Fullscript", exact=True)
    field.fill("raman.family@example.com")
    button(writer, "Save email").click()
    expect(field).to_have_attribute("aria-invalid", "true")
    email = f"mia.{int(time.time())}@example.com"
    field.fill(email)
    button(writer, "Save email").click()
    expect(writer.get_by_text("Linked to Mia Raman at Meadowlark Dispensary")).to_be_visible()
    expect(writer.get_by_text(f"Email for Fullscript: {email}", exact=True)).to_be_visible()
    # A click elsewhere is no answer: nothing about Priya was decided, and nobody was created for her.
    other = clinic.open_writer(PRIYA)
    expect(pair(other, PRIYA, PRIYA)).to_be_visible()


def test_4_4_a_wrong_link_is_undone_with_a_trace_and_made_again(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.connect("Omar Reyes").close()
    region = open_profile(clinic, JUNE)
    deadline = time.monotonic() + 30
    while button(region, "View").count() < 3 and time.monotonic() < deadline:
        clinic.page.wait_for_timeout(500)
        clinic.page.reload()
        region.get_by_role("heading", name="Prescriptions", exact=True).wait_for()
    wait_for_view(clinic, region, 3)
    button(region, "Unlink").click()
    dialog = clinic.page.get_by_role("dialog", name=f"Unlink {JUNE}", exact=True)
    expect(dialog.get_by_text("3 prescriptions from Fullscript")).to_be_visible()
    button(dialog, "Unlink").click()
    expect(dialog).to_have_count(0)
    trace = region.get_by_text(
        re.compile("3 prescriptions from a link that was undone on .* by Nina Alvarez are hidden")
    )
    expect(trace).to_be_visible()
    expect(button(region, "View")).to_have_count(0)
    button(region, "Link again").click()
    wait_for_view(clinic, region, 3)
    expect(trace).to_have_count(0)


def test_4_4_unlinked_in_the_writer_the_two_are_asked_about_and_not_linked_again(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.connect("Omar Reyes").close()
    writer = clinic.choose_practitioner(clinic.open_writer(JUNE))
    expect(writer.get_by_text("Linked to June Hartley at Meadowlark Dispensary")).to_be_visible()
    button(writer, "Unlink").click()
    dialog = clinic.page.get_by_role("dialog", name=f"Unlink {JUNE}", exact=True)
    button(dialog, "Unlink").click()
    writer = clinic.page.get_by_role("dialog", name=WRITER, exact=True)
    expect(writer.get_by_text(re.compile("Different person, said Nina Alvarez on"))).to_be_visible()
    button(pair(writer, JUNE, JUNE), SAME).click()
    expect(writer.get_by_text("Linked to June Hartley at Meadowlark Dispensary")).to_be_visible()


def test_4_5_an_email_changed_here_pauses_sending_until_somebody_answers(prescriber: Clinic) -> None:
    patient = prescriber.new_patient()
    writer = prescriber.ready_to_write(patient)
    expect(writer.get_by_text(f"Linked to {patient} at Meadowlark Dispensary")).to_be_visible()
    new = f"moved.{int(time.time())}@example.com"
    change_email(prescriber, patient, new)
    region = prescriber.page.get_by_role("region", name="Prescriptions", exact=True)
    for name in ("Update at Fullscript", "Keep their e-mail", "Unlink"):
        expect(button(region, name)).to_be_visible()
    writer = prescriber.open_writer(patient)
    prescriber.add_product(writer, "magnesium glycinate 120", "Magnesium Glycinate 120 mg")
    button(writer, "Save Prescription").click()
    expect(writer.get_by_text(re.compile("email was changed here. It is sent once"))).to_be_visible()
    button(writer, "Update at Fullscript").click()
    expect(writer.get_by_text("The email was changed here", exact=True)).to_have_count(0)
    region = open_profile(prescriber, patient)
    button(region, "View").first.click()
    seen = prescriber.page.get_by_role("dialog", name="Prescription", exact=True)
    expect(seen.get_by_text(re.compile(re.escape(new)))).to_be_visible()


def test_4_5_keep_their_email_leaves_it_as_it_is_there(prescriber: Clinic) -> None:
    patient = prescriber.new_patient()
    writer = prescriber.ready_to_write(patient)
    expect(writer.get_by_text(f"Linked to {patient} at Meadowlark Dispensary")).to_be_visible()
    old = f"{patient.split()[0].lower()}@example.com"
    change_email(prescriber, patient, f"kept.{int(time.time())}@example.com")
    region = prescriber.page.get_by_role("region", name="Prescriptions", exact=True)
    button(region, "Keep their e-mail").click()
    expect(region.get_by_text(re.compile(rf"email there: {re.escape(old)}"))).to_be_visible()
    expect(button(region, "Update at Fullscript")).to_have_count(0)


def test_4_5_the_email_for_fullscript_of_a_linked_patient_is_changed_where_it_stands(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.connect("Omar Reyes").close()
    patient = clinic.new_patient()
    writer = clinic.choose_practitioner(clinic.open_writer(patient))
    expect(writer.get_by_text(f"Linked to {patient} at Meadowlark Dispensary")).to_be_visible()
    region = open_profile(clinic, patient)
    button(region, "Change").click()
    dialog = clinic.page.get_by_role("dialog", name="Email for Fullscript", exact=True)
    field = dialog.get_by_label("Email for Fullscript", exact=True)
    field.fill("june.hartley@example.com")
    button(dialog, "Save email").click()
    expect(field).to_have_attribute("aria-invalid", "true")
    new = f"there.{int(time.time())}@example.com"
    field.fill(new)
    button(dialog, "Save email").click()
    expect(dialog).to_have_count(0)
    expect(region.get_by_text(f"Email for Fullscript: {new}", exact=True)).to_be_visible(timeout=20_000)
