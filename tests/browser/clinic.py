"""What people do in the clinic and at the dispensary, by the words on the screen."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

import psycopg
from playwright.sync_api import BrowserContext, Locator, Page, expect

PASSWORD = "betony-demo-2026"
NINA = "nina.alvarez@meadowlark.example"
SAM = "sam.okafor@meadowlark.example"
DANA = "dana.whitfield@meadowlark.example"
ROSA = "rosa.lindqvist@meadowlark.example"
THEO = "theo.barnes@meadowlark.example"
INES = "ines.moreau@larkspur.example"
MEI = "mei.chen@harbour.example"
WRITER = "Fullscript Prescription Writer"

CONNECTIONS_AND_WHAT_HANGS_ON_THEM = (
    "clinic_prescriptions_dispensary, clinic_prescriptions_dispensaryroute, "
    "clinic_prescriptions_authorizationattempt"
)

_numbers = count(int(time.time()) % 100_000)


@dataclass
class Clinic:
    """One person's browser. `page` is the tab they look at."""

    context: BrowserContext
    url: str
    dispensary_url: str
    # The clinic's cookies of those who have signed in before, by email: the form is filled in once for each.
    sessions: dict[str, list[Any]] = field(default_factory=dict)
    # Whether the person is connected to the dispensary and has chosen the practitioner.
    is_connected: bool = False
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.page = self.context.new_page()

    def sign_in(self, email: str = NINA, password: str = PASSWORD) -> None:
        """Sign in, or go on with the session this person has already."""
        if password == PASSWORD and email in self.sessions:
            self.context.add_cookies(self.sessions[email])
            self.page.goto(f"{self.url}/patients/")
            if not self.page.url.startswith(f"{self.url}/sign-in/"):
                return
        self.fill_in_sign_in(email, password)
        if password == PASSWORD:
            expect(self.page).not_to_have_url(re.compile("/sign-in/"))
            self.sessions[email] = [
                one for one in self.context.cookies() if str(one.get("name")).startswith("betony_clinic")
            ]

    def fill_in_sign_in(self, email: str, password: str) -> None:
        self.page.goto(f"{self.url}/sign-in/")
        self.page.get_by_label("Email", exact=True).fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def open_patients(self, search: str = "") -> None:
        self.page.goto(f"{self.url}/patients/")
        if search:
            self.page.get_by_label("Search patients", exact=True).fill(search)
            # The results stand when the address says so; a menu opened before would go with the old rows.
            expect(self.page).to_have_url(re.compile(r"[?&]q=\w"))

    def add_patient(
        self, first_name: str, last_name: str, *, email: str = "", born: str = "1980-05-04"
    ) -> str:
        """Add a patient by the dialog, and return the full name."""
        self.open_patients()
        self.page.get_by_role("button", name="Add Patient", exact=True).click()
        dialog = self.page.get_by_role("dialog", name="Patient Profile", exact=True)
        dialog.get_by_label("First name", exact=True).fill(first_name)
        dialog.get_by_label("Last name", exact=True).fill(last_name)
        if email:
            dialog.get_by_label("Email", exact=True).fill(email)
        dialog.get_by_label("Date of birth", exact=True).fill(born)
        dialog.get_by_role("button", name="Save", exact=True).click()
        expect(dialog).to_have_count(0)
        return f"{first_name} {last_name}"

    def new_patient(self, *, email: str | None = None) -> str:
        """Add a patient nobody knows yet, and return the full name."""
        number = next(_numbers)
        letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        first, last = f"Vi{letters}", f"{letters[::-1]}son".title()
        # Nobody may look like anybody else, or the dialog asks whether they are the same person.
        born = (date(1950, 1, 1) + timedelta(days=number % 20_000)).isoformat()
        chosen = f"{first.lower()}@example.com" if email is None else email
        return self.add_patient(first, last, email=chosen, born=born)

    def choose(self, patient: str, entry: str) -> Locator:
        """Open the patient's Actions menu and return the entry; the caller clicks it."""
        self.open_patients(search=patient)
        self.page.get_by_role("button", name=f"Actions for {patient}", exact=True).click()
        return self.page.get_by_role("menuitem", name=entry, exact=True)

    def start_connecting(self, patient: str) -> Page:
        """Choose **Fullscript** without a connection, and return the new tab at the dispensary."""
        entry = self.choose(patient, "Fullscript")
        with self.context.expect_page() as opened:
            entry.click()
        opened.value.wait_for_load_state()
        return opened.value

    def sign_in_at_dispensary(self, tab: Page, email: str = NINA, password: str = PASSWORD) -> None:
        tab.get_by_label("Email", exact=True).fill(email)
        tab.get_by_label("Password", exact=True).fill(password)
        tab.get_by_role("button", name="Sign in", exact=True).click()

    def connect(self, patient: str, *, dispensary_email: str = NINA) -> Page:
        """Go the whole way of story 2.1 to 2.4, and return the tab that landed."""
        tab = self.start_connecting(patient)
        self.sign_in_at_dispensary(tab, dispensary_email)
        tab.get_by_role("button", name="Authorize Application", exact=True).click()
        expect(tab.get_by_text("Fullscript is connected.", exact=True)).to_be_visible()
        return tab

    def open_writer(self, patient: str) -> Locator:
        self.choose(patient, "Fullscript").click()
        dialog = self.page.get_by_role("dialog", name=WRITER, exact=True)
        expect(dialog).to_be_visible()
        return dialog

    def choose_practitioner(self, writer: Locator) -> Locator:
        """Confirm the first practitioner, and return the writer that opens then."""
        writer.get_by_role("button", name="Confirm", exact=True).click()
        fresh = self.page.get_by_role("dialog", name=WRITER, exact=True)
        expect(fresh.get_by_label("Search A Product", exact=True)).to_be_visible()
        return fresh

    def ready_to_write(self, patient: str) -> Locator:
        """Open the writer for the patient, connected and with a practitioner."""
        if self.is_connected:
            return self.open_writer(patient)
        self.connect(patient).close()
        self.is_connected = True
        return self.choose_practitioner(self.open_writer(patient))

    def find_product(self, writer: Locator, words: str, name: str) -> None:
        """Search and choose a product; its dosage fields stand there afterwards."""
        writer.get_by_label("Search A Product", exact=True).fill(words)
        option = writer.get_by_role("listbox", name="Products").get_by_role(
            "option", name=re.compile(re.escape(name))
        )
        option.first.click()
        expect(writer.get_by_role("heading", name=name, exact=True)).to_be_visible()

    def add_product(self, writer: Locator, words: str, name: str) -> None:
        self.find_product(writer, words, name)
        writer.get_by_role("button", name="Add product", exact=True).click()
        expect(writer.get_by_role("listitem").filter(has_text=name)).to_be_visible()

    def wait_until(self, happened: Callable[[], bool], what: str, *, seconds: float = 30) -> None:
        """Wait for something that no page shows; `what` says it when it does not come."""
        deadline = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < deadline, f"{what}: not within {seconds} s."
            self.page.wait_for_timeout(50)

    def reload_until(self, thing: Locator) -> None:
        """Load the page again until the thing stands there, as somebody would who waits for it."""
        self.wait_until(lambda: self._shows_after_loading(thing), "It stands on the page")

    def _shows_after_loading(self, thing: Locator) -> bool:
        if thing.count():
            return True
        self.page.reload(wait_until="networkidle")
        return bool(thing.count())


def forget_connections(clinic_database: str) -> None:
    """Forget every connection to a dispensary, with what hangs on it."""
    # A worker may be at some of the tables: emptying them gives way at once, and comes again.
    emptying = f"set lock_timeout = '300ms'; truncate {CONNECTIONS_AND_WHAT_HANGS_ON_THEM} cascade"
    deadline = time.monotonic() + 20
    while True:
        try:
            with psycopg.connect(clinic_database) as connection:
                connection.execute(emptying.encode())
            return
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            if time.monotonic() > deadline:
                raise


def can_prescribe(clinic_database: str, email: str) -> bool:
    """Tell whether this person alone is connected, and has chosen the practitioner."""
    with psycopg.connect(clinic_database) as connection:
        rows = connection.execute(
            "select u.email, c.broken_at is null and c.writes_as_id is not null"
            " from clinic_prescriptions_connection c"
            " join clinic_accounts_membership m on m.id = c.membership_id"
            " join clinic_accounts_user u on u.id = m.user_id where c.ended_at is null"
        ).fetchall()
    return rows == [(email, True)]


def all_is_done(*databases: str) -> bool:
    """Tell whether no job of these servers runs or is due."""
    return all(_jobs_due(database) == 0 for database in databases)


def _jobs_due(database: str) -> int:
    with psycopg.connect(database) as connection:
        row = connection.execute(
            "select count(*) from procrastinate_jobs where status = 'doing'"
            " or (status = 'todo' and (scheduled_at is null or scheduled_at <= now()))"
        ).fetchone()
    return int(row[0]) if row is not None else 0
