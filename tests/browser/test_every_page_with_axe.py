"""axe finds nothing serious on any page of either server, light or dark, wide or narrow.

Which pages there are stands in pages.py; tests/architecture sees that every route stands there.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import LiteralString

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from betony.cli.testing.demo import Demo
from tests.browser.clinic import NINA, PASSWORD, ROSA, SAM, THEO, Clinic, all_is_done, forget_connections
from tests.browser.pages import VISITS
from tests.browser.test_components import AXE, FIND_SERIOUS
from tests.browser.test_story_4_patients import mails_to

LOOKS = [("light", 1440), ("dark", 1440), ("light", 390)]
WIDE: ViewportSize = {"width": 1440, "height": 900}
JUNE = "june.hartley@example.com"
NEW = "newcomer@axe.example"


@dataclass
class World:
    """Two signed-in browsers and one that nobody has used, and what the addresses need."""

    people: dict[str, BrowserContext]
    urls: dict[str, str]
    values: dict[str, str]
    on_the_way: dict[str, list[str]]

    def address(self, server: str, template: str) -> str:
        found = template.format(**self.values)
        return found if found.startswith("http") else self.urls[server] + found


@pytest.fixture(scope="module")
def world(demo: Demo, browser: Browser, clinic_database: str) -> Iterator[World]:
    """Nina connected, with a draft for June; June signed in at the shop, with a plan in her cart."""
    forget_connections(clinic_database)
    people = {
        who: browser.new_context(viewport=WIDE, locale="en-US") for who in ("staff", "shopper", "nobody")
    }
    urls = {"clinic": demo.clinic_url, "dispensary": demo.dispensary_url}
    nina = Clinic(context=people["staff"], url=demo.clinic_url, dispensary_url=demo.dispensary_url)
    on_the_way = connected_with_a_draft(nina)
    nina.wait_until(lambda: all_is_done(clinic_database), "June's history is brought in")
    values = values_of_the_clinic(clinic_database) | values_of_the_dispensary(demo)
    made = World(people, urls, values, on_the_way)
    mailed_links(made, demo, nina.page)
    go_shopping(made)
    yield made
    for context in people.values():
        context.close()


def connected_with_a_draft(nina: Clinic) -> dict[str, list[str]]:
    """Go story 2.1 to 2.5 as Nina, looking at each page on the way, and begin a prescription for June."""
    found = {}
    nina.sign_in()
    tab = nina.start_connecting("June Hartley")
    found["sign-in"] = findings_of(tab)
    nina.sign_in_at_dispensary(tab)
    expect(tab.get_by_role("button", name="Authorize Application", exact=True)).to_be_visible()
    found["consent"] = findings_of(tab)
    tab.get_by_role("button", name="Authorize Application", exact=True).click()
    expect(tab.get_by_text("Fullscript is connected.", exact=True)).to_be_visible()
    found["landed"] = findings_of(tab)
    tab.close()
    dialog = nina.open_writer("June Hartley")
    found["practitioner"] = findings_of(nina.page)
    nina.page.set_viewport_size(WIDE)
    fresh = nina.choose_practitioner(dialog)
    nina.add_product(fresh, "magnesium glycinate 120", "Magnesium Glycinate 120 mg")
    return found


def one(database: str, sql: LiteralString, *values: str) -> tuple[str, ...]:
    """Return the one row that is asked for, as text."""
    with psycopg.connect(database) as connection:
        row = connection.execute(sql, values).fetchone()
    assert row is not None, sql
    return tuple(str(value) for value in row)


def values_of_the_clinic(database: str) -> dict[str, str]:
    june, ours = one(
        database, "select id, organization_id from clinic_patients_patient where email = %s", JUNE
    )
    omar, allergy = one(
        database,
        "select p.id, a.id from clinic_patients_patient p"
        " join clinic_health_record_allergy a on p.id = a.patient_id where p.email = 'omar.reyes@example.com'",
    )
    item, prescription = one(
        database,
        "select id, prescription_id from clinic_prescriptions_prescriptionitem"
        " where organization_id = %s order by id desc",
        ours,
    )
    [sent] = one(
        database,
        "select id from clinic_prescriptions_prescription where patient_id = %s and state = 'sent' order by id",
        june,
    )
    [location] = one(database, "select id from clinic_practice_location where organization_id = %s", ours)
    [membership] = one(
        database,
        "select m.id from clinic_accounts_membership m join clinic_accounts_user u on u.id = m.user_id"
        " where u.email = %s",
        THEO,
    )
    [link] = one(
        database,
        "select id from clinic_prescriptions_patientlink"
        " where patient_id = %s and state = 'linked' and ended_at is null",
        june,
    )
    return {
        "june": june, "omar": omar, "allergy": allergy, "item": item, "prescription": prescription, "sent": sent,
        "location": location, "membership": membership, "link": link,
    }  # fmt: skip


def values_of_the_dispensary(demo: Demo) -> dict[str, str]:
    database = demo.database_url("dispensary", role="migration")
    june, theirs = one(
        database, "select id, organization_id from dispensary_patients_patient where email = %s", JUNE
    )
    [plan] = one(
        database,
        "select id from dispensary_treatment_plans_treatmentplan where patient_id = %s and state = 'active'"
        " order by id desc",
        june,
    )
    order, number = one(
        database, "select id, number from dispensary_orders_order where patient_id = %s order by id", june
    )
    [category] = one(
        database,
        "select id from dispensary_catalog_favouritescategory where organization_id = %s order by id",
        theirs,
    )
    [application] = one(
        database,
        "select a.id from dispensary_accounts_application a"
        " join dispensary_accounts_user u on u.id = a.developer_id where u.email = %s",
        NINA,
    )
    return {
        "june_there": june, "plan": plan, "order": order, "number": number, "category": category,
        "application": application,
    }  # fmt: skip


def mailed_links(world: World, demo: Demo, staff: Page) -> None:
    """Ask for every link that comes by mail."""
    asking = world.people["nobody"].new_page()
    for path, email in (
        ("clinic:/reset-password/", SAM),
        ("dispensary:/reset-password/", ROSA),
        ("dispensary:/shop/meadowlark/password/", JUNE),
    ):
        server, _, address = path.partition(":")
        asking.goto(world.urls[server] + address)
        asking.get_by_label("Email", exact=True).fill(email)
        asking.get_by_role("button", name="Send link", exact=True).click()
        expect(asking.get_by_text(re.compile("on file|on its way")).first).to_be_visible()
    asking.close()
    for server, address, button in (
        ("clinic", "/settings/users/invite/", "Send invitation"), ("dispensary", "/people/", "Send invitation"),
    ):  # fmt: skip
        staff.goto(world.urls[server] + address)
        staff.get_by_label("First name", exact=True).fill("New")
        staff.get_by_label("Last name", exact=True).fill("Comer")
        staff.get_by_label("Email", exact=True).fill(NEW)
        if server == "clinic":
            staff.get_by_label("Role", exact=True).select_option(label="Front desk")
        staff.get_by_role("button", name=button, exact=True).click()
        expect(staff.get_by_role("row").filter(has_text=NEW)).to_be_visible()
    for name, email, part in (
        ("clinic_password", SAM, "/reset-password/"), ("dispensary_password", ROSA, "/reset-password/"),
        ("shop_password", JUNE, "/password/"), ("invitation", NEW, "/invitation/"), ("join", NEW, "/join/"),
    ):  # fmt: skip
        world.values[name] = mailed_link(demo, email, part)


def mailed_link(demo: Demo, email: str, part: str) -> str:
    """Return the newest link with this part in the mails to somebody, once it came."""
    for wanted in range(1, 12):
        links = re.findall(rf"https?://\S*{part}\S+", "\n".join(mails_to(demo, email, at_least=wanted)))
        if links:
            return links[-1]
    raise AssertionError(f"No mail to {email} has a link with {part}.")


def go_shopping(world: World) -> None:
    """Sign June in at the shop and put her plan into the cart."""
    page = world.people["shopper"].new_page()
    page.goto(world.address("dispensary", "/shop/meadowlark/sign-in/"))
    page.get_by_label("Email", exact=True).fill(JUNE)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(world.address("dispensary", "/shop/meadowlark/plans/{plan}/"))
    page.get_by_role("button", name=re.compile("cart")).first.click()
    expect(page.get_by_role("heading", name=re.compile("cart", re.IGNORECASE)).first).to_be_visible()
    page.close()


@pytest.mark.parametrize(
    ("server", "route"), [(server, route) for server, found in VISITS.items() for route in found]
)
def test_axe_finds_nothing_serious_on_a_page(world: World, server: str, route: str) -> None:
    who, template = VISITS[server][route]
    page = world.people[who].new_page()
    answer = page.goto(world.address(server, template))
    assert answer is not None
    assert answer.status == 200, page.url
    assert_nothing_serious(page)
    page.close()


def writer(world: World) -> Page:
    page = world.people["staff"].new_page()
    page.goto(world.address("clinic", "/fullscript/writer/{june}/"))
    return page


def the_product(world: World) -> Page:
    page = writer(world)
    page.get_by_label("Search A Product", exact=True).fill("magnesium glycinate 120")
    page.get_by_role("listbox", name="Products").get_by_role("option").first.click()
    expect(page.get_by_role("button", name="Add product", exact=True)).to_be_visible()
    return page


def the_categories(world: World) -> Page:
    page = writer(world)
    page.get_by_role("button", name="Use Categories", exact=True).click()
    expect(page.get_by_text("Categories are managed at Fullscript.")).to_be_visible()
    return page


def the_actions(world: World) -> Page:
    page = world.people["staff"].new_page()
    page.goto(world.address("clinic", "/patients/?q=June"))
    page.get_by_role("button", name="Actions for June Hartley", exact=True).click()
    expect(page.get_by_role("menuitem", name="Profile", exact=True)).to_be_visible()
    return page


def the_dialog_with_errors(world: World) -> Page:
    page = world.people["staff"].new_page()
    page.goto(world.address("clinic", "/patients/"))
    page.get_by_role("button", name="Add Patient", exact=True).click()
    dialog = page.get_by_role("dialog", name="Patient Profile", exact=True)
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(dialog.get_by_role("alert").filter(has_text="There is a problem")).to_be_visible()
    return page


def the_notices(world: World) -> Page:
    page = world.people["staff"].new_page()
    page.goto(world.address("clinic", "/patients/"))
    page.get_by_role("button", name=re.compile("^Notices")).click()
    expect(page.get_by_role("link", name=re.compile("All notices|See all"))).to_be_visible()
    return page


def the_change(world: World) -> Page:
    page = writer(world)
    page.get_by_role("button", name=re.compile("^Change ")).first.click()
    expect(page.get_by_role("button", name="Keep changes", exact=True)).to_be_visible()
    return page


def the_reset(world: World) -> Page:
    page = writer(world)
    page.get_by_role("button", name="Reset Option", exact=True).click()
    page.get_by_role("menuitem", name="Reset User", exact=True).click()
    expect(page.get_by_role("button", name="Reset user", exact=True)).to_be_visible()
    return page


def the_palette(world: World) -> Page:
    page = world.people["staff"].new_page()
    page.goto(world.address("clinic", "/patients/"))
    page.keyboard.press("Control+k")
    page.keyboard.type("june")
    expect(page.get_by_role("option").filter(has_text="June Hartley").first).to_be_visible()
    return page


def the_cover(world: World) -> Page:
    page = world.people["staff"].new_page()
    page.goto(world.address("clinic", "/patients/"))
    page.evaluate("dispatchEvent(new Event('session:over'))")
    cover = page.get_by_role("dialog", name="You were signed out", exact=True)
    expect(cover.get_by_label("Password", exact=True)).to_be_visible()
    return page


STATES: dict[str, Callable[[World], Page]] = {
    "product": the_product,
    "categories": the_categories,
    "actions": the_actions,
    "errors": the_dialog_with_errors,
    "notices": the_notices,
    "change": the_change,
    "reset": the_reset,
    "palette": the_palette,
    "cover": the_cover,
}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_serious_in_a_state_of_a_page(world: World, state: str) -> None:
    page = STATES[state](world)
    assert_nothing_serious(page)
    page.close()


def test_axe_finds_nothing_serious_on_the_way_to_a_connection(world: World) -> None:
    assert world.on_the_way == {"sign-in": [], "consent": [], "landed": [], "practitioner": []}


def assert_nothing_serious(page: Page) -> None:
    assert findings_of(page) == []


def findings_of(page: Page) -> list[str]:
    """Return what is serious or critical in any look, and in which."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = []
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{scheme} {width}: {one}" for one in page.evaluate(FIND_SERIOUS)]
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{scheme} {width}: the page is {wide} wide"] if wide > width else []
    return found
