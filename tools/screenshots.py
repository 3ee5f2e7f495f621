"""The pictures of the README and the guides, taken from the demo: `make screenshots`.

Starts a demo of its own in a throw-away folder with ports of its own, walks through it as the tour of the README
does, and writes docs/images/. The Chromium is the one `BETONY_CHROMIUM` names.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tools import tree

FOLDER = tree.ROOT / "docs" / "images"
READY = "Betony is ready."
PATIENCE_SECONDS = 300
PORTS = ("BETONY_CLINIC_PORT", "BETONY_DISPENSARY_PORT", "BETONY_MAILBOX_PORT", "BETONY_MAILBOX_SMTP_PORT")
NINA = "nina.alvarez@meadowlark.example"
PASSWORD = "betony-demo-2026"  # noqa: S105  (the demo's, known to everybody)


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on right now."""
    with contextlib.ExitStack() as stack:
        taken = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in taken:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in taken]


@contextlib.contextmanager
def demo() -> Iterator[str]:
    """Run a demo and give the clinic's address; everything is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="betony-pictures-") as home:
        ports = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
        log = Path(home, "demo.log")
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(Path(sys.executable).with_name("betony")), "demo"],
                cwd=tree.ROOT,
                env={**os.environ, **ports, "BETONY_HOME": str(Path(home, "state"))},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait_until_ready(process, log)
            yield f"http://localhost:{ports['BETONY_CLINIC_PORT']}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while READY not in (said := log.read_text(encoding="utf-8", errors="replace")):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The demo did not become ready:\n{said}")
        time.sleep(0.5)


def take(context: BrowserContext, clinic: str) -> None:
    """Walk through the tour and take the pictures on the way."""
    page = context.new_page()
    _sign_in(page, clinic)
    _open_actions(page, clinic)
    _save(page, "patients")
    _connect(page)
    _open_actions(page, clinic)
    page.get_by_role("menuitem", name="Fullscript", exact=True).click()
    writer = page.get_by_role("dialog", name="Fullscript Prescription Writer")
    writer.get_by_role("button", name="Confirm", exact=True).click()
    # Connecting has begun to bring her history in; the picture shows it.
    writer.get_by_role("button", name="View", exact=True).first.wait_for()
    writer.get_by_label("Search A Product").press_sequentially("magnesium")
    writer.get_by_role("listbox").get_by_role("option").first.wait_for()
    _save(page, "writer")


def _sign_in(page: Page, clinic: str) -> None:
    page.goto(f"{clinic}/sign-in/")
    _give_password(page)
    page.wait_for_url(lambda address: "/sign-in/" not in address)


def _give_password(page: Page) -> None:
    page.get_by_label("Email", exact=True).fill(NINA)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _open_actions(page: Page, clinic: str) -> None:
    page.goto(f"{clinic}/patients/")
    page.get_by_label("Search patients").fill("har")
    page.get_by_role("button", name="Actions for June Hartley", exact=True).click()
    page.get_by_role("menuitem", name="Fullscript", exact=True).wait_for()


def _connect(page: Page) -> None:
    with page.expect_popup() as opened:
        page.get_by_role("menuitem", name="Fullscript", exact=True).click()
    dispensary = opened.value
    _give_password(dispensary)
    dispensary.get_by_role("button", name="Authorize Application", exact=True).wait_for()
    _save(dispensary, "consent")
    dispensary.get_by_role("button", name="Authorize Application", exact=True).click()
    dispensary.get_by_text("Fullscript is connected.").wait_for()
    dispensary.close()


def _save(page: Page, name: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled", full_page=True)
    print(f"docs/images/{name}.png")


def main() -> None:
    """Take every picture."""
    with demo() as clinic, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("BETONY_CHROMIUM"),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        context = browser.new_context(viewport={"width": 1280, "height": 860}, device_scale_factor=1)
        context.set_default_timeout(20_000)
        take(context, clinic)
        browser.close()


if __name__ == "__main__":
    main()
