"""Reading takes the same number of queries whatever the size."""

import pytest

from betony.clinic.prescriptions import history, queries
from betony.clinic.prescriptions.exchange import importing
from betony.clinic.prescriptions.tests import cast
from betony.kit import tenancy

pytestmark = pytest.mark.slow


@pytest.fixture
def home(settled, carol):
    return settled


def fill(home, times):
    there = home.there.patients[0]
    with tenancy.working_for(home.pk):
        for _ in range(times):
            plan = home.there.write_plan(there, home.there.practitioners[0], [home.zinc["variants"][0]["id"]])
            importing.import_plan(home.pk, plan["id"])
            importing.import_order(home.pk, home.there.place_order(plan)["id"])


@pytest.mark.parametrize("size", [1, 12])
def test_the_history_is_read_in_three_queries(home, carol, size, django_assert_num_queries):
    fill(home, size)
    with tenancy.organization(home.pk), django_assert_num_queries(3):
        rows = history.prescriptions(carol.pk)
        shown = [(one.prescriber.full_name, one.dispensary.name, len(one.items.all())) for one in rows]
    assert len(shown) == size


@pytest.mark.parametrize("size", [1, 12])
def test_the_orders_are_read_in_two_queries(home, carol, size, django_assert_num_queries):
    fill(home, size)
    with tenancy.organization(home.pk), django_assert_num_queries(2):
        assert [len(one.lines.all()) for one in history.orders(carol.pk)] == [1] * size


@pytest.mark.parametrize("size", [1, 12])
def test_what_waits_is_read_in_one_query(home, size, django_assert_num_queries):
    for number in range(size):
        patient = home.patient(email=f"p{number}@example.com")
        cast.save(home, cast.draft(home, patient))
    with tenancy.organization(home.pk), django_assert_num_queries(1):
        rows = queries.waiting_of(home.actor("Alice"))
        assert len([one.patient.full_name for one in rows]) == size


@pytest.mark.parametrize("size", [1, 12])
def test_the_drop_down_takes_a_fixed_number_of_queries(home, size, django_assert_num_queries):
    for number in range(size):
        home.there.add_practitioner("Zed", f"Number {number}", f"z{number}@elsewhere.example")
    with tenancy.working_for(home.pk):
        importing.fetch_practitioners(home.pk)
    with tenancy.organization(home.pk):
        connection = queries.connection_of(home.actor("Alice"))
        with django_assert_num_queries(4):
            assert len(queries.practitioners_for(home.actor("Alice"), connection)) == size + 1


def test_the_newest_stands_first(home, carol):
    fill(home, 3)
    with tenancy.organization(home.pk):
        rows = history.prescriptions(carol.pk)
        assert [row.written_at for row in rows] == sorted((row.written_at for row in rows), reverse=True)
