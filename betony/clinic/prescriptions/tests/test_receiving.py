"""What comes back: plans and orders kept once, newer over older, with names for their products."""

from datetime import timedelta

import pytest

from betony.clinic.prescriptions import history, queries
from betony.clinic.prescriptions.actions import receiving, variants
from betony.clinic.prescriptions.dispensary import parsing
from betony.clinic.prescriptions.exchange import importing
from betony.clinic.prescriptions.models import KnownVariant, Order, Prescription
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy
from betony.kit.actor import system
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.slow


@pytest.fixture
def home(settled, carol):
    return settled


def write_plan(home, **values):
    row = values.pop("row", home.zinc)
    return home.there.write_plan(
        home.there.patients[0], home.there.practitioners[0], [row["variants"][0]["id"]], **values
    )


def keep(home, plan):
    by = system("test", organization_id=home.pk)
    with tenancy.organization(home.pk):
        return receiving.keep_plan(by=by, dispensary=queries.current_dispensary(by), plan=parsing.plan(plan))


def fetch(home, plan):
    with tenancy.working_for(home.pk):
        importing.import_plan(home.pk, plan["id"])


def fetch_order(home, order):
    with tenancy.working_for(home.pk):
        importing.import_order(home.pk, order["id"])


def events_of(home):
    with tenancy.organization(home.pk):
        return AuditEvent.objects.filter(action__startswith="prescriptions.").count()


def test_a_plan_written_there_stands_in_the_chart_with_names(home, carol):
    fetch(home, write_plan(home, personal_message="Get well"))
    with tenancy.organization(home.pk):
        (found,) = history.prescriptions(carol.pk)
        (item,) = found.items.all()
        assert (found.state, found.message, found.prescriber_name) == ("sent", "Get well", "Alice Archer")
        assert (item.product_name, item.brand_name, item.size, str(item.price), item.currency) == (
            "Zinc Picolinate 30 mg", "Fernway Labs", "60 capsules", "12.80", "USD",
        )  # fmt: skip
        assert found.written_by_id is None


def test_the_same_news_twice_changes_nothing(home):
    plan = write_plan(home)
    order = home.there.place_order(plan)
    fetch(home, plan)
    fetch_order(home, order)
    before = events_of(home)
    with tenancy.organization(home.pk):
        versions = list(Prescription.objects.values_list("version", "remote_updated_at"))
    fetch(home, plan)
    fetch_order(home, order)
    with tenancy.organization(home.pk):
        assert list(Prescription.objects.values_list("version", "remote_updated_at")) == versions
        assert Order.objects.get().lines.count() == 1
    assert events_of(home) == before


def test_older_news_is_ignored(home):
    plan = write_plan(home)
    old = dict(plan)
    home.there.touch(plan, personal_message="newer words")
    keep(home, plan)
    keep(home, {**old, "personal_message": "older words"})
    with tenancy.organization(home.pk):
        assert Prescription.objects.get().message == "newer words"


def test_a_cancelled_plan_does_not_come_alive_again(home):
    plan = write_plan(home)
    home.there.cancel_plan(plan)
    keep(home, plan)
    later = parsing.instant(plan["updated_at"]) + timedelta(hours=1)
    keep(home, {**plan, "state": "active", "updated_at": later.isoformat()})
    with tenancy.organization(home.pk):
        found = Prescription.objects.get()
        assert found.state == "cancelled"
        assert found.cancelled_at is not None


def test_products_changed_there_change_here(home):
    plan = write_plan(home)
    fetch(home, plan)
    magnesium = home.server.add_product("Magnesium")
    new = dict(plan["recommendations"][0], variant_id=magnesium["variants"][0]["id"], units_to_purchase=3)
    home.there.touch(plan, recommendations=[new])
    fetch(home, plan)
    with tenancy.organization(home.pk):
        item = Prescription.objects.get().items.get()
        assert (item.product_name, item.quantity, item.position) == ("Magnesium", 3, 1)


def test_a_draft_there_is_not_shown_until_it_is_active(home):
    plan = write_plan(home, state="draft")
    fetch(home, plan)
    with tenancy.organization(home.pk):
        assert not Prescription.objects.exists()
    home.there.touch(plan, state="active")
    fetch(home, plan)
    with tenancy.organization(home.pk):
        assert Prescription.objects.count() == 1


def test_a_practitioner_we_did_not_know_is_learnt(home):
    zed = home.there.add_practitioner("Zed", "Aardvark", "zed@elsewhere.example")
    plan = write_plan(home)
    plan["practitioner"] = {"id": zed["id"]}
    fetch(home, plan)
    with tenancy.organization(home.pk):
        assert Prescription.objects.get().prescriber_name == "Zed Aardvark"


def test_names_of_variants_are_asked_for_once_for_all_clinics(home):
    fetch(home, write_plan(home))
    fetch(home, write_plan(home))
    variant_id = home.zinc["variants"][0]["id"]
    assert home.server.calls[f"GET /api/catalog/variants/{variant_id}"] == 1
    assert KnownVariant.objects.get().product_name == "Zinc Picolinate 30 mg"


def test_variants_are_learnt_each_once_and_in_one_order(home):
    """Two pages that learn the same ones at once then wait for each other in turn, never in a circle."""
    rows = [home.server.add_product(f"Product {number}") for number in range(12)]
    learnt = [parsing.product(row).variants[0] for row in rows]
    with tenancy.organization(home.pk):
        variants.keep_variants(environment="us", variants=[*learnt, *learnt])
    stored = list(KnownVariant.objects.order_by("pk").values_list("remote_id", flat=True))
    assert stored == sorted(one.id for one in learnt)


def test_a_variant_that_is_gone_there_is_shown_by_its_id(home):
    gone = "11111111-2222-4333-8444-555555555555"
    plan = write_plan(home)
    plan["recommendations"][0]["variant_id"] = gone
    fetch(home, plan)
    with tenancy.organization(home.pk):
        assert Prescription.objects.get().items.get().product_name == gone


def test_an_order_says_what_was_bought_and_marks_its_prescription(home, carol):
    plan = write_plan(home)
    fetch(home, plan)
    order = home.there.place_order(plan)
    fetch_order(home, order)
    with tenancy.organization(home.pk):
        (found,) = history.orders(carol.pk)
        assert (found.order_number, str(found.payment_total), found.currency) == (
            order["order_number"], "24.50", "USD",
        )  # fmt: skip
        assert found.lines.get().product_name == "Zinc Picolinate 30 mg"
        assert Prescription.objects.get().ordered_at == found.completed_at


def test_an_order_that_comes_before_its_prescription_marks_it_all_the_same(home):
    plan = write_plan(home)
    fetch_order(home, home.there.place_order(plan))
    fetch(home, plan)
    with tenancy.organization(home.pk):
        assert Prescription.objects.get().ordered_at is not None


@pytest.mark.parametrize(
    "odd",
    [
        {"personal_message": "nul \x00 and \ud800 surrogate"},
        {"recommendations": []},
        {"updated_at": None, "created_at": None},
        {"practitioner": None},
        {"metadata": None},
        {"metadata": {"id": "not one of ours"}},
        {"unknown": {"key": "ignored"}},
    ],
    ids=["text no database takes", "no products", "no dates", "nobody", "no mark", "another's mark", "more"],
)
def test_odd_answers_are_kept_without_a_crash(home, odd):
    assert keep(home, {**write_plan(home), **odd}) is not None


DOSAGES = [
    None, "twice", {"time_of_day": 5}, {"time_of_day": "morning"}, {"amount": 1, "duration": 30},
    {"recommended_amount": "1", "recommended_duration": "x" * 500},
]  # fmt: skip
UNITS = [None, "2", 2.0, "1e99", "Infinity", "NaN", -4, 10**30]


def test_odd_directions_are_kept_without_a_crash(home):
    for dosage, units in zip(DOSAGES * 2, UNITS * 2, strict=False):
        plan = write_plan(home)
        plan["recommendations"][0].update(dosage=dosage, units_to_purchase=units)
        assert keep(home, plan) is not None


def test_an_order_with_odd_numbers_is_kept(home):
    order = home.there.place_order(write_plan(home))
    order.update(payment_total="1e400", completed_at="yesterday")
    order["line_items"][0]["quantity"] = "Infinity"
    fetch_order(home, order)
    with tenancy.organization(home.pk):
        assert Order.objects.get().payment_total is None


def test_one_plan_that_is_gone_does_not_stop_the_history(home, carol):
    from betony.clinic.prescriptions import jobs

    first, second = write_plan(home), write_plan(home)
    home.server.trouble("refused", on=f"GET /api/clinic/treatment_plans/{first['id']}", status=404)
    jobs.import_patient(organization_id=home.pk, patient_id=carol.pk)
    worker.work()
    with tenancy.organization(home.pk):
        assert Prescription.objects.get().remote_id == second["id"]


def test_an_unreadable_answer_is_trouble_that_passes_never_a_crash(home):
    from betony.clinic.prescriptions.dispensary import errors

    strange: list[object] = [{"id": "x" * 65}, {"id": None}, [], "text", None]
    for bad in strange:
        with pytest.raises(errors.Unavailable):
            parsing.plan(bad)


def test_a_long_history_comes_in_whole(home, carol):
    from betony.clinic.prescriptions import jobs

    for _ in range(103):
        write_plan(home)
    jobs.import_patient(organization_id=home.pk, patient_id=carol.pk)
    worker.work()
    with tenancy.organization(home.pk):
        assert Prescription.objects.count() == 103
        assert cast.link_of(home, carol).imported_at is not None
