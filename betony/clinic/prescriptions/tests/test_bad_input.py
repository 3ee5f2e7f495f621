"""Numbers and lists nobody means: in our forms, and in what the dispensary sends."""

import pytest

from betony.clinic.prescriptions import failures, forms, jobs
from betony.clinic.prescriptions.actions import variants, writing
from betony.clinic.prescriptions.dispensary import parsing
from betony.clinic.prescriptions.dispensary.fake import operations
from betony.clinic.prescriptions.models import KnownVariant, Prescription, PrescriptionItem
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy


@pytest.fixture
def home(settled, carol):
    return settled


@pytest.mark.parametrize(
    "typed", ["0", "-1", "1.5", "1e3", "100", "9" * 40, "½", "two", "", " ", "\uff11" * 3, "0x10", "1\x00"]
)
def test_quantities_nobody_means_are_refused_in_words(typed):
    form = forms.DirectionsForm({"quantity": typed})
    assert not form.is_valid()
    assert "whole number from 1 to 99" in str(form.errors["quantity"]) or typed == "1\x00"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(-4, 1), (0, 1), ("0.4", 1), (2.9, 2), ("7", 7), (10**30, 99), ("1e40", 99), ("NaN", 1), ("-Infinity", 1),
     ([], 1), ({}, 1), (True, 1), (None, 1), (100, 99)],
)  # fmt: skip
def test_quantities_the_dispensary_sends_are_kept_within_what_can_be_bought(sent, kept):
    row = {"variant_id": "11111111-2222-4333-8444-555555555555", "units_to_purchase": sent}
    assert parsing.recommendation(row).quantity == kept


def many(home, count):
    return [home.server.add_product(f"Product {number}") for number in range(count)]


@pytest.mark.slow
def test_a_prescription_of_five_hundred_products_comes_in_whole(home, carol):
    rows = many(home, 500)
    with tenancy.organization(home.pk):
        variants.keep_variants(environment="us", variants=[parsing.product(one).variants[0] for one in rows])
    home.there.write_plan(
        home.there.patients[0], home.there.practitioners[0], [one["variants"][0]["id"] for one in rows]
    )
    jobs.synchronize(organization_id=home.pk)
    worker.work()
    with tenancy.organization(home.pk):
        assert Prescription.objects.get().items.count() == 500


@pytest.mark.slow
def test_a_draft_of_too_many_products_is_refused_here_or_there_in_words(home, carol, monkeypatch):
    rows = many(home, 51)
    for row in rows:
        draft = cast.draft(home, carol, row=row)
    monkeypatch.setattr(operations, "MOST_RECOMMENDATIONS", 50)
    saved = cast.save(home, draft)
    worker.work()
    found = cast.now(home, saved)
    assert (found.state, found.reason) == ("not_sent", "Recommendations is too long (maximum is 50 items)")
    assert home.there.plans == []
    with tenancy.organization(home.pk):
        fresh = cast.draft(home, carol, row=rows[0])
        PrescriptionItem.objects.bulk_create(
            PrescriptionItem(
                organization_id=fresh.organization_id, prescription=fresh, position=number,
                variant_id=f"variant-{number}", product_name="Another",
            )
            for number in range(2, 501)
        )  # fmt: skip
    with pytest.raises(failures.CannotDo, match="can hold at most 500 products"):
        cast.draft(home, carol, row=rows[1])
    cast.inside(home, writing.discard_draft, by=home.actor("Alice"), prescription=fresh)


def test_a_product_renamed_there_is_known_by_its_new_name_and_prescriptions_keep_the_old(home):
    variant = home.zinc["variants"][0]["id"]
    home.there.write_plan(home.there.patients[0], home.there.practitioners[0], [variant])
    jobs.synchronize(organization_id=home.pk)
    worker.work()
    home.zinc["name"] = "Zinc Bisglycinate 30 mg"
    with tenancy.working_for(home.pk):
        from betony.clinic.prescriptions.exchange import importing

        assert importing.renew_product(home.pk, home.zinc["id"]) == "done"
        assert importing.renew_product(home.pk, "11111111-2222-4333-8444-555555555555") == "not needed"
    assert KnownVariant.objects.get().product_name == "Zinc Bisglycinate 30 mg"
    with tenancy.organization(home.pk):
        assert PrescriptionItem.objects.get().product_name == "Zinc Picolinate 30 mg"
