"""Story 2: connecting a clinic user to Fullscript."""

import re

import psycopg
from playwright.sync_api import expect

from betony.cli.testing.demo import Demo
from tests.browser.clinic import DANA, INES, MEI, ROSA, SAM, WRITER, Clinic


def test_2_1_the_first_fullscript_opens_a_new_tab_at_the_dispensary(clinic: Clinic) -> None:
    clinic.sign_in()
    tab = clinic.start_connecting("June Hartley")
    assert tab.url.startswith(clinic.dispensary_url)
    expect(tab.get_by_label("Email", exact=True)).to_be_visible()
    expect(tab.get_by_label("Password", exact=True)).to_be_visible()


def test_2_2_a_new_dispensary_can_be_created_on_the_way_and_leads_to_the_consent_page(clinic: Clinic) -> None:
    clinic.sign_in()
    tab = clinic.start_connecting("June Hartley")
    tab.get_by_role("link", name="Create a new dispensary", exact=True).click()
    tab.get_by_label(re.compile("^Dispensary name")).fill("Quiet Corner Dispensary")
    tab.get_by_label("First name", exact=True).fill("Ada")
    tab.get_by_label("Last name", exact=True).fill("Quiet")
    tab.get_by_label("Credential", exact=True).select_option(index=1)
    tab.get_by_label("Email", exact=True).fill("ada.quiet@quiet.example")
    tab.get_by_label("Password", exact=True).fill("a-long-enough-password")
    tab.get_by_role("checkbox").first.check()
    tab.get_by_role("button", name=re.compile("Create")).click()
    expect(tab.get_by_role("button", name="Authorize Application", exact=True)).to_be_visible()
    expect(tab.get_by_text("Quiet Corner Dispensary").first).to_be_visible()


def test_2_3_cancelling_on_the_consent_page_changes_nothing(clinic: Clinic) -> None:
    clinic.sign_in()
    tab = clinic.start_connecting("June Hartley")
    clinic.sign_in_at_dispensary(tab)
    expect(tab.get_by_text("Meadowlark Dispensary").first).to_be_visible()
    tab.get_by_role("button", name="Cancel", exact=True).click()
    expect(tab.get_by_text("Fullscript was not connected.", exact=True)).to_be_visible()
    assert tab.url.startswith(clinic.url)
    assert clinic.choose("June Hartley", "Fullscript").get_attribute("target") == "_blank"


def test_2_4_an_open_patients_page_needs_no_reload_after_connecting(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.open_patients()
    tab = clinic.connect("June Hartley")
    expect(tab.get_by_role("link", name="Return to Patients", exact=True)).to_be_visible()
    clinic.page.bring_to_front()
    clinic.page.get_by_role("button", name="Actions for June Hartley", exact=True).click()
    clinic.page.get_by_role("menuitem", name="Fullscript", exact=True).click()
    expect(clinic.page.get_by_role("dialog", name=WRITER, exact=True)).to_be_visible()


def test_2_5_the_practitioner_is_chosen_once_and_remembered(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.connect("June Hartley").close()
    writer = clinic.open_writer("June Hartley")
    choice = writer.get_by_label("Fullscript practitioner", exact=True)
    expect(choice.locator("option").first).to_have_text("Nina Alvarez")
    clinic.choose_practitioner(writer)
    again = clinic.open_writer("June Hartley")
    expect(again.get_by_label("Search A Product", exact=True)).to_be_visible()
    expect(again.get_by_role("button", name="Confirm", exact=True)).to_have_count(0)


def test_2_6_a_second_user_is_asked_to_connect_and_refused_another_dispensary(
    clinic: Clinic, demo: Demo
) -> None:
    clinic.sign_in()
    clinic.connect("June Hartley")
    browser = clinic.context.browser
    assert browser is not None
    with browser.new_context() as other:
        sam = Clinic(context=other, url=clinic.url, dispensary_url=clinic.dispensary_url)
        sam.sign_in(SAM)
        tab = sam.start_connecting("June Hartley")
        sam.sign_in_at_dispensary(tab, INES)
        tab.get_by_role("button", name="Authorize Application", exact=True).click()
        expect(tab.get_by_text("Fullscript was not connected.", exact=True)).to_be_visible()
        expect(tab.get_by_text(re.compile("connected to Meadowlark Dispensary"))).to_be_visible()


def half_a_minute_passes(clinic_database: str) -> None:
    """The clinic asks for the practitioners again when its list is older than that."""
    with psycopg.connect(clinic_database) as connection:
        connection.execute(
            "update clinic_prescriptions_dispensary"
            " set practitioners_fetched_at = practitioners_fetched_at - interval '31 seconds'"
        )


def test_2_7_a_practitioner_added_later_can_be_chosen_and_one_removed_is_asked_for_again(
    clinic: Clinic, clinic_database: str
) -> None:
    clinic.sign_in()
    clinic.connect("June Hartley").close()
    choice = clinic.open_writer("June Hartley").get_by_label("Fullscript practitioner", exact=True)
    expect(choice.locator("option")).to_have_text(["Nina Alvarez"])
    people = clinic.context.new_page()
    people.goto(f"{clinic.dispensary_url}/people/")
    people.get_by_label("First name", exact=True).fill("Vera")
    people.get_by_label("Last name", exact=True).fill("Later")
    people.get_by_label("Email", exact=True).fill("vera.later@later.example")
    people.get_by_label("Credential").select_option(index=1)
    people.get_by_role("button", name="Send invitation", exact=True).click()
    expect(people.get_by_role("row").filter(has_text="Vera Later")).to_be_visible()
    half_a_minute_passes(clinic_database)
    writer = clinic.open_writer("June Hartley")
    choice = writer.get_by_label("Fullscript practitioner", exact=True)
    expect(choice.locator("option")).to_have_text(["Nina Alvarez", "Vera Later"])
    choice.select_option(label="Vera Later")
    clinic.choose_practitioner(writer)
    people.get_by_role("button", name="Remove Vera Later", exact=True).click()
    expect(people.get_by_role("button", name="Bring back Vera Later", exact=True)).to_be_visible()
    half_a_minute_passes(clinic_database)
    again = clinic.open_writer("June Hartley")
    expect(again.get_by_role("button", name="Confirm", exact=True)).to_be_visible()
    choice = again.get_by_label("Fullscript practitioner", exact=True)
    expect(choice.locator("option")).to_have_text(["Nina Alvarez"])


def test_2_7_staff_of_the_dispensary_can_connect_and_are_told_who_can_prescribe(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.connect("June Hartley", dispensary_email=ROSA).close()
    writer = clinic.open_writer("June Hartley")
    choice = writer.get_by_label("Fullscript practitioner", exact=True)
    expect(choice.locator("option")).to_have_text(["Nina Alvarez"])
    browser = clinic.context.browser
    assert browser is not None
    with browser.new_context() as other:
        dana = Clinic(context=other, url=clinic.url, dispensary_url=clinic.dispensary_url)
        dana.sign_in(DANA)
        dana.connect("June Hartley", dispensary_email=ROSA).close()
        told = dana.open_writer("June Hartley")
        expect(told.get_by_text("You are staff at this dispensary.")).to_be_visible()
        expect(told.get_by_text("be added there as a practitioner")).to_be_visible()


def test_2_9_an_organization_of_canada_talks_to_the_dispensary_of_canada(
    clinic: Clinic, clinic_database: str
) -> None:
    clinic.sign_in(MEI)
    patient = clinic.new_patient()
    tab = clinic.start_connecting(patient)
    clinic.sign_in_at_dispensary(tab, MEI)
    expect(tab.get_by_text("Harbour Dispensary").first).to_be_visible()
    tab.get_by_role("button", name="Authorize Application", exact=True).click()
    expect(tab.get_by_text("Fullscript is connected.", exact=True)).to_be_visible()
    tab.close()
    with psycopg.connect(clinic_database) as connection:
        found = connection.execute("select name, environment from clinic_prescriptions_dispensary").fetchall()
    assert found == [("Harbour Dispensary", "ca")]
    writer = clinic.choose_practitioner(clinic.open_writer(patient))
    writer.get_by_label("Search A Product", exact=True).fill("magnesium")
    expect(writer.get_by_role("listbox", name="Products").get_by_role("option").first).to_contain_text("CAD")


def test_2_8_staff_of_the_dispensary_can_connect_but_the_front_desk_has_no_product_search(
    clinic: Clinic,
) -> None:
    clinic.sign_in(ROSA)
    clinic.connect("June Hartley", dispensary_email=ROSA).close()
    writer = clinic.open_writer("June Hartley")
    expect(writer.get_by_label("Search A Product", exact=True)).to_have_count(0)
    expect(writer.get_by_role("heading", name="Prescriptions", exact=True)).to_be_visible()


def test_2_8_a_practitioner_whom_the_dispensary_does_not_know_is_told_how_to_go_on(clinic: Clinic) -> None:
    clinic.sign_in(DANA)
    clinic.connect("June Hartley", dispensary_email=ROSA).close()
    writer = clinic.open_writer("June Hartley")
    expect(writer.get_by_text("Nobody to prescribe as", exact=True)).to_be_visible()
