"""Bringing in a whole history: counted, shown, and never done twice after a stop."""

import random

import pytest

from betony.clinic.prescriptions import agreement, jobs, queries
from betony.clinic.prescriptions.models import HistoryCursor, Prescription
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy

# Every test brings a whole history in.
pytestmark = pytest.mark.slow

PEOPLE, PLANS_EACH = 4, 3


@pytest.fixture
def home(connected):
    """A dispensary with a history; its people's charts are linked, and nothing is in yet."""
    worker.work()
    connected.server.calls.clear()
    connected.zinc = connected.server.catalogue[0]
    for number in range(PEOPLE):
        patient = connected.patient(email=f"p{number}@example.com")
        row = cast.link(connected, patient)
        for _ in range(PLANS_EACH):
            connected.there.write_plan(
                row, connected.there.practitioners[0], [connected.zinc["variants"][0]["id"]]
            )
    return connected


def here(home):
    with tenancy.organization(home.pk):
        return Prescription.objects.count()


def progress(home):
    with tenancy.organization(home.pk):
        return agreement.import_progress(queries.current_dispensary(home.actor("Alice")))


def plan_calls(home):
    return {key: count for key, count in home.server.calls.items() if "/treatment_plans/" in key}


def test_each_plan_is_asked_for_once_and_each_patient_listed_once(home):
    worker.work()
    assert here(home) == PEOPLE * PLANS_EACH
    assert list(plan_calls(home).values()) == [1] * (PEOPLE * PLANS_EACH)
    lists = [count for key, count in home.server.calls.items() if key.endswith("/treatment_plans")]
    assert lists == [1] * PEOPLE
    assert progress(home).patients == 0


def test_progress_knows_the_whole_before_the_first_is_brought(home, monkeypatch):
    seen = []
    home.server.watchers.append(
        lambda name: (
            seen.append(progress(home)) if name.startswith("GET /api/clinic/treatment_plans/") else None
        )
    )
    worker.work()
    assert {one.total for one in seen} == {PEOPLE * PLANS_EACH}
    assert [one.done for one in seen] == list(range(PEOPLE * PLANS_EACH))


class Killed(BaseException):
    """What stops a worker at any moment."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_after_a_stop_anywhere_it_goes_on_where_it_was(home, seed):
    chance = random.Random(seed)  # noqa: S311  (no secret)

    def maybe_stop(_name):
        if chance.random() < 0.06:
            raise Killed

    home.server.watchers.append(maybe_stop)
    stops = 0
    for _ in range(60):
        try:
            worker.work()
            break
        except Killed:
            stops += 1
            worker.take_up_again()
    home.server.watchers.clear()
    worker.work()
    assert here(home) == PEOPLE * PLANS_EACH
    # A stop costs at most the one call it struck.
    assert sum(plan_calls(home).values()) <= PEOPLE * PLANS_EACH + stops


def test_a_history_already_here_costs_one_list(home):
    worker.work()
    home.server.calls.clear()
    with tenancy.organization(home.pk):
        patients = set(Prescription.objects.values_list("patient_id", flat=True))
    for patient_id in patients:
        jobs.import_patient(organization_id=home.pk, patient_id=patient_id)
    worker.work()
    assert plan_calls(home) == {}
    assert here(home) == PEOPLE * PLANS_EACH


def test_a_history_that_stopped_for_good_is_taken_up_by_the_next_comparison(home):
    home.server.trouble("down", on="GET /api/clinic/treatment_plans/*", times=10_000)
    worker.work_until_given_up(most=60)
    home.server.well_again()
    assert here(home) == 0
    with tenancy.organization(home.pk):
        long_ago = HistoryCursor.objects.latest("listed_at").listed_at - queries.HISTORY_STOPPED * 2
        HistoryCursor.objects.update(listed_at=long_ago)
    jobs.synchronize(organization_id=home.pk)
    worker.work()
    assert here(home) == PEOPLE * PLANS_EACH


def test_a_link_from_before_there_were_cursors_is_listed(home):
    worker.work()
    with tenancy.organization(home.pk):
        HistoryCursor.objects.all().delete()
        queries.linked(queries.current_dispensary(home.actor("Alice"))).update(
            linked_at=home.organization.created_at - queries.HISTORY_STOPPED * 2
        )
    jobs.synchronize(organization_id=home.pk)
    worker.work()
    with tenancy.organization(home.pk):
        assert HistoryCursor.objects.count() == PEOPLE
