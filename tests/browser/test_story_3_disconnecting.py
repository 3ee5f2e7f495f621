"""Story 3: disconnecting."""

import re

import psycopg
from playwright.sync_api import Locator, expect

from betony.cli.testing.demo import Demo
from tests.browser.clinic import INES, NINA, ROSA, SAM, THEO, WRITER, Clinic
from tests.browser.test_story_4_patients import mails_to
from tests.prove.fault_proxy import Fault, FaultProxy


def ask_to_reset(clinic: Clinic, writer: Locator) -> Locator:
    writer.get_by_role("button", name="Reset Option", exact=True).click()
    clinic.page.get_by_role("menuitem", name="Reset User", exact=True).click()
    dialog = clinic.page.get_by_role("dialog", name="Reset User", exact=True)
    expect(dialog.get_by_role("button", name="Reset user", exact=True)).to_be_visible()
    return dialog


def test_3_1_reset_user_says_what_will_happen_and_can_be_called_off(clinic: Clinic) -> None:
    clinic.sign_in()
    writer = clinic.ready_to_write("June Hartley")
    dialog = ask_to_reset(clinic, writer)
    expect(dialog.get_by_text(re.compile("disconnected from Meadowlark Dispensary"))).to_be_visible()
    dialog.get_by_role("button", name="Keep connection", exact=True).click()
    expect(dialog).to_have_count(0)
    again = clinic.open_writer("June Hartley")
    expect(again.get_by_label("Search A Product", exact=True)).to_be_visible()


def test_3_1_and_3_2_what_waits_is_listed_first_and_is_not_sent_afterwards(
    clinic: Clinic, proxy: FaultProxy
) -> None:
    clinic.sign_in()
    patient = clinic.new_patient()
    writer = clinic.ready_to_write(patient)
    clinic.add_product(writer, "magnesium glycinate 120", "Magnesium Glycinate 120 mg")
    with proxy.fault("/api/", Fault.RESET):
        writer.get_by_role("button", name="Save Prescription", exact=True).click()
        expect(writer.get_by_text("Waiting to send", exact=True).first).to_be_visible()
        dialog = ask_to_reset(clinic, writer)
        listed = dialog.get_by_role("listitem").filter(has_text=patient)
        expect(listed).to_be_visible()
        dialog.get_by_role("button", name="Reset user", exact=True).click()
        expect(clinic.page.get_by_role("dialog")).to_have_count(0)
    clinic.choose(patient, "Profile").click()
    region = clinic.page.get_by_role("region", name="Prescriptions", exact=True)
    expect(region.get_by_text("Not sent", exact=True)).to_be_visible()


def test_3_1_whoever_has_no_writer_finds_reset_user_under_fullscript(clinic: Clinic) -> None:
    clinic.sign_in(THEO)
    tab = clinic.connect("June Hartley", dispensary_email=ROSA)
    expect(tab.get_by_role("link", name="Return to June Hartley", exact=True)).to_be_visible()
    tab.close()
    clinic.choose("June Hartley", "Fullscript").click()
    own = clinic.page.get_by_role("dialog", name="Fullscript", exact=True)
    expect(
        own.get_by_text(re.compile("^You have been connected to Meadowlark Dispensary since "))
    ).to_be_visible()
    ask_to_reset(clinic, own).get_by_role("button", name="Reset user", exact=True).click()
    expect(clinic.page.get_by_text("You are disconnected from Fullscript.", exact=True).last).to_be_visible()
    clinic.start_connecting("June Hartley").close()


def test_3_2_and_3_4_after_a_reset_the_next_fullscript_asks_for_credentials_again(clinic: Clinic) -> None:
    clinic.sign_in()
    writer = clinic.ready_to_write("June Hartley")
    ask_to_reset(clinic, writer).get_by_role("button", name="Reset user", exact=True).click()
    expect(clinic.page.get_by_role("dialog")).to_have_count(0)
    tab = clinic.start_connecting("June Hartley")
    # The browser is still signed in at the dispensary, and is asked all the same.
    expect(tab.get_by_label("Password", exact=True)).to_be_visible()
    clinic.sign_in_at_dispensary(tab)
    tab.get_by_role("button", name="Authorize Application", exact=True).click()
    expect(tab.get_by_text("Fullscript is connected.", exact=True)).to_be_visible()
    tab.close()
    fresh = clinic.open_writer("June Hartley")
    expect(fresh.get_by_role("button", name="Confirm", exact=True)).to_be_visible()


def history_came_in(clinic: Clinic) -> Locator:
    """Wait until June's history has come in behind whoever has just connected; return where it stands."""
    clinic.choose("June Hartley", "Profile").click()
    region = clinic.page.get_by_role("region", name="Prescriptions", exact=True)
    clinic.reload_until(region.get_by_role("button", name="View", exact=True).first)
    return region


def test_3_2_history_stays_readable_and_says_as_of_when_nobody_is_connected(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.ready_to_write("June Hartley")
    region = history_came_in(clinic)
    writer = clinic.open_writer("June Hartley")
    ask_to_reset(clinic, writer).get_by_role("button", name="Reset user", exact=True).click()
    clinic.choose("June Hartley", "Profile").click()
    expect(region.get_by_role("button", name="View", exact=True).first).to_be_visible()
    expect(region.get_by_text(re.compile("as of "))).to_be_visible()


def mails_go_out_now(clinic_database: str) -> None:
    """Spend the minutes in which a notice can still be read before it is mailed."""
    with psycopg.connect(clinic_database) as connection:
        connection.execute(
            "update procrastinate_jobs set scheduled_at = now()"
            " where task_name = 'workspace.mail_notice' and status = 'todo'"
        )


def told(demo: Demo) -> list[str]:
    """Return the mails that tell the owner that nobody is connected any more."""
    return [one for one in mails_to(demo, NINA) if one.startswith("Fullscript is no longer connected")]


def test_3_3_after_the_last_reset_the_owner_is_told_and_another_dispensary_may_be_connected(
    clinic: Clinic, demo: Demo, clinic_database: str
) -> None:
    clinic.sign_in(SAM)
    clinic.connect("June Hartley", dispensary_email=SAM).close()
    clinic.choose_practitioner(clinic.open_writer("June Hartley"))
    region = history_came_in(clinic)
    writer = clinic.open_writer("June Hartley")
    before = len(told(demo))
    ask_to_reset(clinic, writer).get_by_role("button", name="Reset user", exact=True).click()
    expect(clinic.page.get_by_role("dialog")).to_have_count(0)

    def owner_is_told() -> bool:
        mails_go_out_now(clinic_database)
        return len(told(demo)) == before + 1

    clinic.wait_until(owner_is_told, "The owner is told")
    assert "Meadowlark" in told(demo)[-1]
    assert "June" not in told(demo)[-1]
    clinic.connect("June Hartley", dispensary_email=INES).close()
    clinic.choose("June Hartley", "Profile").click()
    # What came from the former dispensary is kept as history.
    expect(region.get_by_role("button", name="View", exact=True).first).to_be_visible()


def test_3_5_a_revocation_at_the_dispensary_is_noticed_and_loses_nothing(clinic: Clinic) -> None:
    clinic.sign_in()
    patient = clinic.new_patient()
    writer = clinic.ready_to_write(patient)
    clinic.add_product(writer, "magnesium glycinate 120", "Magnesium Glycinate 120 mg")
    tab = clinic.context.new_page()
    tab.goto(f"{clinic.dispensary_url}/connected-applications/")
    tab.get_by_role("button", name=re.compile("Disconnect")).first.click()
    tab.get_by_role("button", name=re.compile("Disconnect")).first.click() if tab.get_by_role(
        "dialog"
    ).count() else None
    tab.close()
    writer.get_by_label("Search A Product", exact=True).fill("zinc")
    expect(writer.get_by_text("Fullscript is no longer connected.").first).to_be_visible()
    expect(writer.get_by_role("listitem").filter(has_text="Magnesium Glycinate 120 mg")).to_be_visible()
    tab = clinic.start_connecting(patient)
    if tab.get_by_label("Password", exact=True).count():
        clinic.sign_in_at_dispensary(tab)
    tab.get_by_role("button", name="Authorize Application", exact=True).click()
    expect(tab.get_by_text("Fullscript is connected.", exact=True)).to_be_visible()
    tab.close()
    again = clinic.choose_practitioner(clinic.open_writer(patient))
    expect(again.get_by_role("listitem").filter(has_text="Magnesium Glycinate 120 mg")).to_be_visible()
    expect(clinic.page.get_by_role("dialog", name=WRITER, exact=True)).to_be_visible()
