"""A whole demo, a real browser, and the people of the stories."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from betony.cli.testing import demo as demo_module
from tests.browser import clinic as clinic_module
from tests.browser.clinic import Clinic
from tests.prove.fault_proxy import FaultProxy

CHROMIUM = os.environ.get("BETONY_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# On a busy machine a page may take its time; a thing that never comes fails all the same.
PATIENCE_MILLISECONDS = 20_000

# A refused form answers 4xx; a request is cut off when its page is left.
EXPECTED_COMPLAINTS = (
    "status of 4",
    "Code 4",
    "htmx:afterRequest",
    "htmx:sendError",
    "htmx:sendAbort",
    "net::ERR_ABORTED",
    # Where a test takes the network away.
    "net::ERR_INTERNET_DISCONNECTED",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder as a browser test."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def proxy() -> Iterator[FaultProxy]:
    """What stands between the clinic and the dispensary's API; it passes everything on unless told otherwise."""
    standing = FaultProxy()
    yield standing
    standing.stop()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, proxy: FaultProxy) -> Iterator[demo_module.Demo]:
    """The two servers, their workers, the database and the mailbox, as `make demo` starts them."""
    home = tmp_path_factory.mktemp("betony")
    ports = dict(zip(demo_module.PORTS, demo_module.free_ports(len(demo_module.PORTS)), strict=True))
    proxy.target = f"http://localhost:{ports['BETONY_DISPENSARY_PORT']}"
    with demo_module.running(home, ports=ports, BETONY_FULLSCRIPT_US_API_URL=proxy.url) as running:
        yield running
    demo_module.forget(home)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def clinic_database(demo: demo_module.Demo) -> str:
    """The address of the clinic's database, as the role that owns the tables."""
    return demo.database_url("clinic", role="migration")


@pytest.fixture(scope="session")
def databases(demo: demo_module.Demo, clinic_database: str) -> tuple[str, str]:
    """The addresses of the clinic's and the dispensary's databases."""
    return clinic_database, demo.database_url("dispensary", role="migration")


@pytest.fixture
def nobody_connected(clinic_database: str) -> None:
    """Forget every connection to a dispensary, with what hangs on it."""
    clinic_module.forget_connections(clinic_database)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser nobody has used, which fails the test when a page reports an error."""
    with browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US") as fresh:
        fresh.set_default_timeout(PATIENCE_MILLISECONDS)
        complaints: list[str] = []
        fresh.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        fresh.on("weberror", lambda error: complaints.append(str(error.error)))
        yield fresh
        assert [one for one in complaints if not any(known in one for known in EXPECTED_COMPLAINTS)] == []


@pytest.fixture(scope="session")
def sessions() -> dict[str, list[Any]]:
    """The clinic's cookies of those who have signed in, by email."""
    return {}


@pytest.fixture(scope="session")
def kept_cookies() -> list[Any]:
    """The cookies, of both servers, of whoever was connected last by `prescriber`."""
    return []


@pytest.fixture
def clinic(
    demo: demo_module.Demo, context: BrowserContext, nobody_connected: None, sessions: dict[str, list[Any]]
) -> Clinic:
    """The clinic in a fresh browser, with nobody connected to a dispensary."""
    return Clinic(context=context, url=demo.clinic_url, dispensary_url=demo.dispensary_url, sessions=sessions)


@pytest.fixture
def prescriber(
    demo: demo_module.Demo,
    context: BrowserContext,
    clinic_database: str,
    sessions: dict[str, list[Any]],
    kept_cookies: list[Any],
) -> Clinic:
    """Nina's browser: signed in on both sides, connected, her practitioner chosen.

    What an earlier test connected is used on: connecting anew brings everybody's history in again. Tests that
    use this work with patients of their own, or leave the others as they are.
    """
    nina = Clinic(context=context, url=demo.clinic_url, dispensary_url=demo.dispensary_url, sessions=sessions)
    if kept_cookies and clinic_module.can_prescribe(clinic_database, clinic_module.NINA):
        context.add_cookies(kept_cookies)
        nina.is_connected = True
    else:
        clinic_module.forget_connections(clinic_database)
        nina.sign_in()
        nina.ready_to_write("June Hartley")
        kept_cookies[:] = context.cookies()
    return nina


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """A folder for pictures of what a test saw."""
    return tmp_path
