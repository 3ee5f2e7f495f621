"""Webhooks: verified over the raw body, stored once and sealed, worked on later in any order (guarantee 18)."""

import datetime
import json

import pytest
import time_machine
from django.db import connection as database

from betony.clinic.prescriptions import history
from betony.clinic.prescriptions.actions import envelopes, revoking
from betony.clinic.prescriptions.exchange import webhooks
from betony.clinic.prescriptions.models import Order, Prescription, WebhookEnvelope
from betony.clinic.prescriptions.tests import cast, worker
from betony.clinic.prescriptions.tests.webhooks import deliver, event, post, sign
from betony.kit import clock, tenancy


@pytest.fixture
def home(settled, carol):
    """A connected clinic, without the events it found for itself when it first compared."""
    WebhookEnvelope.objects.all().delete()
    return settled


def test_an_empty_body_is_answered_with_the_challenge(db):
    answer = post(b"")
    assert answer.json() == {"challenge": "betony-clinic-challenge"}
    assert post(b"", environment="ca").json() == {"challenge": "betony-clinic-ca-challenge"}


def test_a_signed_event_is_stored_acknowledged_and_worked_on_later(home, settings, caplog):
    plan = cast.write_plan(home)
    answer = deliver(settings, event(home, "treatment_plan.created", {"treatment_plan": plan}))
    assert (answer.status_code, answer.json()) == (200, {"challenge": "betony-clinic-challenge"})
    with tenancy.organization(home.pk):
        assert not Prescription.objects.exists()
    assert worker.work().ran == ["prescriptions.work_on_envelope"]
    with tenancy.organization(home.pk):
        assert Prescription.objects.get().remote_id == plan["id"]
    assert WebhookEnvelope.objects.get().outcome == "done"


@pytest.mark.parametrize(
    "wrong",
    [
        "another secret", "another body", "too old", "from the future", "no header", "no stamp", "no signature",
        "upper case", "letters for a stamp", "a stamp of a thousand digits", "not ASCII", "an empty signature",
        "the other environment's secret",
    ],
)  # fmt: skip
def test_what_is_not_signed_rightly_is_refused_and_not_stored(home, settings, wrong):
    body = json.dumps(event(home, "treatment_plan.created", {"treatment_plan": {"id": "x"}})).encode()
    right = sign(settings, body)
    stamp, _, signature = right.partition(",")
    header = {
        "another secret": sign(settings, body, secret="guessed"),
        "another body": sign(settings, body + b" "),
        "too old": sign(settings, body, at=-301),
        "from the future": sign(settings, body, at=301),
        "no header": "",
        "no stamp": signature,
        "no signature": stamp,
        "upper case": f"{stamp},v1={signature.removeprefix('v1=').upper()}",
        "letters for a stamp": f"t=now,{signature}",
        "a stamp of a thousand digits": f"t={'9' * 1000},{signature}",
        "not ASCII": f"t=²²²,v1={'é' * 64}",
        "an empty signature": f"{stamp},v1=",
        "the other environment's secret": sign(settings, body, environment="ca"),
    }[wrong]
    assert post(body, header).status_code == 401
    assert not WebhookEnvelope.objects.exists()


def test_while_a_secret_is_replaced_both_are_taken(home, settings):
    ours = settings.BETONY_FULLSCRIPT["us"]
    settings.BETONY_FULLSCRIPT = {"us": {**ours, "webhook_secret": "new-secret, old-secret"}}
    for secret, status in (("new-secret", 200), ("old-secret", 200), ("older-secret", 401), ("", 401)):
        body = json.dumps(event(home, "order.placed", {"id": "x"})).encode()
        header = sign(settings, body, secret=secret or "wrong")
        assert post(body, header).status_code == status


@pytest.mark.parametrize("at", [-299, 299])
def test_clocks_may_differ_by_less_than_five_minutes(home, settings, at):
    body = json.dumps(event(home, "order.placed", {"id": "x"})).encode()
    assert post(body, sign(settings, body, at=at)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"nonsense", b"[]", b"{}", b'"text"', b"\xff\xfe", b'{"event":{"id":"","type":"x","data":{}}}',
     b'{"event":{"id":"1","type":"order.placed","data":[]}}', b"[" * 100_000,
     b'{"event":{"id":"' + b"9" * 65 + b'","type":"x","data":{}}}',
     b'{"event":{"id":"1\\u0000","type":"order.placed","data":{}}}'],
)  # fmt: skip
def test_a_signed_body_that_is_no_event_is_refused(home, settings, body):
    assert post(body, sign(settings, body)).status_code == 400
    assert not WebhookEnvelope.objects.exists()


def test_the_vendors_other_envelope_is_understood(home, settings):
    plan = cast.write_plan(home)
    inner = event(home, "treatment_plan.created", {"treatment_plan": plan})
    assert deliver(settings, {"event_payload": inner}).status_code == 200
    worker.work()
    with tenancy.organization(home.pk):
        assert Prescription.objects.count() == 1


def test_the_same_event_many_times_is_stored_and_worked_on_once(home, settings):
    body = event(home, "treatment_plan.created", {"treatment_plan": cast.write_plan(home)})
    for _ in range(4):
        assert deliver(settings, body).status_code == 200
    assert worker.work().ran == ["prescriptions.work_on_envelope"]
    deliver(settings, body)
    assert worker.work().ran == []
    assert WebhookEnvelope.objects.count() == 1


def test_events_in_any_order_come_to_the_same(home, settings):
    plan = cast.write_plan(home)
    order = home.there.place_order(plan)
    home.there.cancel_plan(plan)
    for kind, data in (
        ("order.placed", order),
        ("treatment_plan.updated", {"treatment_plan": plan}),
        ("treatment_plan.created", {"treatment_plan": {**plan, "state": "active"}}),
        ("order.placed", order),
    ):
        deliver(settings, event(home, kind, data))
    assert not worker.work().failed
    with tenancy.organization(home.pk):
        prescription, found = Prescription.objects.get(), Order.objects.get()
        assert prescription.state == "cancelled"
        assert prescription.ordered_at == found.completed_at


def test_an_event_of_a_dispensary_nobody_has_is_kept_and_changes_nothing(home, settings):
    other = home.server.add_clinic("Larkspur Dispensary")
    deliver(settings, event(home, "treatment_plan.created", {"treatment_plan": cast.write_plan(home)},
                            clinic_id=other.id))  # fmt: skip
    before = home.server.calls.total()
    worker.work()
    assert WebhookEnvelope.objects.get().outcome == "nobody's"
    assert home.server.calls.total() == before


def test_an_event_about_a_patient_nobody_is_linked_to_brings_nothing(home, settings):
    omar = home.there.add_patient("Omar", "Reyes", "omar@example.com")
    plan = home.there.write_plan(omar, home.there.practitioners[0], [home.zinc["variants"][0]["id"]])
    deliver(settings, event(home, "treatment_plan.created", {"treatment_plan": plan}))
    deliver(settings, event(home, "order.placed", home.there.place_order(plan)))
    assert not worker.work().failed
    with tenancy.organization(home.pk):
        assert not Prescription.objects.exists()
        assert not Order.objects.exists()


@pytest.mark.parametrize("kind", ["staff.created", "product.updated", "clinic_key.revoked", "something.new"])
def test_events_we_do_not_need_are_kept_as_that(home, settings, kind):
    deliver(settings, event(home, kind, {"id": "x"}))
    assert not worker.work().failed
    assert WebhookEnvelope.objects.get().outcome == "not needed"


@pytest.mark.parametrize("data", [{"treatment_plan": {"id": "00000000"}}, {"treatment_plan": None}, {},
                                  {"treatment_plan": {"id": "../../clinic"}}])  # fmt: skip
def test_an_event_about_what_is_gone_there_is_noted(home, settings, data):
    deliver(settings, event(home, "treatment_plan.updated", data))
    assert not worker.work().failed
    assert WebhookEnvelope.objects.get().outcome == "gone"


@pytest.mark.parametrize("kind", ["down", "slow", "garbage", "half"])
def test_trouble_while_working_on_it_is_tried_again(home, settings, kind):
    deliver(settings, event(home, "treatment_plan.created", {"treatment_plan": cast.write_plan(home)}))
    home.server.trouble(kind, on="GET /api/clinic/treatment_plans/*")
    assert worker.work().failed == ["prescriptions.work_on_envelope"]
    worker.work()
    with tenancy.organization(home.pk):
        assert Prescription.objects.count() == 1


def test_news_of_a_broken_connection_comes_in_after_reconnecting(home, settings):
    home.server.revoke_all()
    deliver(settings, event(home, "treatment_plan.created", {"treatment_plan": cast.write_plan(home)}))
    assert not worker.work().failed
    assert WebhookEnvelope.objects.get().outcome == "not connected"
    cast.connect(home)
    worker.work()
    with tenancy.organization(home.pk):
        assert Prescription.objects.count() == 1


def test_after_letting_go_the_dispensarys_events_are_nobodys(home, settings):
    with tenancy.organization(home.pk):
        revoking.disconnect(by=home.actor("Alice"))
    deliver(settings, event(home, "treatment_plan.created", {"treatment_plan": cast.write_plan(home)}))
    worker.work()
    assert WebhookEnvelope.objects.get().outcome == "nobody's"


def test_the_body_stands_nowhere_in_the_clear(home, settings):
    plan = {**cast.write_plan(home), "personal_message": "very private words"}
    deliver(settings, event(home, "treatment_plan.created", {"treatment_plan": plan}))
    with database.cursor() as cursor:
        cursor.execute("select string_agg(t::text, '') from clinic_prescriptions_webhookenvelope t")
        envelopes = cursor.fetchone()[0]
        cursor.execute("select string_agg(t::text, '') from procrastinate_jobs t")
        jobs = cursor.fetchone()[0]
    for stored in (envelopes, jobs):
        assert "private" not in stored
        assert plan["id"] not in stored


def test_our_own_prescription_coming_back_by_webhook_is_not_doubled(home, carol, settings):
    home.server.trouble("lost", on="POST /api/clinic/patients/*/treatment_plans")
    saved = cast.save(home, cast.draft(home, carol))
    worker.work()
    (plan,) = home.there.plans
    home.there.place_order(plan)
    deliver(settings, event(home, "order.placed", home.there.orders[0]))
    deliver(settings, event(home, "treatment_plan.created", {"treatment_plan": plan}))
    assert not worker.work().failed
    with tenancy.organization(home.pk):
        (prescription,) = history.prescriptions(carol.pk)
        assert (prescription.pk, prescription.state) == (saved.pk, "sent")
        assert prescription.reason == ""
        assert prescription.ordered_at is not None
    assert len(home.there.plans) == 1


@pytest.mark.parametrize("right_one_stands", ["first", "last"])
def test_one_right_signature_among_several_is_enough(home, settings, right_one_stands):
    """While the dispensary replaces a secret it signs with both."""
    raw = json.dumps(event(home, "patient.updated", {"patient": {"id": "x"}})).encode()
    stamp, right = sign(settings, raw).split(",")
    others = [right, f"v1={'0' * 64}"] if right_one_stands == "first" else [f"v1={'0' * 64}", right]
    assert post(raw, ",".join([stamp, *others])).status_code == 200
    assert post(raw, f"{stamp},v1={'0' * 64},v1={'1' * 64}").status_code == 401


def test_after_the_last_try_an_envelope_says_that_it_was_given_up_and_can_be_worked_on_later(
    home, settings, caplog
):
    home.server.trouble("down", on="GET /api/clinic/treatment_plans/*", times=1000)
    deliver(settings, event(home, "treatment_plan.created", {"treatment_plan": cast.write_plan(home)}))
    worker.work_until_given_up()
    envelope = WebhookEnvelope.objects.get()
    assert (envelope.outcome, envelope.worked_on_at) == (envelopes.GAVE_UP, None)
    assert "webhook_given_up" in caplog.text
    home.server.well_again()
    webhooks.work_on(envelope.pk)
    envelope.refresh_from_db()
    assert envelope.outcome == "done"


# Many events about the same


def later(seconds):
    return time_machine.travel(clock.now() + datetime.timedelta(seconds=seconds))


def fetched(home, plan):
    return home.server.calls[f"GET /api/clinic/treatment_plans/{plan['id']}"]


def about(home, plan):
    return event(home, "treatment_plan.updated", {"treatment_plan": {"id": plan["id"]}})


@pytest.mark.slow
def test_hundreds_of_events_about_few_plans_are_a_call_for_each_plan(home, settings):
    plans = [cast.write_plan(home) for _ in range(3)]
    for number in range(300):
        deliver(settings, about(home, plans[number % 3]))
    with later(60):
        run = worker.work(most=2000)
    assert len([name for name in run.ran if name == "prescriptions.work_on_envelope"]) == 300
    assert [fetched(home, plan) for plan in plans] == [1, 1, 1]
    assert not WebhookEnvelope.objects.filter(worked_on_at=None).exists()
    assert WebhookEnvelope.objects.filter(outcome="fetched since").count() == 297
    with tenancy.organization(home.pk):
        assert Prescription.objects.count() == 3


def test_what_arrives_after_a_fetch_is_fetched_again(home, settings):
    plan = cast.write_plan(home)
    deliver(settings, about(home, plan))
    with later(60):
        worker.work()
        home.there.cancel_plan(plan)
        deliver(settings, about(home, plan))
        worker.work()
    assert fetched(home, plan) == 2
    with tenancy.organization(home.pk):
        assert Prescription.objects.get().state == "cancelled"


def test_what_arrived_only_just_before_a_fetch_is_fetched_again(home, settings):
    """The worker's clock may be ahead of the web process's."""
    plan = cast.write_plan(home)
    for _ in range(2):
        deliver(settings, about(home, plan))
    with later(9):
        worker.work()
    assert fetched(home, plan) == 2


@pytest.mark.parametrize("kind", ["down", "garbage", "refused"])
def test_a_fetch_that_failed_settles_nothing(home, settings, kind):
    plan = cast.write_plan(home)
    for _ in range(2):
        deliver(settings, about(home, plan))
    home.server.trouble(kind, on="GET /api/clinic/treatment_plans/*")
    with later(60):
        assert worker.work().failed == ["prescriptions.work_on_envelope"]
        worker.work()
    assert not WebhookEnvelope.objects.filter(worked_on_at=None).exists()
    with tenancy.organization(home.pk):
        assert Prescription.objects.count() == 1


def test_a_fetch_for_one_clinic_settles_nothing_of_another(home, settings):
    other = cast.house(name="Harbour", server=home.server)
    cast.connect(other)
    worker.work()
    WebhookEnvelope.objects.all().delete()
    plan = cast.write_plan(home)
    deliver(settings, about(home, plan))
    deliver(settings, about(other, plan))
    with later(60):
        worker.work(most=2000)
    assert sorted(WebhookEnvelope.objects.values_list("outcome", flat=True)) == ["done", "gone"]
