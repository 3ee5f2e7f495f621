"""Double clicks, two people and workers in the middle of something, each with connections of its own."""

import time

import pytest
from django.db import connection

from betony.clinic.health_record import actions as health
from betony.clinic.health_record.details import AllergyDetails
from betony.clinic.health_record.models import Allergy
from betony.clinic.patients.diversion import MergedIntoAnother
from betony.clinic.patients.merging import actions
from betony.clinic.patients.models import Patient, PatientMerge
from betony.clinic.prescriptions import queries
from betony.clinic.prescriptions.actions import receiving
from betony.clinic.prescriptions.dispensary import fake, parsing
from betony.clinic.prescriptions.models import PatientLink, Prescription
from betony.clinic.prescriptions.tests import cast
from betony.clinic.workflows.tests import records
from betony.kit import tenancy
from betony.kit.actor import system


@pytest.fixture
def house(committed_db):
    fake.fresh_servers()
    home = cast.house()
    cast.connect(home)
    cast.write_as(home, "Alice")
    return home


def errors_in(results):
    return [one for one in results if isinstance(one, Exception)]


def merges(home):
    with tenancy.organization(home.pk):
        return list(PatientMerge.objects.filter(undone_at=None))


def test_of_two_clicks_one_wins_and_the_other_is_told(at_once, house):
    june, margaret = records.june(house), records.margaret(house)
    seen = records.seen(house, june, margaret)
    results = at_once(
        *[lambda by=by: records.merge(house, margaret, into=june, by=by, having_seen=seen)
          for by in ("Alice", "Nina", "Alice")]
    )  # fmt: skip
    assert [type(one) for one in errors_in(results)] == [actions.AlreadyMerged] * 2
    assert len(merges(house)) == 1


def test_of_a_into_b_and_b_into_a_one_wins(at_once, house):
    june, margaret = records.june(house), records.margaret(house)
    seen = records.seen(house, june, margaret)
    results = at_once(
        lambda: records.merge(house, margaret, into=june, having_seen=seen),
        lambda: records.merge(house, june, into=margaret, by="Nina", having_seen=seen),
    )
    assert [type(one) for one in errors_in(results)] == [actions.MergedElsewhere]
    assert len(merges(house)) == 1


def test_undoing_twice_at_once_is_done_once(at_once, house):
    june, margaret = records.june(house), records.margaret(house)
    done = records.merge(house, margaret, into=june)
    results = at_once(*[lambda: records.undo(house, done)] * 2)
    assert [type(one) for one in errors_in(results)] == [actions.UndoneAlready]


def test_what_is_written_meanwhile_is_in_the_kept_record_or_refused(at_once, house):
    june, margaret = records.june(house), records.margaret(house)

    def add():
        with tenancy.organization(house.pk):
            return health.add_allergy(
                by=house.actor("Nina"), patient_id=margaret.pk, details=AllergyDetails(substance="Latex")
            )

    results = at_once(lambda: records.merge(house, margaret, into=june), *[add] * 3)
    assert {type(one) for one in errors_in(results)} <= {MergedIntoAnother}
    with tenancy.organization(house.pk):
        assert not Allergy.objects.filter(patient=margaret).exists()
        assert Allergy.objects.filter(patient=june).count() == 3 - len(errors_in(results))


def test_what_the_dispensary_sends_meanwhile_lands_in_the_kept_record(at_once, house):
    june, margaret = records.june(house), records.margaret(house)
    there = cast.link(house, margaret)
    cast.link(house, june)
    variant = house.zinc["variants"][0]["id"]
    plans = [
        parsing.plan(house.there.write_plan(there, house.there.practitioners[0], [variant])) for _ in range(3)
    ]
    by = system("test", organization_id=house.pk)

    def keep(plan):
        with tenancy.organization(house.pk):
            return receiving.keep_plan(by=by, dispensary=queries.current_dispensary(by), plan=plan)

    results = at_once(
        lambda: records.merge(house, margaret, into=june),
        *[lambda plan=plan: keep(plan) for plan in plans],
    )
    assert errors_in(results) == []
    with tenancy.organization(house.pk):
        assert {one.patient_id for one in Prescription.objects.all()} == {june.pk}
        assert Prescription.objects.count() == 3


def test_merging_waits_for_nobody_and_comes_back(at_once, house):
    june, margaret = records.june(house), records.margaret(house)
    cast.link(house, margaret)

    def work_on_the_link():
        with tenancy.organization(house.pk):
            PatientLink.objects.select_for_update().get()
            time.sleep(1)
            # What a worker does next; a merge that held the patient now would be in its way.
            Patient.objects.select_for_update().get(pk=margaret.pk)
            with connection.cursor() as cursor:
                cursor.execute("select 1")

    results = at_once(work_on_the_link, lambda: records.merge(house, margaret, into=june))
    assert errors_in(results) == []
    assert len(merges(house)) == 1
