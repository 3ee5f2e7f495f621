"""A delivery: signed over the bytes that are sent, acknowledged by the challenge, tried again when it is not."""

import hashlib
import hmac
import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from betony.dispensary.accounts.models import Application, Grant, Organization
from betony.dispensary.webhooks import actions, factories, jobs, queries, rules, sending
from betony.dispensary.webhooks.models import Attempt, Delivery, Endpoint, Event
from betony.dispensary.webhooks.tests.conftest import Receiver
from betony.kit import actor, clock, http_client, secrets_box
from betony.kit.identifiers import uuid7
from betony.kit.jobs import testing


def happen(cedar: Organization, by: actor.Actor | None = None) -> Event:
    """Let a patient be added at the practice's door."""
    patient = {"id": str(uuid7()), "last_name": "<b>O'Brien</b>"}
    return actions.record_event(
        by=by or actor.Actor(kind="staff", id=uuid7(), organization_id=cedar.pk),
        organization_id=cedar.pk, event_type=rules.PATIENT_CREATED, subject_id=uuid7(),
        data={"patient": patient},
    )  # fmt: skip


def test_what_is_sent_is_signed_over_its_own_bytes(
    cedar: Organization, endpoint: Endpoint, receiver: Receiver
) -> None:
    event = happen(cedar)
    testing.run_queued()
    ((headers, content),) = receiver.received
    found = re.fullmatch(r"t=(\d{10}),v1=([0-9a-f]{64})", headers["fullscript-signature"])
    assert found is not None
    # Computed anew, as a receiver would, not with our own function.
    expected = hmac.new(factories.SECRET.encode(), found[1].encode() + b"." + content, hashlib.sha256)
    assert hmac.compare_digest(found[2], expected.hexdigest())
    assert abs(int(found[1]) - clock.now().timestamp()) < 60
    assert headers["host"] == f"localhost:{receiver.server.server_port}"
    assert headers[":path"] == "/hook/?a=1"
    sent = json.loads(content)["event"]
    assert (sent["id"], sent["type"]) == (str(event.pk), "patient.created")
    assert sent["clinic_id"] == str(cedar.pk)
    assert sent["data"]["patient"]["last_name"] == "<b>O'Brien</b>"
    assert Delivery.objects.get().state == rules.DELIVERED


def test_during_a_rotation_both_secrets_sign(
    cedar: Organization, endpoint: Endpoint, receiver: Receiver
) -> None:
    actions.add_secret(by=actor.system("test"), endpoint=endpoint, secret="newer")
    happen(cedar)
    testing.run_queued()
    ((headers, content),) = receiver.received
    stamp, *marks = headers["fullscript-signature"].split(",")
    message = stamp.removeprefix("t=").encode() + b"." + content
    assert marks == [
        "v1=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
        for secret in ("newer", factories.SECRET)
    ]


def test_an_endpoint_may_want_the_event_wrapped_and_the_challenge_asked_first(
    cedar: Organization, endpoint: Endpoint, receiver: Receiver
) -> None:
    Endpoint.objects.update(is_two_step=True, is_wrapped=True)
    happen(cedar)
    testing.run_queued()
    (_, first), (_, second) = receiver.received
    assert first == b""
    assert set(json.loads(second)) == {"event_payload"}


def test_without_the_challenge_it_is_tried_six_times_over_six_and_a_half_hours(
    cedar: Organization, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.answer = b'{"challenge": "wrong"}'
    started = clock.now()
    with time_machine.travel(started, tick=False) as now:
        happen(cedar)
        for minutes in (0, 1, 5, 30, 60, 300):
            now.shift(timedelta(minutes=minutes))
            run_the_one_that_waits()
    attempts = list(Attempt.objects.order_by("number"))
    assert [one.number for one in attempts] == [1, 2, 3, 4, 5, 6]
    gaps = [one.next_attempt_at - one.attempted_at for one in attempts[:5] if one.next_attempt_at]
    assert gaps == list(rules.WAITS)
    assert [one.previous_attempt_at for one in attempts] == [
        None, *(one.attempted_at for one in attempts[:5])
    ]  # fmt: skip
    assert attempts[5].next_attempt_at is None
    assert attempts[0].response_errors == "The answer did not hold the challenge token."
    assert Delivery.objects.get().state == rules.GIVEN_UP
    assert testing.queued() == []


def run_the_one_that_waits() -> None:
    """Run the oldest job of the queue, and not the one it queues."""
    with pytest.raises(AssertionError, match="more than 1 jobs"):
        testing.run_queued(also_later=True, most=1)


@pytest.mark.parametrize(
    "answer", [b"[" * 60_000, b'{"challenge": "\\ud800"}', b"\xff\xfe", b'{"challenge": ["x"]}', b"5"]
)
def test_an_answer_made_to_confuse_is_a_failed_attempt(
    cedar: Organization, endpoint: Endpoint, receiver: Receiver, answer: bytes
) -> None:
    receiver.answer = answer
    happen(cedar)
    run_the_one_that_waits()
    attempt = Attempt.objects.get()
    assert (attempt.is_success, attempt.response_status) == (False, 200)
    assert Delivery.objects.get().attempt_count == 1


def test_a_gone_endpoint_is_switched_off_and_hears_no_more(
    cedar: Organization, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.status = 410
    happen(cedar)
    testing.run_queued()
    endpoint.refresh_from_db()
    assert (endpoint.is_enabled, endpoint.disabled_reason) == (False, "gone")
    happen(cedar)
    testing.run_queued(also_later=True)
    assert len(receiver.received) == 1


def test_an_endpoint_that_fails_for_a_day_is_switched_off(
    cedar: Organization, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.status = 500
    now = clock.now()
    Endpoint.objects.update(
        failing_since=now - timedelta(hours=24, minutes=1), last_failed_at=now - timedelta(hours=5)
    )
    happen(cedar)
    testing.run_queued()
    endpoint.refresh_from_db()
    assert (endpoint.is_enabled, endpoint.disabled_reason) == (False, "failing")
    actions.enable_endpoint(by=actor.system("test"), endpoint=endpoint)
    receiver.status = 201
    happen(cedar)
    testing.run_queued()
    endpoint.refresh_from_db()
    assert (endpoint.is_enabled, endpoint.failing_since) == (True, None)


def test_a_failure_days_after_another_is_tried_again_like_any_first_one(
    cedar: Organization, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.status = 500
    with time_machine.travel(clock.now(), tick=False) as now:
        happen(cedar)
        for wait in (timedelta(0), *rules.WAITS):
            now.shift(wait)
            run_the_one_that_waits()
        now.shift(timedelta(days=3))
        happen(cedar)
        run_the_one_that_waits()
        endpoint.refresh_from_db()
        assert endpoint.is_enabled
        assert [one.state for one in Delivery.objects.order_by("created_at")] == ["given_up", "waiting"]
        receiver.status = 200
        now.shift(timedelta(minutes=1))
        testing.run_queued(also_later=True)
    assert Delivery.objects.order_by("-created_at")[0].state == "delivered"


def test_an_application_whose_access_was_taken_away_is_not_told_in_a_later_attempt_either(
    cedar: Organization, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.status = 500
    happen(cedar)
    run_the_one_that_waits()
    Grant.objects.update(revoked_at=clock.now())
    testing.run_queued(also_later=True)
    assert len(receiver.received) == 1
    assert (Delivery.objects.get().state, Delivery.objects.get().next_attempt_at) == ("given_up", None)


def test_only_who_asked_hears_that_a_patient_has_opened_a_plan(
    cedar: Organization, application: Application, endpoint: Endpoint
) -> None:
    def open_plan() -> None:
        actions.record_event(
            by=actor.system("test"), organization_id=cedar.pk, event_type=rules.PLAN_UPDATED,
            subject_id=uuid7(), data={"treatment_plan": {}}, is_opening=True,
        )  # fmt: skip

    def listed() -> int:
        return queries.events(
            organization_id=cedar.pk, application_id=application.pk, now=clock.now()
        ).count()

    open_plan()
    assert (Delivery.objects.count(), listed()) == (0, 0)
    Endpoint.objects.update(hears_of_openings=True)
    open_plan()
    assert (Delivery.objects.count(), listed()) == (1, 2)


def test_a_redirect_is_not_followed(cedar: Organization, endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.status, receiver.location = 302, receiver.url
    happen(cedar)
    testing.run_queued()
    assert len(receiver.received) == 1
    assert Attempt.objects.get().response_errors == "The answer's status was 302, not 200 or 201."


def test_a_huge_answer_is_not_read(cedar: Organization, endpoint: Endpoint, receiver: Receiver) -> None:
    receiver.answer = b"x" * (sending.MOST_BYTES + 100_000)
    happen(cedar)
    testing.run_queued()
    assert Attempt.objects.get().response_errors == "The answer was too large."


def test_an_address_in_a_private_network_is_never_called(
    cedar: Organization, endpoint: Endpoint, receiver: Receiver, settings: Any
) -> None:
    settings.BETONY_WEBHOOK_ALLOWED_HOSTS = []
    happen(cedar)
    testing.run_queued()
    assert receiver.received == []
    assert not Attempt.objects.get().is_success
    for url in (receiver.url, "https://127.0.0.1/", "https://169.254.169.254/", "ftp://example.com/",
                "https://user@example.com/"):  # fmt: skip
        with pytest.raises(actions.AddressNotAllowed):
            actions.check_address(url)


def test_the_connection_goes_to_the_address_that_was_checked(
    cedar: Organization, endpoint: Endpoint, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The name leads elsewhere by the time of the call; the checked address is called all the same.
    Endpoint.objects.update(url=receiver.url.replace("localhost", "rebound.invalid"))
    monkeypatch.setattr(http_client, "check_outgoing_address", lambda url, allowed_hosts: ["127.0.0.1"])
    happen(cedar)
    testing.run_queued()
    ((headers, _),) = receiver.received
    assert headers["host"].startswith("rebound.invalid:")


def test_an_application_without_a_live_grant_hears_nothing(
    cedar: Organization, endpoint: Endpoint, receiver: Receiver
) -> None:
    Grant.objects.update(revoked_at=clock.now())
    happen(cedar)
    testing.run_queued()
    assert (receiver.received, Delivery.objects.count(), Event.objects.count()) == ([], 0, 1)


def test_an_application_without_the_scope_or_the_type_hears_nothing(
    cedar: Organization, endpoint: Endpoint, receiver: Receiver
) -> None:
    Grant.objects.update(scopes=["catalog:read"])
    happen(cedar)
    Grant.objects.update(scopes=["patients:read"])
    Endpoint.objects.update(event_types=["order.placed"])
    happen(cedar)
    assert Delivery.objects.count() == 0


def test_an_application_is_not_told_what_it_did_itself(
    cedar: Organization, application: Application, endpoint: Endpoint
) -> None:
    happen(cedar, by=actor.Actor(kind="application", id=application.pk, organization_id=cedar.pk))
    assert Delivery.objects.count() == 0
    other = factories.endpoint(factories.connected(cedar))
    happen(cedar, by=actor.Actor(kind="application", id=application.pk, organization_id=cedar.pk))
    assert Delivery.objects.get().endpoint_id == other.pk


def test_a_job_that_runs_twice_delivers_once(
    cedar: Organization, endpoint: Endpoint, receiver: Receiver
) -> None:
    happen(cedar)
    ((name, arguments),) = testing.queued()
    testing.run_queued()
    testing.declared_job(name)(**arguments)
    assert len(receiver.received) == 1


def test_secrets_and_challenges_are_sealed_at_rest(cedar: Organization, application: Application) -> None:
    values = actions.EndpointValues(
        url="http://localhost:9/", challenge_token="open sesame", event_types=["order.placed", "unknown"]
    )
    made = actions.save_endpoint(
        by=actor.system("test"), application=application, values=values, secret="very secret"
    )
    kept = Endpoint.objects.get(pk=made.pk)
    assert "very secret" not in "".join(kept.secrets)
    assert "sesame" not in kept.challenge_token
    assert secrets_box.open_sealed(kept.challenge_token) == "open sesame"
    assert kept.event_types == ["order.placed"]


def test_old_events_go_with_their_deliveries(
    cedar: Organization, endpoint: Endpoint, receiver: Receiver
) -> None:
    happen(cedar)
    testing.run_queued()
    by = actor.system("test", organization_id=cedar.pk)
    assert actions.forget_old_events(by=by, now=clock.now() + timedelta(days=29)) == 0
    assert actions.forget_old_events(by=by, now=clock.now() + timedelta(days=31)) == 1
    assert (Delivery.objects.count(), Attempt.objects.count()) == (0, 0)


def test_the_daily_job_forgets_in_every_dispensary(cedar: Organization, endpoint: Endpoint) -> None:
    happen(cedar)
    with time_machine.travel(clock.now() + timedelta(days=31)):
        jobs.forget_old_events()
    assert Event.objects.count() == 0
