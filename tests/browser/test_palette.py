"""The command palette: from anywhere to a patient, a page or an action, by the keyboard."""

import re

from playwright.sync_api import expect

from tests.browser.clinic import Clinic


def test_ctrl_k_goes_to_a_patient_and_enter_waits_for_the_answer(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.open_patients()
    clinic.page.keyboard.press("Control+k")
    palette = clinic.page.get_by_role("dialog", name="Go to", exact=True)
    box = palette.get_by_role("combobox", name="A patient, a page or an action", exact=True)
    expect(box).to_be_focused()
    expect(palette.get_by_role("option", name="Settings", exact=True)).to_be_visible()
    # Typed and entered in one go: the list still shows the pages, and those are not meant.
    clinic.page.keyboard.type("june hart")
    clinic.page.keyboard.press("Enter")
    expect(clinic.page.get_by_role("heading", name="June Hartley", exact=True, level=1)).to_be_visible()


def test_an_action_of_the_patient_one_is_at_opens_and_the_focus_comes_back(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.choose("June Hartley", "Profile").click()
    expect(clinic.page).to_have_url(re.compile("/patients/[0-9a-f-]+/$"))
    clinic.page.keyboard.press("Meta+k")
    palette = clinic.page.get_by_role("dialog", name="Go to", exact=True)
    group = palette.get_by_role("group", name="This patient", exact=True)
    expect(group.get_by_role("option", name="Fullscript", exact=True)).to_be_visible()
    palette.get_by_role("combobox").fill("edit")
    expect(group.get_by_role("option")).to_have_count(1)
    clinic.page.keyboard.press("ArrowDown")
    expect(group.get_by_role("option")).to_have_attribute("data-active", "")
    clinic.page.keyboard.press("Enter")
    expect(clinic.page.get_by_role("dialog", name="Patient Profile", exact=True)).to_be_visible()
    expect(palette).to_be_hidden()


def test_the_button_opens_it_escape_closes_it_and_the_help_names_the_key(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.open_patients()
    button = clinic.page.get_by_role("button", name="Go to", exact=True)
    button.click()
    palette = clinic.page.get_by_role("dialog", name="Go to", exact=True)
    expect(palette).to_be_visible()
    clinic.page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    expect(button).to_be_focused()
    clinic.page.keyboard.press("?")
    help_ = clinic.page.get_by_role("dialog", name="Keyboard shortcuts", exact=True)
    expect(help_.get_by_text("Go to a patient, a page or an action")).to_be_visible()
    clinic.page.keyboard.press("Escape")
    # While the help is open the slash is its own.
    expect(help_).to_be_hidden()
    clinic.page.keyboard.press("/")
    expect(clinic.page.get_by_label("Search patients", exact=True)).to_be_focused()
