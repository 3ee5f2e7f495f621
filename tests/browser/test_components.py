"""The components tried with a keyboard and a mouse, in the gallery."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from betony.cli.testing.demo import Demo

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
FIND_SERIOUS = """async () => (await axe.run(document)).violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes[0].html}`)"""
LOOKS = ["betony", "betony-dark", "shop", "shop-dark"]


@pytest.fixture
def gallery(demo: Demo, context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(f"{demo.clinic_url}/ui-components/")
    return page


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_menu_is_walked_with_the_keyboard_and_gives_the_focus_back(gallery: Page) -> None:
    opener = button(gallery, "Actions for June Hartley")
    opener.click()
    expect(gallery.get_by_role("menuitem", name="Profile", exact=True)).to_be_focused()
    press(gallery, "ArrowDown", "ArrowDown")
    expect(gallery.get_by_role("menuitem", name="New Follow Up", exact=True)).to_be_focused()
    press(gallery, "End", "ArrowDown")
    expect(gallery.get_by_role("menuitem", name="Profile", exact=True)).to_be_focused()
    press(gallery, "c")
    expect(gallery.get_by_role("menuitem", name="Charting History", exact=True)).to_be_focused()
    press(gallery, "Escape")
    expect(opener).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "false")


def test_a_menu_that_loads_its_entries_gives_the_first_one_the_focus(gallery: Page) -> None:
    button(gallery, "Actions, loaded on opening").click()
    expect(gallery.get_by_role("menuitem", name="Profile", exact=True)).to_be_focused()


def test_escape_never_loses_typing(gallery: Page) -> None:
    opener = button(gallery, "Load a dialog")
    opener.click()
    dialog = gallery.get_by_role("dialog", name="Patient Profile", exact=True)
    dialog.get_by_label("Preferred name", exact=True).fill("Junie")
    press(gallery, "Escape", "Escape", "Escape")
    dialog.get_by_role("button", name="Keep editing", exact=True).click()
    expect(dialog.get_by_label("Preferred name", exact=True)).to_have_value("Junie")
    press(gallery, "Escape")
    dialog.get_by_role("button", name="Close without saving", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()


def test_a_refused_form_comes_back_with_its_errors_and_a_double_click_saves_once(gallery: Page) -> None:
    opener = button(gallery, "Load a dialog")
    opener.click()
    dialog = gallery.get_by_role("dialog", name="Patient Profile", exact=True)
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog.get_by_role("alert").filter(has_text="There is a problem")).to_be_focused()
    sent: list[str] = []
    gallery.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    dialog.get_by_label("Preferred name", exact=True).fill("Junie")
    dialog.get_by_role("button", name="Save", exact=True).dblclick()
    expect(dialog).to_have_count(0)
    expect(gallery.get_by_text("Saved as Junie.", exact=True).last).to_be_visible()
    expect(opener).to_be_focused()
    assert len(sent) == 1


def test_results_are_chosen_from_the_search_box_with_arrows_and_enter(gallery: Page) -> None:
    box = gallery.get_by_role("searchbox", name="Search A Product", exact=True)
    results = gallery.get_by_role("listbox", name="Products", exact=True)
    box.fill("citrate")
    expect(results.get_by_role("option")).to_have_count(1)
    press(gallery, "ArrowDown", "Enter")
    expect(results.get_by_role("option")).to_have_attribute("aria-selected", "true")
    expect(box).to_be_focused()
    press(gallery, "Escape")
    expect(box).to_have_value("")


def test_the_slash_goes_to_the_search_and_the_question_mark_lists_the_shortcuts(gallery: Page) -> None:
    press(gallery, "/")
    expect(gallery.get_by_role("searchbox", name="Search patients", exact=True)).to_be_focused()
    gallery.get_by_role("heading", name="Components", exact=True).click()
    press(gallery, "?")
    expect(gallery.get_by_role("dialog", name="Keyboard shortcuts", exact=True)).to_be_visible()


def test_a_typed_date_is_said_in_words(gallery: Page) -> None:
    gallery.get_by_label("Date of birth", exact=True).first.fill("1985-03-04")
    expect(gallery.get_by_text("4 March 1985", exact=True)).to_be_visible()


def test_a_chosen_theme_is_kept(gallery: Page) -> None:
    button(gallery, "Nina Alvarez, ND").click()
    gallery.get_by_role("menuitemradio", name="Dark", exact=True).click()
    gallery.reload()
    expect(gallery.locator("html")).to_have_attribute("data-theme", "betony-dark")


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("width", [1440, 390, 320])
def test_axe_finds_nothing_serious_and_no_page_is_wider_than_its_window(
    demo: Demo, browser: Browser, look: str, width: int
) -> None:
    with browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{demo.clinic_url}/ui-components/?look={look}")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert page.evaluate(FIND_SERIOUS) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_script_a_page_reads_and_its_menus_open(demo: Demo, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{demo.clinic_url}/ui-components/")
        expect(page.get_by_role("heading", name="Components", exact=True)).to_be_visible()
        button(page, "Actions for June Hartley").click()
        expect(page.get_by_role("menuitem", name="Charting History", exact=True)).to_be_visible()
