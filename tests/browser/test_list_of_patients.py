"""The list as somebody wants to see it, and as a file: on a desk and on a phone (look.md, tables)."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.clinic import Clinic


@pytest.mark.parametrize("width", [1440, 390])
def test_columns_and_rows_are_chosen_stay_chosen_and_go_into_the_file(clinic: Clinic, width: int) -> None:
    page = clinic.page
    page.set_viewport_size({"width": width, "height": 860})
    clinic.sign_in()
    clinic.open_patients(search="June Hartley")
    page.get_by_role("button", name="Columns and rows", exact=True).click()
    dialog = page.get_by_role("dialog", name="Columns and rows")
    dialog.get_by_label("Comfortable", exact=True).check()
    dialog.get_by_label("City", exact=True).check()
    dialog.get_by_label("Mobile", exact=True).uncheck()
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_label("Search patients", exact=True)).to_have_value("June Hartley")
    expect(page.get_by_role("cell", name="Ithaca, NY")).to_be_visible()
    expect(page.get_by_text("(607) 555-0142")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("cell", name="Ithaca, NY")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV", exact=True).click()
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert '"City"' in lines[0]
    assert '"Mobile"' not in lines[0]
    assert lines[1].startswith('"Hartley","June"')
    page.get_by_role("button", name="Columns and rows", exact=True).click()
    for label, is_on in (("Compact", True), ("City", False), ("Mobile", True)):
        dialog.get_by_label(label, exact=True).set_checked(is_on)
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("(607) 555-0142")).to_be_visible()
