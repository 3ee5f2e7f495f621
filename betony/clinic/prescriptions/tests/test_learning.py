"""What products are made of is learned from the search by ingredient, in steps that survive a stop."""

from datetime import timedelta

import pytest
import time_machine

from betony.clinic.prescriptions import jobs as our_jobs
from betony.clinic.prescriptions import queries
from betony.clinic.prescriptions.actions import substances
from betony.clinic.prescriptions.exchange import learning
from betony.clinic.prescriptions.models import IngredientIndex, KnownIngredient, KnownSubstance
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import clock, tenancy
from betony.kit.jobs import testing

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
    monkeypatch.setattr("betony.clinic.prescriptions.dispensary.client.PAGE_SIZE", 2)
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


def test_what_a_description_names_replaces_what_an_older_one_named(db):
    def keep(*names):
        substances.keep_description(environment="us", product_id="p", names=names)
        return [name for name, _product, _origin in known()]

    assert keep("Zinc", "zinc ", "Copper") == ["Copper", "zinc "]
    assert keep("Zinc") == ["Zinc"]
    assert keep() == []
