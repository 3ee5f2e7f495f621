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

CHANGED = "Take it with water."
PRESCRIPTIONS = 50
ROUNDS = 10
LONGEST_PAUSE_SECONDS = 1.5
ALL_SECONDS = 900

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
    chance = random.Random(seed)  # noqa: S311  (no secret)
    for round_number in range(ROUNDS):
        killer = threading.Thread(target=_kill, args=(demo.home, chance))
        killer.start()
        for _person, draft in drafts[round_number::ROUNDS]:
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
    assert sum(mails) <= 2 * PRESCRIPTIONS + ROUNDS, (mails, f"seed {seed}")


def test_changes_and_cancellations_are_made_once_whatever_is_killed_on_the_way(
    demo: demos.Demo, connected: Staff, books: Books, drafts: list[tuple[Person, str]]
) -> None:
    some = [draft for _person, draft in drafts[:10]]
    for draft in some:
        connected.save(draft)
    books.wait(lambda: all(books.state(one) == "sent" for one in some), "All are sent", seconds=120)
    seed = int(time.time())
    killer = threading.Thread(target=_kill, args=(demo.home, random.Random(seed)))  # noqa: S311  (no secret)
    killer.start()
    for number, draft in enumerate(some):
        _ask_until_it_is_acknowledged(connected, books, draft, is_cancel=number % 2 == 0)
    killer.join()
    books.wait(
        lambda: all(books.change_states(one) == ["done"] for one in some),
        f"All changes are accepted (seed {seed})", seconds=300,
    )  # fmt: skip
    books.settle(seconds=90)
    for number, draft in enumerate(some):
        plan = books.plan_there(draft)
        if number % 2 == 0:
            assert (books.state(draft), plan["state"]) == ("cancelled", "cancelled")
        else:
            assert (books.state(draft), plan["state"]) == ("sent", "active")
            assert plan["personal_message"] == CHANGED
            assert books.count_versions(draft) == 1
    assert books.plans_there(*some) == [1] * len(some)


def _kill(home: Path, chance: random.Random) -> None:
    """Kill each of them once, in any order, at any moment."""
    names = list(VICTIMS)
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


def _ask_until_it_is_acknowledged(staff: Staff, books: Books, sent: str, *, is_cancel: bool) -> None:
    """Ask for the change as somebody does whose page reports an error: again, from where it stands."""
    until = time.monotonic() + 60
    while time.monotonic() < until and not books.change_states(sent):
        with contextlib.suppress(httpx.HTTPError, AssertionError):
            if is_cancel:
                staff.cancel(sent, "Not tolerated")
            else:
                staff.change_message(sent, CHANGED)
        time.sleep(0.2)
    assert books.change_states(sent), "Asking is acknowledged within a minute"
