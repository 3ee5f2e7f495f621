"""A webhook or a visit that is faster than the answer to sending: where it went is known all the same (story 4.5)."""

import pytest

from betony.clinic.prescriptions.actions import sending
from betony.clinic.prescriptions.exchange import importing
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.slow

SEND = "POST /api/clinic/patients/*/treatment_plans"


@pytest.fixture
def home(settled, carol):
    return settled


def news(home):
    with tenancy.working_for(home.pk):
        importing.import_plan(home.pk, home.there.plans[0]["id"])


def names(published):
    return [type(one).__name__ for one in published]


def sent_events(home):
    with tenancy.organization(home.pk):
        return list(AuditEvent.objects.filter(action="prescriptions.prescription_sent"))


@pytest.mark.parametrize("kind", [None, "lost"])
def test_where_it_went_is_kept_and_audited_once(home, carol, saved, kind):
    if kind:
        home.server.trouble(kind, on=SEND)
    home.server.meanwhile(lambda: news(home), on=SEND)
    worker.work()
    worker.work()
    sent = cast.now(home, saved)
    assert (sent.state, sent.sent_to_email, sent.remote_patient_id) == (
        "sent", "carol@example.com", home.there.patients[0]["id"],
    )  # fmt: skip
    assert sent.sent_at is not None
    (event,) = sent_events(home)
    assert event.changes["state"] == ["waiting", "sent"]


def test_what_had_been_given_up_moves_on_by_the_news_and_by_the_answer(home, carol, saved, published):
    home.server.trouble("lost", on=SEND)
    worker.work()
    by = home.actor("Alice")
    cast.inside(home, sending.note_not_sent, by=by, prescription_id=saved.pk, reason="given up")
    news(home)
    assert cast.now(home, saved).sent_to_email == "carol@example.com"
    assert names(published).count("PrescriptionMovedOn") == 1
    second = cast.save(home, cast.draft(home, carol))
    home.server.meanwhile(
        lambda: cast.inside(home, sending.note_not_sent, by=by, prescription_id=second.pk, reason="given up"),
        on=SEND,
    )
    worker.work()
    assert cast.now(home, second).state == "sent"
    assert names(published).count("PrescriptionMovedOn") == 2


def test_what_was_cancelled_there_before_the_answer_says_where_it_went(home, carol, saved):
    def meanwhile():
        home.there.cancel_plan(home.there.plans[0])
        news(home)

    home.server.meanwhile(meanwhile, on=SEND)
    worker.work()
    cancelled = cast.now(home, saved)
    assert (cancelled.state, cancelled.sent_to_email) == ("cancelled", "carol@example.com")
    assert len(sent_events(home)) == 1
