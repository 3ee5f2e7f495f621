"""A clinic of a hundred thousand patients: the demo loads in time, and the list answers in time."""

import time

import pytest
from django.db import connections

from betony.clinic.accounts import demo as accounts
from betony.clinic.health_record import demo as health_record
from betony.clinic.patients import demo, queries
from betony.clinic.practice import demo as practice
from betony.kit import tenancy

PATIENTS = 100_000
LOAD_SECONDS = 90
ANSWER_SECONDS = 0.05
LISTINGS = [
    queries.Listing(),
    queries.Listing(sort="-name"),
    queries.Listing(sort="born"),
    queries.Listing(sort="-email"),
    queries.Listing(standing="inactive"),
    queries.Listing(practitioner_id=practice.practitioner_id("nina.alvarez@meadowlark.example")),
    queries.Listing(search="hartley"),
    queries.Listing(search="june hartley"),
    queries.Listing(search="a"),
    queries.Listing(search="ma"),
    queries.Listing(search="zq"),
    queries.Listing(search="example.com"),
    queries.Listing(search="maria gar"),
    queries.Listing(search="o'brien"),
    queries.Listing(search="555 0142"),
    queries.Listing(search="607 555 0142"),
    queries.Listing(search="1979-03-14"),
    queries.Listing(search="nobody of that name"),
]


def seconds(clinic, listing):
    """Return the best time of a few askings, the way a page asks: other work on the machine is not ours."""
    taken = []
    for _again in range(5):
        started = time.perf_counter()
        page = queries.page(clinic, listing)
        queries.shared_emails(clinic, page.rows)
        taken.append(time.perf_counter() - started)
    return min(taken)


@pytest.mark.prove
@pytest.mark.slow
def test_a_hundred_thousand_patients(committed_db):
    accounts.load()
    practice.load()
    started = time.perf_counter()
    said: list[str] = []
    demo.load(count=PATIENTS, say=said.append)
    health_record.load(count=PATIENTS)
    load_seconds = time.perf_counter() - started
    connections["migration"].close()
    clinic = accounts.demo_id(accounts.MEADOWLARK)
    with tenancy.organization(clinic):
        times = {f"{one.search or one.sort} {one.standing}": seconds(clinic, one) for one in LISTINGS}
        started = time.perf_counter()
        queries.count(queries.listed(clinic, queries.Listing()))
        times["count"] = time.perf_counter() - started
    told = ", ".join(f"{name}: {taken * 1000:.0f} ms" for name, taken in times.items())
    told = f"{load_seconds:.0f} s; {told}"
    print(told)
    assert load_seconds < LOAD_SECONDS, told
    assert max(times.values()) < ANSWER_SECONDS, told
