"""What somebody is typing survives a session that ends, another person at the same computer, and a lost connection."""

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
