"""Stories 1.3 and 4.1 to 4.3: patients, matching, creating at the dispensary."""

import email
import email.policy
import re
import time

from playwright.sync_api import expect

from betony.cli.testing.demo import Demo
from tests.browser.clinic import Clinic, all_is_done


def mails_to(demo: Demo, address: str, *, at_least: int = 0, seconds: float = 20) -> list[str]:
    """Return subject and text of the mails to an address, once there are so many."""
    deadline = time.monotonic() + seconds
    while True:
        found = []
        for path in demo.mails():
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if address in str(message["to"]):
                body = message.get_body(("plain",))
                found.append(f"{message['subject']}\n{body.get_content() if body else ''}")
        if len(found) >= at_least or time.monotonic() > deadline:
            return found
        time.sleep(0.3)


def test_4_1_a_patient_is_added_and_bad_input_is_explained_beside_the_field(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.open_patients()
    clinic.page.get_by_role("button", name="Add Patient", exact=True).click()
    dialog = clinic.page.get_by_role("dialog", name="Patient Profile", exact=True)
    dialog.get_by_label("First name", exact=True).fill("<b>Ada</b>")
    dialog.get_by_label("Email", exact=True).fill("not an email")
    dialog.get_by_label("Date of birth", exact=True).fill("30/30/1980")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog.get_by_label("Last name", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("Email", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("Date of birth", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("First name", exact=True)).to_have_value("<b>Ada</b>")


def test_4_2_a_match_brings_the_history_without_opening_the_writer(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.connect("Omar Reyes").close()
    clinic.choose("June Hartley", "Profile").click()
    region = clinic.page.get_by_role("region", name="Prescriptions", exact=True)
    expect(region.get_by_role("heading", name="Prescriptions", exact=True)).to_be_visible()
    clinic.reload_until(region.get_by_role("button", name="View", exact=True).nth(2))
    expect(region.get_by_role("cell", name=re.compile("^R[0-9]+")).first).to_be_visible()


def test_4_3_saving_creates_nobody_and_opening_the_writer_creates_one_patient_and_one_mail(
    clinic: Clinic, demo: Demo, databases: tuple[str, str]
) -> None:
    clinic.sign_in()
    clinic.connect("June Hartley").close()
    patient = clinic.new_patient()
    address = f"{patient.split()[0].lower()}@example.com"
    clinic.wait_until(lambda: all_is_done(*databases), "Every job has run")
    assert mails_to(demo, address) == []
    writer = clinic.choose_practitioner(clinic.open_writer(patient))
    expect(writer.get_by_text(f"Linked to {patient} at Meadowlark Dispensary")).to_be_visible()
    clinic.open_writer(patient)
    mails = mails_to(demo, address, at_least=1)
    clinic.wait_until(lambda: all_is_done(*databases), "Every job has run")
    assert len(mails_to(demo, address)) == 1
    assert "Meadowlark Dispensary" in mails[0]


def test_4_3_a_patient_without_an_e_mail_is_not_created_and_the_writer_says_why(prescriber: Clinic) -> None:
    writer = prescriber.ready_to_write("Harold Pike")
    expect(writer.get_by_text(re.compile("Harold Pike has no email"))).to_be_visible()
