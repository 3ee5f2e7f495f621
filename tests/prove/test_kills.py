"""Kill -9 of anything between **Save Prescription** and the patient's mail: all of it happens, and happens once."""

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from betony.cli.testing import demo as demos
from tests.prove import processes
from tests.prove.books import PLAN, WELCOME, Books
from tests.prove.processes import Process
from tests.prove.staff import Person, Staff

pytestmark = pytest.mark.prove

PRESCRIPTIONS = 12
KILLS_OF_EACH = 2
LONGEST_PAUSE_SECONDS = 1.5
ALL_SECONDS = 170

VICTIMS: dict[str, Callable[[Path], list[Process]]] = {
    "the clinic": lambda home: processes.web(home, "clinic"),
    "the clinic's worker": lambda home: processes.worker(home, "clinic"),
    "the dispensary": lambda home: processes.web(home, "dispensary"),
    "the dispensary's worker": lambda home: processes.worker(home, "dispensary"),
}


@pytest.fixture
def drafts(connected: Staff) -> list[tuple[Person, str]]:
    """A draft each for people the dispensary does not know; nobody asked for them to be set up yet."""
    first = connected.add_patient()
    connected.choose_practitioner(first)
    people = [first, *(connected.add_patient() for _number in range(PRESCRIPTIONS - 1))]
    written = []
    for person in people:
        connected.add_product(connected.product_paths(person, "magnesium")[0])
        written.append((person, connected.draft_id(person)))
    return written


def test_what_was_saved_is_sent_once_whatever_is_killed_on_the_way(
    demo: demos.Demo, connected: Staff, books: Books, drafts: list[tuple[Person, str]]
) -> None:
    started_at = time.monotonic()
    seed = int(time.time())
    killer = threading.Thread(target=_kill, args=(demo.home, random.Random(seed)))  # noqa: S311  (no secret)
    killer.start()
    for _person, draft in drafts:
        _save_until_it_is_acknowledged(connected, books, draft)
    killer.join()
    left = ALL_SECONDS - (time.monotonic() - started_at)
    books.wait(
        lambda: all(books.state(draft) == "sent" for _person, draft in drafts),
        f"All are sent (seed {seed})", seconds=left,
    )  # fmt: skip
    books.settle(seconds=90)
    assert books.plans_there(*(draft for _person, draft in drafts)) == [1] * PRESCRIPTIONS
    mails = []
    for person, _draft in drafts:
        counts = (books.patients_there(person), books.plans_of(person), books.prescriptions_of(person))
        assert counts == (1, 1, 1), (person, counts, f"seed {seed}")
        mails += [books.mails_to(person, WELCOME), books.mails_to(person, PLAN)]
    assert min(mails) == 1, (mails, f"seed {seed}")
    # A worker killed between the mail server's yes and its own note cannot know, and asks once more.
    assert sum(mails) <= 2 * PRESCRIPTIONS + KILLS_OF_EACH, (mails, f"seed {seed}")


def _kill(home: Path, chance: random.Random) -> None:
    """Kill each of them so many times, in any order, at any moment."""
    names = [name for name in VICTIMS for _time in range(KILLS_OF_EACH)]
    chance.shuffle(names)
    for name in names:
        time.sleep(chance.uniform(0, LONGEST_PAUSE_SECONDS))
        alive = VICTIMS[name](home)
        if alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(alive).pid, signal.SIGKILL)


def _save_until_it_is_acknowledged(staff: Staff, books: Books, draft: str) -> None:
    """Click **Save Prescription** as somebody does whose page reports an error: again."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            answer = staff.save(draft)
        except httpx.HTTPError:
            time.sleep(0.3)
            continue
        if answer.status_code == 200 or books.state(draft) in ("waiting", "sent"):
            return
        time.sleep(0.3)
    raise AssertionError("Saving is acknowledged within a minute")
