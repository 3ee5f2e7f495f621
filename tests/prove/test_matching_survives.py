"""Kill -9 of the worker while all patients are matched: in the end everybody is matched as the rule says, once."""

import contextlib
import datetime
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from betony.cli.testing import demo as demos
from tests.prove import processes
from tests.prove.books import Books
from tests.prove.staff import Staff

pytestmark = pytest.mark.prove

PATIENTS = "300"
KILLED_AT = (0.1, 0.3, 0.55, 0.8)
ACTIVE = """
    select id, email_key, first_name, last_name, date_of_birth, shares_with_dispensary = 'refused'
      from clinic_patients_patient
     where is_active and deceased_date is null and email_key <> ''
       and organization_id = (select id from clinic_accounts_organization where name like 'Meadowlark%')
     order by id
"""
KNOWN_THERE = (
    "select email from dispensary_patients_patient where archived_at is null and organization_id = %s"
)
ADD_THERE = """
    insert into dispensary_patients_patient
    select (jsonb_populate_record(null::dispensary_patients_patient, to_jsonb(old) || jsonb_build_object(
        'id', %s::text, 'number', old.number + 1000000 + %s::int, 'email', %s::text, 'first_name', %s::text,
        'last_name', %s::text, 'date_of_birth', %s::date, 'password', '', 'search_text', %s::text))).*
      from dispensary_patients_patient old where old.email = 'june.hartley@example.com'
"""
PROGRESS = (
    "select matching_done, matching_total, matched_at from clinic_prescriptions_dispensary"
    " where ended_at is null and matching_began_at is not null"
)
LINKS = (
    "select l.patient_id, l.state, count(*), max(l.remote_id) from clinic_prescriptions_patientlink l"
    " where l.ended_at is null group by l.patient_id, l.state"
)
LINKED_IN_TRAIL = (
    "select max(n) from (select count(*) n from kit_audit_auditevent"
    " where action = 'prescriptions.patient_linked' group by subject_id) each"
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, float]]:
    """A home of its own, with more patients than a demo usually has."""
    home = tmp_path_factory.mktemp("matching") / "home"
    with demos.running(home, BETONY_DEMO_PATIENTS=PATIENTS) as first:
        seconds = first.seconds_to_ready
    yield home, seconds
    demos.forget(home)


@dataclass
class Expected:
    """Who is to be linked, about whom somebody is to be asked, and who is never looked for, by the patient's id."""

    linked: dict[UUID, str]
    asked: set[UUID]
    never: set[UUID]
    there: int


@pytest.fixture
def expected(books: Books) -> Expected:
    """Most charts have their person at the dispensary; every fourth's has another first name, every seventh's none."""
    there = books.dispensary.execute(
        "select organization_id from dispensary_patients_patient where email = 'june.hartley@example.com'"
    ).fetchone()
    assert there is not None
    known = {str(row[0]) for row in books.dispensary.execute(KNOWN_THERE, [there[0]]).fetchall()}
    charts = books.clinic.execute(ACTIVE).fetchall()
    emails = [row[1] for row in charts]
    found = Expected(linked={}, asked=set(), never=set(), there=0)
    for number, (patient_id, email, first, last, born, has_refused) in enumerate(charts):
        if email in known or emails.count(email) > 1 or number % 7 == 0:
            continue
        is_another = number % 4 == 0
        remote_id = _add(books, number, email, "Somebody" if is_another else first, last, born)
        if has_refused:
            found.never.add(patient_id)
        elif is_another:
            found.asked.add(patient_id)
        else:
            found.linked[patient_id] = remote_id
    found.there = _count_there(books)
    assert len(found.linked) > 100
    assert len(found.asked) > 30
    assert found.never
    return found


def _add(books: Books, number: int, email: str, first: str, last: str, born: datetime.date) -> str:
    remote_id = str(uuid4())
    search = f"{first} {last} {email}".lower()
    books.dispensary.execute(ADD_THERE, [remote_id, number, email, first, last, born, search])
    return remote_id


def _count_there(books: Books) -> int:
    row = books.dispensary.execute("select count(*) from dispensary_patients_patient").fetchone()
    return int(row[0]) if row else 0


def _progress(books: Books) -> tuple[int, int, bool]:
    row = books.clinic.execute(PROGRESS).fetchone()
    return (int(row[0]), int(row[1]), row[2] is not None) if row else (0, 0, False)


def test_everybody_is_matched_once_although_the_worker_is_killed_again_and_again(
    demo: demos.Demo, nina: Staff, books: Books, expected: Expected
) -> None:
    assert nina.connect().status_code == 200
    reached = [_kill_at(demo.home, books, share) for share in KILLED_AT]
    books.wait(lambda: _progress(books)[2], "Everybody is looked at", seconds=240)
    books.settle(seconds=240)
    done, total, _is_over = _progress(books)
    assert (done, reached) == (total, sorted(reached)), (done, total, reached)
    links = books.clinic.execute(LINKS).fetchall()
    assert max(int(count) for _patient, _state, count, _remote in links) == 1
    _assert_as_the_rule_says(links, expected)
    assert _count_there(books) == expected.there
    linked_in_trail = books.clinic.execute(LINKED_IN_TRAIL).fetchone()
    assert linked_in_trail == (1,)


def _assert_as_the_rule_says(links: list[tuple[Any, ...]], expected: Expected) -> None:
    """Everybody with their person is linked to that one, everybody else of ours is asked about or left alone."""
    linked = {patient: remote for patient, state, _count, remote in links if state == "linked"}
    asked = {patient for patient, state, _count, _remote in links if state == "question"}
    assert {patient: linked.get(patient) for patient in expected.linked} == expected.linked
    assert expected.asked <= asked
    assert expected.never.isdisjoint(linked.keys() | asked)
    assert len(set(linked.values())) == len(linked)


def _kill_at(home: Path, books: Books, share: float) -> int:
    """Kill the worker once so much of the matching is done, and return how far it was."""
    until = time.monotonic() + 240
    while time.monotonic() < until:
        done, total, is_over = _progress(books)
        assert not is_over, "It was over before the worker could be killed"
        alive = processes.worker(home, "clinic")
        if total and done >= total * share and alive:
            for one in alive:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(one.pid, signal.SIGKILL)
            return done
        books.hurry()
        time.sleep(0.02)
    raise AssertionError(f"The matching did not come to {share:.0%} in time")
