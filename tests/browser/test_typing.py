"""What somebody is typing survives the end of a session, another person at the computer, a lost network, a crash."""

import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.clinic import NINA, PASSWORD, ROSA, THEO, Clinic

COVER = "You were signed out"
COMES_WITHIN_MILLISECONDS = 40_000


@pytest.fixture
def expire(clinic_database: str):
    """Let the sessions of somebody be without use for too long."""

    def let_pass(email: str) -> None:
        with psycopg.connect(clinic_database) as connection:
            connection.execute(
                "update clinic_accounts_staffsession set seen_at = now() - interval '5 hours' where ended_at is null"
                " and user_id = (select id from clinic_accounts_user where email = %s)",
                [email],
            )

    return let_pass


def begin_patient(clinic: Clinic, first_name: str, born: str) -> Locator:
    clinic.open_patients()
    clinic.page.get_by_role("button", name="Add Patient", exact=True).click()
    dialog = clinic.page.get_by_role("dialog", name="Patient Profile", exact=True)
    dialog.get_by_label("First name", exact=True).fill(first_name)
    dialog.get_by_label("Last name", exact=True).fill("Typewright")
    dialog.get_by_label("Date of birth", exact=True).fill(born)
    return dialog


def cover_of(page: Page) -> Locator:
    return page.get_by_role("dialog", name=COVER, exact=True)


def sign_in_over(page: Page, *, email: str = "", password: str = PASSWORD) -> None:
    cover = cover_of(page)
    if email:
        cover.get_by_label("Email", exact=True).fill(email)
    cover.get_by_label("Password", exact=True).fill(password)
    cover.get_by_role("button", name="Sign in", exact=True).click()


def test_a_poll_after_the_session_has_ended_covers_the_page_and_costs_no_typing(clinic, expire):
    clinic.sign_in(ROSA)
    dialog = begin_patient(clinic, "Winifred", "1931/02/03")
    expire(ROSA)
    expect(cover_of(clinic.page)).to_be_visible(timeout=COMES_WITHIN_MILLISECONDS)
    expect(dialog.get_by_label("First name", exact=True)).not_to_be_visible()
    expect(clinic.page.get_by_role("heading", name="Patients", exact=True)).not_to_be_visible()
    clinic.page.keyboard.press("Escape")
    clinic.page.keyboard.press("Escape")
    expect(cover_of(clinic.page)).to_be_visible()
    expect(cover_of(clinic.page).get_by_label("Email", exact=True)).to_have_value(ROSA)
    sign_in_over(clinic.page, password="wrong")
    expect(cover_of(clinic.page).get_by_text("That email and password do not match.")).to_be_visible()
    sign_in_over(clinic.page)
    expect(cover_of(clinic.page)).to_have_count(0)
    expect(dialog.get_by_label("First name", exact=True)).to_have_value("Winifred")
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(clinic.page.get_by_text("Winifred Typewright was added.").first).to_be_visible()


def test_the_press_that_finds_the_session_ended_works_after_signing_in_in_another_tab(clinic, expire):
    clinic.sign_in(ROSA)
    dialog = begin_patient(clinic, "Ottilie", "1944/08/19")
    expire(ROSA)
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(cover_of(clinic.page)).to_be_visible()
    other = clinic.context.new_page()
    other.goto(f"{clinic.url}/sign-in/")
    other.get_by_label("Email", exact=True).fill(ROSA)
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.get_by_role("heading", name="Patients", exact=True)).to_be_visible()
    clinic.page.bring_to_front()
    clinic.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(cover_of(clinic.page)).to_have_count(0)
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(clinic.page.get_by_text("Ottilie Typewright was added.").first).to_be_visible()


def test_somebody_else_at_the_same_computer_saves_nothing_of_it(clinic, expire, clinic_database):
    clinic.sign_in(ROSA)
    dialog = begin_patient(clinic, "Untouched", "1958/11/30")
    expire(ROSA)
    dialog.get_by_role("button", name="Save", exact=True).click()
    sign_in_over(clinic.page, email=THEO)
    expect(clinic.page.get_by_role("button", name="Theo Barnes")).to_be_visible()
    expect(clinic.page.get_by_role("dialog", name="Patient Profile", exact=True)).to_have_count(0)
    with psycopg.connect(clinic_database) as connection:
        [(added,)] = connection.execute(
            "select count(*) from clinic_patients_patient where first_name = 'Untouched'"
        ).fetchall()
    assert added == 0


def test_a_page_that_is_a_form_keeps_it_when_the_session_or_the_network_is_gone(clinic, expire):
    clinic.sign_in(NINA)
    page = clinic.page
    page.goto(f"{clinic.url}/settings/locations/add/")
    page.get_by_label("Name", exact=True).fill("Ferry Landing")
    save = page.get_by_role("button", name="Save", exact=True)
    clinic.context.set_offline(True)
    save.click()
    expect(page.get_by_text("what you typed is still here").first).to_be_visible()
    clinic.context.set_offline(False)
    expire(NINA)
    save.click()
    sign_in_over(page)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ferry Landing")
    save.click()
    expect(page.get_by_role("row").filter(has_text="Ferry Landing")).to_be_visible()


def reopen(clinic: Clinic) -> None:
    """Close the tab, as a crash does, and open another."""
    # Longer than typing waits to be kept.
    clinic.page.wait_for_timeout(4_000)
    clinic.page.close()
    clinic.page = clinic.context.new_page()


def test_after_a_crash_the_same_form_offers_what_was_typed_and_saves_it_once(clinic):
    clinic.sign_in(ROSA)
    dialog = begin_patient(clinic, "Perpetua", "1949/01/17")
    dialog.get_by_label("Sex", exact=True).select_option("female")
    reopen(clinic)
    clinic.open_patients()
    clinic.page.get_by_role("button", name="Add Patient", exact=True).click()
    dialog = clinic.page.get_by_role("dialog", name="Patient Profile", exact=True)
    expect(dialog.get_by_text("You began this on")).to_be_visible()
    expect(dialog.get_by_label("First name", exact=True)).to_have_value("")
    dialog.get_by_role("button", name="Continue", exact=True).click()
    for label, value in (("First name", "Perpetua"), ("Date of birth", "1949/01/17"), ("Sex", "female")):
        expect(dialog.get_by_label(label, exact=True)).to_have_value(value)
    expect(dialog.get_by_text("17 January 1949")).to_be_visible()
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(clinic.page.get_by_text("Perpetua Typewright was added.").first).to_be_visible()
    clinic.page.get_by_role("button", name="Add Patient", exact=True).click()
    expect(dialog.get_by_label("First name", exact=True)).to_be_visible()
    expect(dialog.get_by_text("You began this on")).to_have_count(0)


def test_what_is_gone_on_with_meets_what_was_changed_since(clinic):
    clinic.sign_in(NINA)
    name = clinic.new_patient()
    clinic.choose(name, "Profile").click()
    page = clinic.page
    address = page.url
    page.get_by_role("button", name="Edit profile", exact=True).click()
    dialog = page.get_by_role("dialog", name="Patient Profile", exact=True)
    dialog.get_by_label("Preferred name", exact=True).fill("From before")
    reopen(clinic)
    page = clinic.page
    for wanted in ("Start over", "Continue"):
        page.goto(address)
        page.get_by_role("button", name="Edit profile", exact=True).click()
        dialog = page.get_by_role("dialog", name="Patient Profile", exact=True)
        if wanted == "Start over":
            # A colleague's change, while the other form lies unfinished.
            dialog.get_by_label("Preferred name", exact=True).fill("Changed since")
            dialog.get_by_role("button", name="Save", exact=True).click()
            expect(page.get_by_text("is saved.").first).to_be_visible()
            continue
        dialog.get_by_role("button", name=wanted, exact=True).click()
        dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog.get_by_role("alert").filter(has_text="There is a problem")).to_be_visible()
    expect(dialog.get_by_label("Preferred name", exact=True)).to_have_value("From before")
    expect(dialog.get_by_text("Changed since").first).to_be_visible()


def test_closing_without_saving_throws_away_what_was_typed(clinic):
    clinic.sign_in(ROSA)
    dialog = begin_patient(clinic, "Unwanted", "1950/01/01")
    clinic.page.wait_for_timeout(4_000)
    dialog.get_by_role("button", name="Close", exact=True).click()
    dialog.get_by_role("button", name="Close without saving", exact=True).click()
    expect(dialog).to_have_count(0)
    clinic.page.get_by_role("button", name="Add Patient", exact=True).click()
    expect(dialog.get_by_label("First name", exact=True)).to_be_visible()
    expect(dialog.get_by_text("You began this on")).to_have_count(0)


def test_two_tabs_with_one_draft_tell_each_other(prescriber):
    patient = prescriber.new_patient()
    writer = prescriber.ready_to_write(patient)
    prescriber.add_product(writer, "zinc picolinate fernway", "Zinc Picolinate 30 mg")
    first = prescriber.page
    message = writer.get_by_label("Message to patient", exact=True)
    message.fill("Take it slowly")
    expect(writer.locator("#seen_message")).to_have_value("Take it slowly")
    prescriber.page = prescriber.context.new_page()
    other = prescriber.open_writer(patient).get_by_label("Message to patient", exact=True)
    expect(other).to_have_value("Take it slowly")
    other.fill("With food")
    expect(prescriber.page.locator("#seen_message")).to_have_value("With food")
    first.bring_to_front()
    message.click()
    first.keyboard.press("End")
    first.keyboard.type(" at first")
    expect(writer.get_by_text("Something else was typed here in another tab or window.")).to_be_visible()
    expect(writer.get_by_text("With food")).to_be_visible()
    writer.get_by_role("button", name="Keep what I typed", exact=True).click()
    expect(writer.locator("#seen_message")).to_have_value("Take it slowly at first")
    expect(message).to_have_value("Take it slowly at first")
    writer.get_by_role("button", name="Discard draft", exact=True).click()
    expect(writer.get_by_text("so nothing was saved")).to_be_visible()
