"""What nobody needs any more is put away: trips to the consent page, and what webhooks said."""

from datetime import timedelta

import pytest
import time_machine

from betony.clinic.prescriptions import jobs
from betony.clinic.prescriptions.actions import envelopes, sweeping
from betony.clinic.prescriptions.exchange import webhooks
from betony.clinic.prescriptions.models import AuthorizationAttempt, WebhookEnvelope
from betony.clinic.prescriptions.tests import cast
from betony.kit import clock, tenancy


def keep(number, *, worked_on=False, gave_up=False):
    """Store a webhook of now."""
    envelopes.keep_envelope(environment="us", event_id=str(number), event_type="order.placed", body="{}")
    kept = WebhookEnvelope.objects.get(event_id=str(number))
    if worked_on:
        envelopes.note_worked_on(envelope_id=kept.pk, outcome="done")
    if gave_up:
        envelopes.note_given_up(envelope_id=kept.pk)
    return kept


def sweep_after(days):
    with time_machine.travel(clock.now() + timedelta(days=days, minutes=1)):
        jobs.sweep()


def bodies():
    return {one.event_id: bool(one.body_sealed) for one in WebhookEnvelope.objects.order_by("event_id")}


@pytest.fixture
def three_kinds(db):
    """One worked on, one given up, one that waits."""
    return [keep("done", worked_on=True), keep("gave up", gave_up=True), keep("waits")]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (6, {"done": True, "gave up": True, "waits": True}),
        (7, {"done": False, "gave up": True, "waits": True}),
        (29, {"done": False, "gave up": True, "waits": True}),
        (30, {"done": False, "gave up": False, "waits": True}),
        (45, {"waits": True}),
    ],
)
def test_what_a_webhook_said_is_erased_before_it_is_forgotten_that_it_came(three_kinds, days, expected):
    sweep_after(days)
    assert bodies() == expected


def test_one_that_was_worked_on_late_is_kept_for_as_long(db):
    kept = keep("late")
    with time_machine.travel(clock.now() + timedelta(days=20)):
        envelopes.note_worked_on(envelope_id=kept.pk, outcome="done")
    sweep_after(26)
    assert bodies() == {"late": True}
    sweep_after(27)
    assert bodies() == {"late": False}


def test_many_are_put_away_in_short_transactions(db, monkeypatch):
    monkeypatch.setattr(sweeping, "ROWS_AT_ONCE", 2)
    for number in range(5):
        keep(number, worked_on=True)
    sweep_after(46)
    assert bodies() == {}


def test_the_job_of_one_whose_body_is_erased_or_which_is_forgotten_does_nothing(three_kinds):
    _done, gave_up, _waits = three_kinds
    sweep_after(30)
    webhooks.work_on(gave_up.pk)
    sweep_after(45)
    webhooks.work_on(gave_up.pk)


def test_trips_to_the_consent_page_are_kept_for_a_day(home):
    cast.consent(home, "Alice")
    sweep_after(0)
    with tenancy.organization(home.pk):
        assert AuthorizationAttempt.objects.count() == 1
    sweep_after(1)
    with tenancy.organization(home.pk):
        assert AuthorizationAttempt.objects.count() == 0
