"""A prescription of five hundred products, out and in; one more is refused before anything is lost."""

import pytest

from betony.clinic.prescriptions import failures
from betony.clinic.prescriptions.actions import writing
from betony.clinic.prescriptions.exchange import importing
from betony.clinic.prescriptions.models import Prescription, PrescriptionItem
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy

pytestmark = pytest.mark.slow

MOST = writing.MOST_ITEMS


def stock(house, _carol):
    """As many products as a prescription can hold, and one more."""
    for number in range(MOST):
        house.server.add_product(f"Product {number}")


@pytest.fixture
def further():
    return stock


@pytest.fixture
def home(settled, carol):
    return settled


def fill(home, draft, rows):
    """Put products on a draft without the search and the click for each."""
    with tenancy.organization(home.pk):
        PrescriptionItem.objects.bulk_create(
            PrescriptionItem(
                organization_id=home.pk, prescription=draft, position=place, product_id=row["id"],
                variant_id=row["variants"][0]["id"], product_name=row["name"], amount="1",
                frequency="once per day", duration="30", format="capsule",
            )
            for place, row in enumerate(rows, start=2)
        )  # fmt: skip


def test_it_is_sent_and_one_more_is_refused_kindly(home, carol):
    draft = cast.draft(home, carol)
    others = [row for row in home.server.catalogue if row["id"] != home.zinc["id"]]
    fill(home, draft, others[: MOST - 2])
    cast.draft(home, carol, row=others[MOST - 2])
    with pytest.raises(failures.TooManyProducts, match="can hold at most 500 products"):
        cast.draft(home, carol, row=others[MOST - 1])
    saved = cast.save(home, draft)
    worker.work()
    assert cast.now(home, saved).state == "sent"
    assert len(home.there.plans[0]["recommendations"]) == MOST


def test_one_that_was_written_there_comes_in_whole(home, carol):
    ids = [row["variants"][0]["id"] for row in home.server.catalogue[:MOST]]
    plan = home.there.write_plan(home.there.patients[0], home.there.practitioners[0], ids)
    with tenancy.working_for(home.pk):
        importing.import_plan(home.pk, plan["id"])
    with tenancy.organization(home.pk):
        found = Prescription.objects.get(remote_id=plan["id"])
        assert [one.variant_id for one in found.items.order_by("position")] == ids
