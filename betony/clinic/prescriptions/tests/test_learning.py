"""What products are made of is learned from the search by ingredient, in steps that survive a stop."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from betony.clinic.prescriptions import jobs as our_jobs
from betony.clinic.prescriptions import queries
from betony.clinic.prescriptions.actions import substances
from betony.clinic.prescriptions.exchange import importing, learning
from betony.clinic.prescriptions.models import (
    IngredientIndex,
    KnownIngredient,
    KnownSubstance,
    KnownVariant,
    PrescriptionItem,
)
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import clock, tenancy
from betony.kit.jobs import testing

pytestmark = pytest.mark.slow

SEARCH = "GET /api/catalog/search/products"
LIST = "GET /api/catalog/ingredients"


def known():
    rows = KnownSubstance.objects.order_by("name", "product_id")
    return [(row.name, row.product_id, row.origin) for row in rows]


@pytest.fixture
def shelf(home):
    """Two products, of which one holds two ingredients."""
    joint = home.server.add_product("Joint Care", ingredients=["Glucosamine", "Chondroitin"])
    oil = home.server.add_product("Fish Oil", ingredients=["Fish oil"])
    return {"joint": joint["id"], "oil": oil["id"]}


def learned(shelf):
    return sorted(
        [
            ("Chondroitin", shelf["joint"], "search"),
            ("Fish oil", shelf["oil"], "search"),
            ("Glucosamine", shelf["joint"], "search"),
        ]
    )


def index_of(home):
    with tenancy.organization(home.pk):
        return IngredientIndex.objects.get()


def test_it_is_learned_when_somebody_connects(home, shelf):
    cast.connect(home)
    worker.work()
    assert known() == learned(shelf)
    assert index_of(home).finished_at is not None
    assert home.server.calls[SEARCH] == 3
    assert home.server.calls[LIST] == 1


def test_a_colleague_who_connects_does_not_begin_it_again(home, shelf):
    cast.connect(home)
    worker.work()
    cast.connect(home, "Nina")
    worker.work()
    assert home.server.calls[SEARCH] == 3


def test_it_goes_on_where_it_stopped(home, shelf):
    cast.connect(home)
    home.server.trouble("down", on=SEARCH, times=1)
    worker.work()
    begun = index_of(home)
    assert begun.finished_at is None
    assert begun.listed_at is not None
    worker.work()
    assert known() == learned(shelf)
    assert home.server.calls[LIST] == 1
    assert home.server.calls[SEARCH] == 4


def test_every_page_is_read_and_a_stop_between_pages_repeats_at_most_one(home, monkeypatch):
    monkeypatch.setattr("betony.clinic.prescriptions.dispensary.wire.PAGE_SIZE", 2)
    ids = sorted(home.server.add_product(f"Zinc {n}", ingredients=["Zinc"])["id"] for n in range(5))
    cast.connect(home)
    monkeypatch.setattr(learning, "CALLS_A_RUN", 3)
    worker.work(most=20)
    assert index_of(home).finished_at is not None
    assert [product for _name, product, _origin in known()] == ids
    assert home.server.calls[SEARCH] == 3


def test_a_run_makes_few_calls_and_the_next_one_waits(home, shelf, monkeypatch):
    cast.connect(home)
    testing.run_queued()
    monkeypatch.setattr(learning, "CALLS_A_RUN", 2)
    with time_machine.travel(clock.now() + timedelta(days=8)):
        before = home.server.calls[LIST] + home.server.calls[SEARCH]
        our_jobs.learn_ingredients(organization_id=home.pk)
        assert home.server.calls[LIST] + home.server.calls[SEARCH] == before + 2
    assert [name for name, _arguments in testing.queued()] == ["prescriptions.learn_ingredients"]


def test_it_is_read_again_after_a_week_and_not_before(home, shelf):
    cast.connect(home)
    worker.work()
    new = home.server.add_product("Krill", ingredients=["Krill oil"])
    learning.learn_where_due()
    worker.work()
    assert home.server.calls[LIST] == 1
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1)):
        learning.learn_where_due()
        worker.work()
    assert ("Krill oil", new["id"], "search") in known()
    assert home.server.calls[LIST] == 2


def test_what_was_learned_stays_when_a_search_shows_it_no_more(home, shelf):
    cast.connect(home)
    worker.work()
    home.server.catalogue.pop()
    with time_machine.travel(clock.now() + timedelta(days=8)):
        learning.learn_where_due()
        worker.work()
    assert known() == learned(shelf)


def test_nobody_connected_nothing_asked(home, shelf):
    learning.learn_where_due()
    our_jobs.learn_ingredients(organization_id=home.pk)
    assert testing.queued() == []
    assert home.server.calls.total() == 0


@pytest.mark.parametrize("status", [404, 422])
def test_an_ingredient_that_is_refused_is_passed_over(home, shelf, status):
    cast.connect(home)
    home.server.trouble("refused", on=SEARCH, times=1, status=status)
    worker.work()
    assert len(known()) == 2
    assert index_of(home).finished_at is not None


def test_a_dispensary_that_forbids_the_search_is_left_in_peace(home, shelf):
    cast.connect(home)
    home.server.trouble("refused", on=SEARCH, times=99, status=403)
    assert worker.work().failed == []
    assert known() == []


def test_a_busy_dispensary_is_asked_later(home, shelf):
    cast.connect(home)
    home.server.trouble("refused", on=SEARCH, times=1, status=429, headers={"retry-after": "7"})
    assert worker.work().failed == ["prescriptions.learn_ingredients"]
    worker.work()
    assert known() == learned(shelf)


def test_a_page_kept_twice_moves_on_once(home, shelf):
    cast.connect(home)
    with tenancy.organization(home.pk):
        dispensary = queries.current_dispensary(home.actor("Alice"))
        step = substances.next_step(dispensary=dispensary)
        for _twice in range(2):
            substances.keep_ingredients(
                dispensary=dispensary, step=step, ingredients=[("a" * 8, "A"), ("b" * 8, "B")], is_last=True
            )
        again = substances.next_step(dispensary=dispensary)
        assert again.ingredient_id == "a" * 8
        for _twice in range(2):
            substances.keep_products(dispensary=dispensary, step=again, product_ids=["x"], is_last=True)
        assert substances.next_step(dispensary=dispensary).ingredient_id == "b" * 8


def test_nonsense_names_and_ids_break_nothing(home):
    home.server.add_product("Odd", ingredients=["x" * 900, "<script>alert(1)</script>", " "])
    cast.connect(home)
    worker.work()
    assert KnownIngredient.objects.filter(name="x" * 200).exists()


def described(text):
    substances.keep_description(environment="us", product_id="p", text=text)
    return [name for name, _product, _origin in known()]


def strengths():
    """Return what one serving holds of each substance, and what a serving is."""
    return {
        row.name: (row.strength_amount, row.strength_unit, row.serving_count, row.serving_unit)
        for row in KnownSubstance.objects.all()
    }


def test_what_a_description_names_replaces_what_an_older_one_named(db):
    assert described("Contains zinc and copper.") == ["Copper", "Zinc"]
    assert described("Contains zinc.") == ["Zinc"]
    assert described("") == []


def test_a_strength_is_so_much_in_a_serving_and_only_whole(db):
    described("Two capsules: zinc 30 mg, with copper.")
    assert strengths() == {"Zinc": (30, "mg", 2, "capsule"), "Copper": (None, "", None, "")}
    described("Zinc 30 mg, with copper.")
    assert strengths() == {"Zinc": (None, "", None, ""), "Copper": (None, "", None, "")}


@pytest.mark.parametrize(
    ("newer", "strength"),
    [
        ("One capsule: zinc 30 mg.", (30, "mg", 1, "capsule")),
        ("One capsule: zinc 15 mcg.", (15, "mcg", 1, "capsule")),
        ("One tablet: zinc 15 mg.", (15, "mg", 1, "tablet")),
        ("Two capsules: zinc 15 mg.", (15, "mg", 2, "capsule")),
        ("Zinc.", (None, "", None, "")),
    ],
)
def test_a_description_that_says_another_amount_is_kept_at_once(db, newer, strength):
    described("One capsule: zinc 15 mg.")
    described(newer)
    assert strengths() == {"Zinc": strength}


def test_what_was_learned_before_amounts_were_kept_gets_them_when_it_is_next_seen(db):
    row = KnownSubstance.objects.create(
        environment="us", product_id="p", origin="description", key="zinc", name="Zinc", seen_at=clock.now()
    )
    assert described("One capsule: zinc 15 mg.") == ["Zinc"]
    row.refresh_from_db()
    assert (row.strength_amount, row.serving_unit) == (Decimal(15), "capsule")


def test_what_was_seen_today_is_not_written_again(db, django_assert_num_queries):
    described("One capsule: zinc 15 mg.")
    before = KnownSubstance.objects.get().seen_at
    with django_assert_num_queries(4):
        described("One capsule: zinc 15 mg.")
    assert KnownSubstance.objects.get().seen_at == before


@pytest.mark.parametrize(
    "part",
    [
        {"strength_amount": 1},
        {"strength_unit": "mg"},
        {"serving_count": 1, "serving_unit": "capsule"},
        {"strength_amount": 1, "strength_unit": "mg", "serving_count": 0, "serving_unit": "capsule"},
        {"strength_amount": -1, "strength_unit": "mg", "serving_count": 1, "serving_unit": "capsule"},
        {"strength_amount": 1, "strength_unit": "mg", "serving_count": 1},
    ],
)
def test_half_a_strength_cannot_be_stored(db, part):
    row = KnownSubstance(
        environment="us", product_id="p", origin="description", key="z", name="Z", seen_at=clock.now(), **part
    )
    with pytest.raises(IntegrityError, match="known_substance_strength_is_whole"), transaction.atomic():
        row.save()


def test_the_largest_and_smallest_amounts_that_are_read_can_be_stored(db):
    described("1/2 teaspoon: zinc 999999999999 mg, copper 0.0000000001 mg.")
    assert strengths()["Zinc"][0] == 999999999999
    assert strengths()["Copper"][0] == Decimal("0.0000000001")


def test_a_product_that_changed_there_is_read_again(home):
    cast.connect(home)
    row = home.server.add_product("Zinc 15", description="<p>One capsule: zinc 15 mg.</p>")
    KnownVariant.objects.create(
        environment="us", remote_id=row["variants"][0]["id"], product_id=row["id"], product_name="Zinc",
        fetched_at=clock.now(),
    )  # fmt: skip
    with tenancy.working_for(home.pk):
        assert importing.renew_product(home.pk, row["id"]) == "done"
    assert strengths() == {"Zinc": (15, "mg", 1, "capsule")}


@pytest.mark.parametrize("is_gone", [False, True])
def test_what_comes_in_with_history_is_read_as_far_as_the_dispensary_answers(home, carol, is_gone):
    row = home.server.add_product("Zinc 15", description="<p>One capsule: zinc 15 mg.</p>")
    cast.connect(home)
    cast.link(home, carol)
    home.there.write_plan(
        home.there.patients[0],
        home.there.practitioners[0],
        [one["variants"][0]["id"] for one in (home.zinc, row)],
    )
    if is_gone:
        home.server.trouble("down", on="GET /api/catalog/products/*", times=99)
    worker.work()
    with tenancy.organization(home.pk):
        assert PrescriptionItem.objects.count() == 2
    assert ("Zinc" in strengths()) is not is_gone
