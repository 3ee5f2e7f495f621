"""A member of staff without a browser: the clinic's real pages over HTTP, with its cookies and tokens."""

import html
import itertools
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from betony.kit.identifiers import uuid7

PASSWORD = "betony-demo-2026"
NINA = "nina.alvarez@meadowlark.example"
SAM = "sam.okafor@meadowlark.example"
_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')
_numbers = itertools.count(int(time.time()) % 1_000_000)

_SELECT = re.compile(r'<select[^>]*name="([a-z_]+)".*?</select>', re.S)
_OPTION = re.compile(r'<option value="([^"]*)"( selected)?')


def choices(page: str) -> dict[str, str]:
    """Return what each drop-down of a page sends when nobody touches it."""
    found = {}
    for select in _SELECT.finditer(page):
        options = _OPTION.findall(select[0])
        found[select[1]] = next(
            (value for value, chosen in options if chosen), options[0][0] if options else ""
        )
    return found


@dataclass(frozen=True)
class Person:
    """A patient this run added."""

    id: UUID
    first_name: str
    email: str


@dataclass
class Staff:
    """One person's session at the clinic (and, to connect, at the dispensary)."""

    clinic_url: str
    email: str = NINA
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(timeout=60, trust_env=False, limits=httpx.Limits(max_connections=64))
        self._submit(f"{self.clinic_url}/sign-in/", {"email": self.email, "password": PASSWORD})

    def get(
        self, path: str, *, is_part: bool = True, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Ask for a page, or as htmx does for a part of one."""
        return self.http.get(self.clinic_url + path, headers={**_part(is_part), **(headers or {})})

    def post(self, path: str, data: dict[str, str] | None = None, *, is_part: bool = True) -> httpx.Response:
        """Send a form."""
        token = self.http.cookies.get("betony_clinic_csrf") or ""
        headers = _part(is_part) | {"X-CSRFToken": token}
        return self.http.post(self.clinic_url + path, data=data or {}, headers=headers)

    # Stories 2 and 3

    def consent(self) -> str:
        """Go to the consent page, authorize, and return the callback address it sends the browser to."""
        start = self.http.get(f"{self.clinic_url}/fullscript/connect/")
        assert start.headers["location"].startswith("http"), "This user is connected already."
        page = self.http.get(start.headers["location"], follow_redirects=True)
        if "/sign-in/" in str(page.url):
            sent = self._submit(str(page.url), {"email": self.email, "password": PASSWORD})
            page = self.http.get(httpx.URL(page.url).join(sent.headers["location"]), follow_redirects=True)
        answer = self._submit(str(page.url), {"decision": "authorize"}, page=page)
        return answer.headers["location"]

    def connect(self) -> httpx.Response:
        """Connect to the dispensary and return the page that lands."""
        return self.http.get(self.consent())

    def reset(self) -> httpx.Response:
        """End this user's connection, as **Reset User** does."""
        return self.post("/fullscript/reset/")

    # Story 4

    def add_patient(self) -> Person:
        """Add a patient nobody knows."""
        letters = "".join(chr(ord("a") + int(digit)) for digit in str(next(_numbers)))
        person = Person(id=uuid7(), first_name=f"Pru{letters}", email=f"pru.{letters}@example.com")
        born = f"{1950 + next(_numbers) % 50}-03-{1 + next(_numbers) % 27:02d}"
        page = self.get("/patients/add/")
        wanted = {
            "first_name": person.first_name, "last_name": f"{letters[::-1]}ham".title(),
            "email": person.email, "date_of_birth": born, "new_id": str(person.id), "save_anyway": "yes",
        }  # fmt: skip
        assert page.status_code == 200
        answer = self.post("/patients/add/", choices(page.text) | wanted)
        assert answer.status_code in (200, 204, 302), (answer.status_code, answer.text[:3000])
        return person

    # Story 5

    def open_writer(self, person: Person) -> httpx.Response:
        """Open the writer with all that its page asks for by itself."""
        opened = self.get(f"/fullscript/writer/{person.id}/")
        self.post(f"/fullscript/writer/{person.id}/set-up/")
        return opened

    def choose_practitioner(self, person: Person) -> None:
        """Confirm the first practitioner on the list, when the writer asks for one."""
        page = self.get(f"/fullscript/writer/{person.id}/").text
        found = re.search(r'<select[^>]*name="practitioner".*?<option value="([0-9a-f-]{36})"', page, re.S)
        if found is not None:
            self.post(f"/fullscript/writer/{person.id}/practitioner/", {"practitioner": found[1]})

    def search(self, person: Person, words: str) -> httpx.Response:
        """Search the dispensary's products."""
        return self.get(f"/fullscript/writer/{person.id}/products/?q={words}")

    def product_paths(self, person: Person, words: str) -> list[str]:
        """Return the addresses of the products a search finds, which must be there."""
        found = re.findall(
            r'hx-get="(/fullscript/writer/[^"]*/products/[^"/?]+/)"', self.search(person, words).text
        )
        assert found
        return [html.unescape(one) for one in found]

    def add_product(self, path: str) -> httpx.Response:
        """Put a product on the draft with the dosage it comes with."""
        page = self.get(path).text
        values = dict(re.findall(r'<input[^>]*name="([a-z_]+)"[^>]*value="([^"]*)"', page))
        wanted = {key: html.unescape(value) for key, value in values.items()}
        return self.post(path, wanted | {"quantity": "1"})

    def draft_id(self, person: Person) -> str:
        """Return the id of the draft the writer shows."""
        page = self.get(f"/fullscript/writer/{person.id}/").text
        found = re.search(r"/fullscript/prescriptions/([0-9a-f-]{36})/save/", page)
        assert found is not None, page
        return found[1]

    def save(self, prescription_id: str) -> httpx.Response:
        """**Save Prescription**."""
        return self.post(f"/fullscript/prescriptions/{prescription_id}/save/", {"message": "Take with food."})

    # Story 5.10

    def cancel(self, prescription_id: str, why: str) -> httpx.Response:
        """**Cancel prescription**, upon how it stands now."""
        page = self.get(f"/fullscript/prescriptions/{prescription_id}/cancel/").text
        found = re.search(r'<input[^>]*name="version"[^>]*value="(\d+)"', page)
        found = found or re.search(r'<input[^>]*value="(\d+)"[^>]*name="version"', page)
        assert found is not None, page[:2000]
        path = f"/fullscript/prescriptions/{prescription_id}/cancel/"
        return self.post(path, {"why": why, "version": found[1]})

    def change_message(self, prescription_id: str, message: str) -> httpx.Response:
        """**Change** the message to the patient and **Save change**."""
        begun = self.post(f"/fullscript/prescriptions/{prescription_id}/change/")
        assert begun.status_code == 302, begun.status_code
        page = self.get(begun.headers["location"]).text
        found = re.search(r"/fullscript/prescriptions/([0-9a-f-]{36})/save/", page)
        assert found is not None, page[:2000]
        return self.post(f"/fullscript/prescriptions/{found[1]}/save/", {"message": message})

    def _submit(self, url: str, data: dict[str, str], page: httpx.Response | None = None) -> httpx.Response:
        return submit(self.http, url, data, page=page)


def submit(
    http: httpx.Client, url: str, data: dict[str, str], *, page: httpx.Response | None = None
) -> httpx.Response:
    """Send the form of a page, with what it carries unseen; it must answer with a redirect."""
    shown = page or http.get(url)
    hidden = {name: html.unescape(value) for name, value in _HIDDEN.findall(shown.text)}
    answer = http.post(url, data=hidden | data, headers={"Referer": url})
    assert answer.status_code == 302, (url, answer.status_code)
    return answer


def _part(is_part: bool) -> dict[str, str]:
    return {"HX-Request": "true"} if is_part else {}
