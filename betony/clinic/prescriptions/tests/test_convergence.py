"""Whatever arrives, in whatever order and however often: in the end the chart says what the dispensary says.

Guarantee 18 and story 5.8. The reference is one clean import of how things stand at the end.
"""

import copy
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import permutations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from betony.clinic.prescriptions import jobs, queries
from betony.clinic.prescriptions.actions import orders, receiving
from betony.clinic.prescriptions.dispensary import parsing
from betony.clinic.prescriptions.models import Order, Prescription, PrescriptionItem
from betony.clinic.prescriptions.tests import worker
from betony.clinic.prescriptions.tests.webhooks import post, sign
from betony.kit import tenancy
from betony.kit.actor import system

pytestmark = pytest.mark.slow


@pytest.fixture
def home(connected, carol):
    connected.server.add_product("Magnesium")
    worker.work()
    jobs.synchronize(organization_id=connected.pk)
    worker.work()
    connected.there.events.clear()
    return connected


@contextmanager
def undone(home) -> Iterator[None]:
    """Forget at the end what happened inside, on both sides."""
    there = home.there
    before = [copy.deepcopy(part) for part in (there.plans, there.orders, there.events)]
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    there.plans[:], there.orders[:], there.events[:] = before


class History:
    """What people do at the dispensary, with how each thing stood when it was told."""

    def __init__(self, home):
        self.home = home
        self.told = []

    def _variant(self, number):
        return self.home.server.catalogue[number % 2]["variants"][0]["id"]

    def _tell(self, kind, row):
        self.told.append((kind, copy.deepcopy(row)))

    def do(self, what, number=0):
        """Do one thing to one of the plans, if there is one it can be done to."""
        there = self.home.there
        active = [one for one in there.plans if one["state"] == "active"]
        if what == "write" or not active:
            plan = there.write_plan(there.patients[0], there.practitioners[0], [self._variant(number)])
            return self._tell("plan", plan)
        plan = active[number % len(active)]
        if what == "order":
            return self._tell("order", there.place_order(plan))
        if what == "cancel":
            there.cancel_plan(plan)
        elif what == "open":
            there.touch(plan, opened_at="2026-11-21T10:00:00.000Z")
        elif what == "words":
            there.touch(plan, personal_message=f"Words {number}")
        else:
            first = dict(plan["recommendations"][0], units_to_purchase=number + 1)
            there.touch(plan, recommendations=[{**first, "variant_id": self._variant(number)}])
        return self._tell("plan", plan)


def keep(home, kind, row):
    """Keep something as it once stood: the stalest answer there can be."""
    by = system("test", organization_id=home.pk)
    with tenancy.organization(home.pk):
        dispensary = queries.current_dispensary(by)
        if kind == "plan":
            receiving.keep_plan(by=by, dispensary=dispensary, plan=parsing.plan(row))
        else:
            orders.keep_order(by=by, dispensary=dispensary, order=parsing.order(row))


def chart(home):
    """What the chart says."""
    with tenancy.organization(home.pk):
        products: dict[object, list[object]] = {}
        for one in PrescriptionItem.objects.order_by("position"):
            products.setdefault(one.prescription_id, []).append((one.variant_id, one.quantity))
        plans = {
            one.remote_id: (
                one.state, one.message, products[one.pk], one.opened_at, one.cancelled_at is not None,
                one.ordered_at is not None, one.remote_updated_at,
            )
            for one in Prescription.objects.all()
        }  # fmt: skip
        orders = {one.remote_id: (one.order_number, one.lines.count()) for one in Order.objects.all()}
    return plans, orders


def clean_import(home):
    """What the chart says after one clean import of how things stand now."""
    with transaction.atomic():
        for row in home.there.plans:
            keep(home, "plan", row)
        for row in home.there.orders:
            keep(home, "order", row)
        found = chart(home)
        transaction.set_rollback(True)
    return found


def check_all_orders(home, told):
    expected = clean_import(home)
    for order in permutations(told):
        with transaction.atomic():
            for kind, row in order:
                keep(home, kind, row)
            assert chart(home) == expected, [kind for kind, _row in order]
            transaction.set_rollback(True)


def history_of(home, *deeds):
    history = History(home)
    for number, deed in enumerate(deeds):
        history.do(deed, number)
    return history.told


def test_all_orders_of_four_events_end_the_same(home):
    check_all_orders(home, history_of(home, "write", "dose", "order", "cancel"))


@pytest.mark.prove
@pytest.mark.parametrize(
    "deeds",
    [
        ("write", "dose", "order", "words", "cancel"),
        ("write", "open", "dose", "dose", "order"),
        ("write", "write", "order", "dose", "cancel"),
    ],
    ids="-".join,
)
def test_all_orders_of_five_events_end_the_same(home, deeds):
    check_all_orders(home, history_of(home, *deeds))


DEEDS = st.lists(
    st.tuples(st.sampled_from(["write", "dose", "words", "open", "order", "cancel"]), st.integers(0, 3)),
    min_size=1, max_size=12,
)  # fmt: skip


def arrivals(told):
    """Any of them, any number of times, in any order."""
    return st.lists(st.sampled_from(range(len(told))), max_size=3 * len(told))


def check_random(home, data, deeds):
    with undone(home):
        history = History(home)
        for what, number in deeds:
            history.do(what, number)
        expected = clean_import(home)
        for index in data.draw(arrivals(history.told)):
            keep(home, *history.told[index])
        # Whatever was lost is found by the next comparison.
        jobs.synchronize(organization_id=home.pk)
        worker.work()
        assert chart(home) == expected
        before = chart(home)
        for kind, row in history.told:
            keep(home, kind, row)
        assert chart(home) == before


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=4, deadline=None, suppress_health_check=QUIET, derandomize=True)
@given(data=st.data(), deeds=DEEDS)
def test_random_histories_with_losses_doubles_and_stale_news_end_the_same(home, data, deeds):
    check_random(home, data, deeds)


@pytest.mark.prove
@settings(max_examples=60, deadline=None, suppress_health_check=QUIET)
@given(data=st.data(), deeds=DEEDS)
def test_many_random_histories_end_the_same(home, data, deeds):
    check_random(home, data, deeds)


def test_forged_webhooks_change_nothing_and_true_ones_in_any_order_do(home, settings):
    history_of(home, "write", "dose", "order")
    expected = clean_import(home)
    bodies = [json.dumps({"event": one}).encode() for one in home.there.events]
    for body in bodies:
        forged = body.replace(b'"id"', b'"ID"', 1)
        assert post(forged, sign(settings, body)).status_code == 401
        assert post(body, sign(settings, body, secret="guessed")).status_code == 401
        assert post(body, sign(settings, body, at=-301)).status_code == 401
    worker.work()
    assert chart(home) == ({}, {})
    for body in [*reversed(bodies), *bodies]:
        assert post(body, sign(settings, body)).status_code == 200
    worker.work()
    assert chart(home) == expected


def test_signed_events_about_what_does_not_exist_change_nothing(home, settings):
    for kind in ("treatment_plan.updated", "order.placed", "patient.updated", "unheard.of"):
        body = json.dumps({
            "event": {"id": str(uuid.uuid4()), "type": kind, "created_at": "2026-11-21T10:00:00.000Z",
                      "clinic_id": home.there.id, "data": {"id": str(uuid.uuid4())}},
        }).encode()  # fmt: skip
        assert post(body, sign(settings, body)).status_code == 200
    worker.work()
    assert chart(home) == ({}, {})
