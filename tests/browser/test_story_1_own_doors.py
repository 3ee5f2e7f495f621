"""Story 1: the clinic's own doors."""

from playwright.sync_api import expect

from tests.browser.clinic import NINA, Clinic


def test_1_1_signing_in_refuses_a_wrong_pair_in_one_sentence(clinic: Clinic) -> None:
    for email, password in ((NINA, "wrong-password"), ("nobody@meadowlark.example", "betony-demo-2026")):
        clinic.fill_in_sign_in(email, password)
        expect(clinic.page.get_by_text("That email and password do not match.")).to_be_visible()


def test_1_2_and_1_3_the_menu_the_list_and_the_search(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.open_patients()
    navigation = clinic.page.get_by_role("navigation").first
    expect(navigation.get_by_role("link", name="Patients", exact=True)).to_be_visible()
    expect(navigation.get_by_role("link", name="Settings", exact=True)).to_be_visible()
    expect(clinic.page.get_by_role("heading", name="Patients", exact=True)).to_be_visible()
    expect(clinic.page.get_by_role("columnheader").last).to_have_text("Actions")
    for typed in ("zoe", "O'Brien", "1992/02/29", "zoe@example.com"):
        clinic.page.get_by_label("Search patients", exact=True).fill(typed)
        expect(
            clinic.page.get_by_role("button", name="Actions for Zoë Nakamura-O'Brien", exact=True)
        ).to_be_visible()
        expect(clinic.page.get_by_role("button", name="Actions for June Hartley", exact=True)).to_have_count(
            0
        )


def test_1_3_the_actions_menu_has_its_groups_and_works_from_the_keyboard(clinic: Clinic) -> None:
    clinic.sign_in()
    clinic.open_patients(search="June Hartley")
    button = clinic.page.get_by_role("button", name="Actions for June Hartley", exact=True)
    button.press("Enter")
    menu = clinic.page.get_by_role("menu")
    for group in ("Admin", "Clinical", "Point of Sale"):
        expect(menu.get_by_role("group", name=group, exact=True)).to_be_visible()
    expect(
        menu.get_by_role("group", name="Point of Sale").get_by_role("menuitem", name="Fullscript", exact=True)
    ).to_be_visible()
    expect(
        menu.get_by_role("group", name="Admin").get_by_role("menuitem", name="Profile", exact=True)
    ).to_be_visible()
    clinic.page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(button).to_be_focused()


def test_1_3_on_a_phone_the_menu_stands_in_the_card_s_corner_and_every_entry_in_the_window(
    clinic: Clinic,
) -> None:
    clinic.page.set_viewport_size({"width": 390, "height": 844})
    clinic.sign_in()
    clinic.open_patients("Nakamura")
    button = clinic.page.get_by_role("button", name="Actions for Zoë Nakamura-O'Brien", exact=True)
    row = clinic.page.get_by_role("row").filter(has=button)
    menu_at, name_at = button.bounding_box(), row.get_by_role("link").first.bounding_box()
    assert menu_at is not None
    assert name_at is not None
    assert abs(menu_at["y"] - name_at["y"]) < 20, "beside the name"
    assert menu_at["x"] + menu_at["width"] <= 390
    button.click()
    for entry in clinic.page.get_by_role("menuitem").all():
        expect(entry).to_be_in_viewport(ratio=1)
