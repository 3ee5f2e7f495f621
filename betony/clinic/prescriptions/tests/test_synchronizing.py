"""Always in agreement: what webhooks lost is found within minutes, whatever stops a run on the way (story 5.8)."""

import random
from datetime import timedelta

import pytest
import time_machine

from betony.clinic.prescriptions import jobs, queries
from betony.clinic.prescriptions.actions import revoking, synchronizing
from betony.clinic.prescriptions.exchange import synchronizing as exchange
from betony.clinic.prescriptions.models import (
    HistoryCursor,
    Order,
    Prescription,
    Synchronization,
    WebhookEnvelope,
)
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import clock, tenancy
from betony.kit.jobs import testing

pytestmark = pytest.mark.slow


@pytest.fixture
def home(settled, carol):
    return settled


def write_plan(home, patient=None, **values):
    return home.there.write_plan(
        patient or home.there.patients[0], home.there.practitioners[0],
        [home.zinc["variants"][0]["id"]], **values,
    )  # fmt: skip


def sync(home):
    """Run once, with the work it queues."""
    jobs.synchronize(organization_id=home.pk)
    worker.work()


def standing(home):
    with tenancy.organization(home.pk):
        return Synchronization.objects.get()


def states(home):
    with tenancy.organization(home.pk):
        return dict(Prescription.objects.values_list("remote_id", "state"))


def calls(home, name):
    return sum(count for key, count in home.server.calls.items() if key.startswith(name))


def test_what_no_webhook_brought_is_found_by_events(home):
    plan = write_plan(home)
    order = home.there.place_order(plan)
    sync(home)
    assert states(home) == {plan["id"]: "sent"}
    with tenancy.organization(home.pk):
        assert Order.objects.get().remote_id == order["id"]
        assert Prescription.objects.get().ordered_at is not None
    assert standing(home).synced_at is not None
    assert standing(home).trouble == ""


def test_an_event_a_webhook_brought_is_not_asked_for_again(home):
    write_plan(home)
    sync(home)
    before = calls(home, "GET /api/clinic/treatment_plans/")
    home.server.calls.clear()
    sync(home)
    assert calls(home, "GET /api/clinic/treatment_plans/") == 0, before
    assert not [key for key in home.server.calls if key.startswith("GET /api/events/") and "-" in key]
    assert WebhookEnvelope.objects.count() == len(home.there.events)


def test_a_quiet_run_makes_few_calls(home):
    sync(home)
    home.server.calls.clear()
    sync(home)
    # Practitioners, three families of events, orders, and Carol's plans.
    assert sum(home.server.calls.values()) == 6


def test_what_gives_no_event_is_found_by_the_lists(home):
    """Our own changes give no events, and the history of events is thirty days."""
    plan, order_of = write_plan(home), write_plan(home)
    order = home.there.place_order(order_of)
    home.there.events.clear()
    sync(home)
    assert set(states(home)) == {plan["id"], order_of["id"]}
    with tenancy.organization(home.pk):
        assert Order.objects.get().remote_id == order["id"]


def test_a_change_without_an_event_is_found_when_the_patients_turn_comes(home):
    plan = write_plan(home)
    sync(home)
    home.there.touch(plan, is_told=False, personal_message="Twice a day now")
    home.server.calls.clear()
    sync(home)
    with tenancy.organization(home.pk):
        assert Prescription.objects.get().message == "Twice a day now"
    assert calls(home, "GET /api/clinic/treatment_plans/") == 1


def test_everybody_is_visited_within_an_hour(home):
    people = [home.patient(email=f"p{number}@example.com") for number in range(13)]
    for person in people:
        cast.link(home, person)
    worker.work()
    began_at = clock.now()
    for _run in range(12):
        jobs.synchronize(organization_id=home.pk)
    with tenancy.organization(home.pk):
        assert HistoryCursor.objects.filter(visited_at__gt=began_at).count() == 14
        assert HistoryCursor.objects.count() == 14


def test_orders_of_people_nobody_is_linked_to_are_left_alone(home):
    stranger = home.there.add_patient("Sten", "Stranger", "sten@example.com")
    home.there.place_order(write_plan(home, stranger))
    sync(home)
    assert states(home) == {}
    with tenancy.organization(home.pk):
        assert not Order.objects.exists()


def test_a_run_that_fails_keeps_its_cursors_and_says_why(home):
    sync(home)
    before = standing(home)
    write_plan(home)
    home.server.trouble("down", times=99)
    sync(home)
    after = standing(home)
    assert (after.cursor, after.synced_at) == (before.cursor, before.synced_at)
    assert after.trouble == "Fullscript is not answering right now."
    home.server.well_again()
    sync(home)
    assert standing(home).trouble == ""
    assert len(states(home)) == 1


@pytest.mark.parametrize("kind", ["slow", "garbage", "half", "lost"])
def test_every_kind_of_trouble_is_said_and_got_over(home, kind):
    plan = write_plan(home)
    home.server.trouble(kind, on="GET /api/events/*", times=99)
    home.server.trouble(kind, on="GET /api/clinic/orders*", times=99)
    jobs.synchronize(organization_id=home.pk)
    assert standing(home).trouble
    home.server.well_again()
    sync(home)
    assert states(home) == {plan["id"]: "sent"}
    assert standing(home).trouble == ""


def test_a_busy_dispensary_is_left_alone_for_the_rest_of_the_run(home):
    home.server.trouble("refused", on="GET /api/events/treatment_plans", status=429, times=1)
    home.server.calls.clear()
    jobs.synchronize(organization_id=home.pk)
    assert sum(home.server.calls.values()) == 2
    assert standing(home).trouble == "Fullscript is busy right now."


def test_one_event_that_cannot_be_read_holds_up_nothing_else(home):
    home.there.events.clear()
    plans = [write_plan(home) for _ in range(3)]
    bad = home.there.events[0]["id"]
    home.server.trouble("refused", on=f"GET /api/events/{bad}", times=99)
    with tenancy.organization(home.pk):
        HistoryCursor.objects.all().delete()
    sync(home)
    assert set(states(home)) >= {one["id"] for one in plans[1:]}
    assert standing(home).unread_records == 1
    home.server.well_again()
    sync(home)
    assert set(states(home)) == {one["id"] for one in plans}
    assert standing(home).unread_records == 0


def test_patients_who_cannot_be_read_do_not_stand_first_for_ever(home):
    for number in range(5):
        cast.link(home, home.patient(email=f"p{number}@example.com"))
    worker.work()
    bad = [one["id"] for one in home.there.patients[:4]]
    for one in bad:
        home.server.trouble("refused", on=f"GET /api/clinic/patients/{one}/*", times=99)
    began_at = clock.now()
    for _run in range(12):
        jobs.synchronize(organization_id=home.pk)
    with tenancy.organization(home.pk):
        assert not HistoryCursor.objects.filter(visited_at__lt=began_at).exists()


class Killed(BaseException):
    """What stops a run at any moment, and is caught by nobody."""


@pytest.mark.parametrize("seed", range(4))
def test_a_run_that_is_killed_anywhere_loses_nothing(home, seed):
    plans = [write_plan(home) for _ in range(4)]
    orders = [home.there.place_order(plan) for plan in plans]
    chance = random.Random(seed)  # noqa: S311  (no secret)

    def maybe_kill(_name):
        if chance.random() < 0.15:
            raise Killed

    home.server.watchers.append(maybe_kill)
    for _run in range(6):
        try:
            jobs.synchronize(organization_id=home.pk)
        except Killed:
            continue
    home.server.watchers.clear()
    sync(home)
    assert set(states(home)) == {one["id"] for one in plans}
    with tenancy.organization(home.pk):
        assert set(Order.objects.values_list("remote_id", flat=True)) == {one["id"] for one in orders}


def test_the_cursor_moves_only_once_the_work_is_stored(home, monkeypatch):
    sync(home)
    before = standing(home).cursor
    write_plan(home)

    def killed(**_values):
        raise Killed

    monkeypatch.setattr("betony.clinic.prescriptions.actions.envelopes.keep_envelope", killed)
    with pytest.raises(Killed):
        jobs.synchronize(organization_id=home.pk)
    assert standing(home).cursor == before


def test_a_backlog_is_worked_off_in_bounded_runs(home, monkeypatch):
    monkeypatch.setattr(exchange, "MOST_EVENTS", 3)
    for _ in range(8):
        write_plan(home)
    jobs.synchronize(organization_id=home.pk)
    assert "prescriptions.synchronize" in [name for name, _ in testing.queued()]
    worker.work()
    assert len(states(home)) == 8


def test_events_that_arrive_while_pages_are_read_are_not_missed(home, monkeypatch):
    monkeypatch.setattr("betony.clinic.prescriptions.dispensary.wire.PAGE_SIZE", 2)
    for _ in range(5):
        write_plan(home)
    home.server.meanwhile(lambda: write_plan(home), on="GET /api/events/treatment_plans")
    sync(home)
    assert len(states(home)) == 6


def test_any_live_connection_serves(home):
    cast.connect(home, "Nina")
    worker.work()
    home.server.tokens.grants[0].is_revoked = True
    plan = write_plan(home)
    sync(home)
    assert states(home) == {plan["id"]: "sent"}


def test_a_revocation_is_noticed_and_said(home):
    home.server.revoke_all()
    jobs.synchronize(organization_id=home.pk)
    assert standing(home).trouble == "Fullscript is no longer connected."
    with tenancy.organization(home.pk):
        assert not queries.has_live_connection(home.actor("Alice"))


def test_without_a_connection_there_is_no_run(home):
    cast.inside(home, revoking.disconnect, by=home.actor("Alice"))
    worker.work()
    home.server.calls.clear()
    jobs.synchronize(organization_id=home.pk)
    assert not home.server.calls


def test_every_organization_has_a_run_queued_and_only_one(home):
    jobs.synchronize_all()
    jobs.synchronize_all()
    waiting = [values for name, values in testing.queued() if name == "prescriptions.synchronize"]
    assert waiting == [{"organization_id": str(home.pk)}]


def test_a_practitioner_removed_there_is_noticed(home):
    home.there.remove_practitioner(home.there.practitioners[0])
    sync(home)
    with tenancy.organization(home.pk):
        assert queries.connection_of(home.actor("Alice")).writes_as is None


def test_clocks_five_minutes_apart_lose_nothing(home):
    with time_machine.travel(clock.now() - timedelta(minutes=5)):
        early = write_plan(home)
    sync(home)
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        late = write_plan(home)
    sync(home)
    with time_machine.travel(clock.now() - timedelta(minutes=5)):
        again = write_plan(home)
    home.there.plans.reverse()
    sync(home)
    assert set(states(home)) == {early["id"], late["id"], again["id"]}


def test_sync_now_is_remembered_until_a_run_begins(home):
    with tenancy.organization(home.pk):
        dispensary = queries.current_dispensary(home.actor("Alice"))
        synchronizing.ask(by=home.actor("Alice"), dispensary=dispensary)
    assert standing(home).asked_at is not None
    worker.work()
    assert standing(home).asked_at is None
    assert standing(home).synced_at is not None


def test_two_runs_at_once_end_as_one(at_once):
    home = cast.house()
    cast.connect(home)
    carol = home.patient()
    cast.link(home, carol)
    worker.work()
    plans = [write_plan(home) for _ in range(3)]
    for plan in plans:
        home.there.place_order(plan)
    results = at_once(*[lambda: jobs.synchronize(organization_id=home.pk)] * 2)
    assert [one for one in results if isinstance(one, Exception)] == []
    worker.work()
    assert set(states(home)) == {one["id"] for one in plans}
    with tenancy.organization(home.pk):
        assert Order.objects.count() == 3
