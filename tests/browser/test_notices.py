"""The inbox: what somebody should know comes to the page that is open, and is gone when it is settled."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.clinic import Clinic

COMES_WITHIN_MILLISECONDS = 60_000


def archive_at_the_dispensary(clinic: Clinic, patient: str) -> None:
    """Archive the patient there, so that the dispensary refuses the next prescription for good."""
    practice = clinic.context.new_page()
    practice.goto(f"{clinic.dispensary_url}/patients/")
    practice.get_by_role("row").filter(has_text=patient.split()[1]).get_by_role("link").first.click()
    practice.get_by_role("button", name="Archive", exact=True).click()
    expect(practice.get_by_text("Archived", exact=True).first).to_be_visible()
    practice.close()


def read_who_is_who(clinic: Clinic) -> None:
    """Read what connecting brought: the demo's families are to be confirmed, and that rings once a day."""
    page = clinic.context.new_page()
    for _attempt in range(120):
        page.goto(f"{clinic.url}/notices/")
        if page.get_by_text("patients to confirm").count():
            break
        page.wait_for_timeout(500)
    unread = page.get_by_role("button", name="Mark all as read", exact=True)
    if unread.count():
        unread.click()
    expect(unread).to_have_count(0)
    page.close()


def refused_for_good(clinic: Clinic) -> tuple[str, Page]:
    """Have the dispensary refuse a prescription, with a Patients page open beside it; return patient and page."""
    patient = clinic.new_patient()
    writer = clinic.ready_to_write(patient)
    clinic.add_product(writer, "zinc picolinate fernway", "Zinc Picolinate 30 mg")
    expect(writer.get_by_text(f"Linked to {patient} at")).to_be_visible()
    archive_at_the_dispensary(clinic, patient)
    read_who_is_who(clinic)
    beside = clinic.context.new_page()
    beside.clock.install()
    beside.goto(f"{clinic.url}/patients/")
    writer.get_by_role("button", name="Save Prescription", exact=True).click()
    expect(writer.get_by_text("Not sent", exact=True).first).to_be_visible()
    # A quarter of a minute passes, after which an open page asks again.
    beside.clock.run_for(16_000)
    return patient, beside


def count_of(page: Page) -> Locator:
    return page.locator("#notices-count")


def test_a_refused_prescription_comes_to_an_open_page_leads_to_it_and_is_read(prescriber: Clinic) -> None:
    patient, beside = refused_for_good(prescriber)
    search = beside.get_by_label("Search patients", exact=True)
    search.fill("hart")
    expect(count_of(beside)).to_contain_text("1 unread notice", timeout=COMES_WITHIN_MILLISECONDS)
    # It came without taking the focus or the place, and was said politely.
    expect(search).to_be_focused()
    expect(beside.locator("#live-region")).to_have_text("1 unread notice")
    beside.get_by_role("button", name="Notices", exact=True).click()
    panel = beside.get_by_role("dialog", name="Notices", exact=True)
    expect(panel.get_by_text(f"A prescription for {patient} was not sent")).to_be_visible()
    panel.get_by_role("link", name="Open the prescription", exact=True).click()
    view = beside.get_by_role("dialog", name="Prescription", exact=True)
    expect(view.get_by_text("Zinc Picolinate 30 mg").first).to_be_visible()
    expect(count_of(beside)).to_be_hidden()
    beside.goto(f"{prescriber.url}/notices/")
    line = beside.get_by_role("listitem").filter(has_text=patient)
    expect(line).to_be_visible()
    expect(line.get_by_role("button", name="Mark as read", exact=True)).to_have_count(0)


def test_the_inbox_works_from_the_keyboard_and_keeps_the_focus(prescriber: Clinic) -> None:
    patient, beside = refused_for_good(prescriber)
    expect(count_of(beside)).to_contain_text("1 unread notice", timeout=COMES_WITHIN_MILLISECONDS)
    button = beside.get_by_role("button", name="Notices", exact=True)
    button.focus()
    beside.keyboard.press("Enter")
    panel = beside.get_by_role("dialog", name="Notices", exact=True)
    expect(panel).to_be_focused()
    expect(panel.get_by_text(f"A prescription for {patient} was not sent")).to_be_visible()
    panel.get_by_role("button", name="Mark all as read", exact=True).press("Enter")
    expect(panel.get_by_role("button", name="Mark all as read", exact=True)).to_have_count(0)
    expect(count_of(beside)).to_be_hidden()
    expect(panel).to_be_focused()
    beside.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(button).to_be_focused()


def test_a_hidden_page_does_not_ask(clinic: Clinic) -> None:
    clinic.page.clock.install()
    clinic.sign_in()
    clinic.open_patients()
    with clinic.page.expect_request("**/notices/count/"):
        clinic.page.clock.run_for(17_000)
    asked: list[str] = []
    clinic.page.on(
        "request", lambda one: asked.append(one.url) if one.url.endswith("/notices/count/") else None
    )
    clinic.page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    clinic.page.clock.run_for(60_000)
    assert asked == []
    with clinic.page.expect_request("**/notices/count/") as request:
        clinic.page.evaluate(
            """() => {
                Object.defineProperty(document, "hidden", { configurable: true, get: () => false });
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
    assert request.value.headers["x-betony-background"] == "1"
    answer = request.value.response()
    assert answer is not None
    assert answer.status == 304
