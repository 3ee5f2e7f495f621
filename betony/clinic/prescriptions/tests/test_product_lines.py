"""A product that the dispensary lists twice, taken in two ways, stays two lines here (story 5.8)."""

import pytest

from betony.clinic.prescriptions import failures, jobs
from betony.clinic.prescriptions.actions import writing
from betony.clinic.prescriptions.exchange import importing
from betony.clinic.prescriptions.models import Prescription
from betony.clinic.prescriptions.tests import cast, changes, worker
from betony.kit import tenancy

pytestmark = pytest.mark.slow


@pytest.fixture
def home(settled, carol):
    return settled


def lines_of(row, *ways):
    """Recommendations of one product, each (amount, time of day)."""
    return [
        {"variant_id": row["variants"][0]["id"], "refill": False, "units_to_purchase": 1, "take_with": None,
         "dosage": {"amount": amount, "frequency": "once per day", "duration": "30", "format": "capsule",
                    "time_of_day": [time], "additional_info": None}}
        for amount, time in ways
    ]  # fmt: skip


def write(home, *ways):
    return home.there.write_plan(
        home.there.patients[0], home.there.practitioners[0], [], recommendations=lines_of(home.zinc, *ways)
    )


def bring(home, plan):
    with tenancy.working_for(home.pk):
        importing.import_plan(home.pk, plan["id"])
    with tenancy.organization(home.pk):
        return Prescription.objects.get(remote_id=plan["id"])


def ways_of(home, prescription):
    with tenancy.organization(home.pk):
        rows = prescription.items.order_by("position")
        return [(one.position, one.line, one.amount, one.time_of_day) for one in rows]


TWO = (("1", "morning"), ("2", "evening"))


def test_both_lines_stand_in_the_chart(home):
    found = bring(home, write(home, *TWO))
    assert ways_of(home, found) == [(1, 1, "1", ["morning"]), (2, 2, "2", ["evening"])]


def test_a_line_that_comes_goes_or_changes_there_does_so_here(home):
    plan = write(home, *TWO)
    found = bring(home, plan)
    for ways in ((("3", "morning"),), (("3", "morning"), ("1", "midday"), ("2", "evening")), TWO):
        home.there.touch(plan, recommendations=lines_of(home.zinc, *ways))
        bring(home, plan)
        assert [row[2:] for row in ways_of(home, found)] == [(amount, [time]) for amount, time in ways]
    with tenancy.organization(home.pk):
        assert found.versions.count() == 3
        assert [len(one.items) for one in found.versions.order_by("number")] == [2, 1, 3]


def test_the_same_news_again_makes_no_version(home):
    plan = write(home, *TWO)
    found = bring(home, plan)
    home.there.touch(plan, opened_at="2026-11-21T10:00:00.000Z")
    bring(home, plan)
    with tenancy.organization(home.pk):
        assert not found.versions.exists()


def test_a_change_of_the_message_keeps_both_lines_there(home):
    plan = write(home, *TWO)
    found = bring(home, plan)
    changes.save(home, changes.begin(home, found), message="With water")
    worker.work()
    assert [one["dosage"]["amount"] for one in plan["recommendations"]] == ["1", "2"]
    assert plan["personal_message"] == "With water"
    assert len(ways_of(home, found)) == 2


def test_one_line_can_be_changed_and_the_other_taken_off(home):
    plan = write(home, *TWO)
    draft = changes.begin(home, bring(home, plan))
    with tenancy.organization(home.pk):
        writing.remove_product(by=home.actor("Alice"), item=draft.items.get(line=1))
    changes.save(home, draft, message="")
    worker.work()
    assert [one["dosage"]["amount"] for one in plan["recommendations"]] == ["2"]


def test_the_writer_still_notices_the_same_product_twice(home, carol):
    plan = write(home, *TWO)
    draft = changes.begin(home, bring(home, plan))
    with tenancy.organization(home.pk):
        writing.remove_product(by=home.actor("Alice"), item=draft.items.get(line=1))
    with pytest.raises(failures.AlreadyOnPrescription):
        cast.draft(home, carol)


def test_a_comparison_finds_nothing_to_do_afterwards(home):
    plan = write(home, *TWO)
    bring(home, plan)
    jobs.synchronize(organization_id=home.pk)
    worker.work()
    before = home.server.calls[f"GET /api/clinic/treatment_plans/{plan['id']}"]
    jobs.synchronize(organization_id=home.pk)
    worker.work()
    assert home.server.calls[f"GET /api/clinic/treatment_plans/{plan['id']}"] == before
