"""Sending a prescription: exactly once, whatever the dispensary does (story 5.5, 5.6)."""

import pytest
from django.core import mail

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import failures
from betony.clinic.prescriptions.actions import revoking, sending, writing
from betony.clinic.prescriptions.models import PatientLink
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy

pytestmark = pytest.mark.slow

SEND = "POST /api/clinic/patients/*/treatment_plans"
LOOK = "GET /api/clinic/metadata"


@pytest.fixture
def home(settled, carol):
    return settled


def sends(home):
    return sum(n for name, n in home.server.calls.items() if name.startswith("POST /api/clinic/patients/"))


def test_a_saved_prescription_is_sent_as_it_was_written(home, carol, saved):
    assert not worker.work().failed
    sent = cast.now(home, saved)
    (plan,) = home.there.plans
    assert (sent.state, sent.remote_id, sent.reason) == ("sent", plan["id"], "")
    assert sent.sent_at is not None
    assert sent.sent_to_email == "carol@example.com"
    assert plan["state"] == "active"
    assert plan["personal_message"] == "Take it slowly"
    assert plan["metadata"] == {"id": str(saved.pk)}
    assert plan["patient"] == {"id": cast.link_of(home, carol).remote_id}
    assert plan["practitioner"] == {"id": home.there.practitioners[0]["id"]}
    assert plan["recommendations"] == [
        {
            "variant_id": home.zinc["variants"][0]["id"], "units_to_purchase": 2, "refill": True,
            "take_with": "food",
            "dosage": {"amount": "1-2", "frequency": "once per day", "duration": "60", "format": "capsule",
                       "time_of_day": ["morning"], "additional_info": "with breakfast"},
        }
    ]  # fmt: skip
    assert home.there.mails == [("carol@example.com", "plan")]


@pytest.mark.parametrize("kind", ["lost", "half", "slow", "down", "garbage"])
def test_after_an_unknown_outcome_it_is_looked_up_and_sent_once(home, saved, kind):
    home.server.trouble(kind, on=SEND)
    assert worker.work().failed == ["prescriptions.send"]
    waiting = cast.now(home, saved)
    assert (waiting.state, waiting.reason) == ("waiting", "fullscript_not_answering")
    worker.work()
    assert cast.now(home, saved).state == "sent"
    assert len(home.there.plans) == 1
    assert len(home.there.mails) == 1
    assert home.server.calls[LOOK] == 1
    assert sends(home) == (1 if kind in ("lost", "half") else 2)


def test_a_lost_answer_and_then_trouble_with_looking_up_does_not_send_again(home, saved):
    home.server.trouble("lost", on=SEND)
    home.server.trouble("down", on=LOOK, times=3)
    for _ in range(5):
        worker.work()
    assert cast.now(home, saved).state == "sent"
    assert sends(home) == 1


def test_five_hundreds_pass(home, saved):
    home.server.trouble("refused", on=SEND, times=3, status=500)
    for _ in range(3):
        assert worker.work().failed == ["prescriptions.send"]
    worker.work()
    assert cast.now(home, saved).state == "sent"
    assert len(home.there.plans) == 1


def test_being_asked_to_slow_down_is_waited_for_as_long_as_was_said(home, saved):
    from betony.clinic.prescriptions.exchange import sending as exchange
    from betony.kit import jobs

    home.server.trouble("refused", on=SEND, status=429, headers={"retry-after": "77"})
    with tenancy.working_for(home.pk), pytest.raises(jobs.RetryLater) as raised:
        exchange.send(home.pk, saved.pk)
    assert raised.value.seconds == 77


def test_a_call_under_way_is_not_sent_beside(home, saved):
    home.server.trouble("refused", on=SEND, status=409, body={"error": "request_in_progress"})
    worker.work()
    assert cast.now(home, saved).state == "waiting"
    worker.work()
    assert len(home.there.plans) == 1


def test_an_expired_token_is_refreshed_on_the_way(home, saved):
    home.server.expire_all()
    assert not worker.work().failed
    assert cast.now(home, saved).state == "sent"
    assert len(home.there.plans) == 1


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (422, {"error": '["Practitioner must exist"]'}, "Practitioner must exist"),
        (422, {"error": ["Patient is archived", "Variant must exist"]}, "Patient is archived Variant must exist"),
        (422, {"error": "<script>alert(1)</script>"}, "<script>alert(1)</script>"),
        (422, {}, "Fullscript refused this."),
        (400, {"error": "bad"}, "bad"),
        (403, {"error": "no"}, "This Fullscript connection does not allow that."),
        (404, {"error": "no"}, "Fullscript does not know this record."),
    ],
)  # fmt: skip
def test_a_refusal_is_final_and_says_why(home, saved, status, body, words):
    home.server.trouble("refused", on=SEND, status=status, body=body)
    assert not worker.work().failed
    refused = cast.now(home, saved)
    assert (refused.state, refused.reason) == ("not_sent", words)
    assert sends(home) == 1


def test_without_a_connection_it_waits_and_goes_on_after_reconnecting(home, saved):
    home.server.revoke_all()
    assert not worker.work().failed
    waiting = cast.now(home, saved)
    assert (waiting.state, waiting.reason) == ("waiting", "not_connected")
    cast.connect(home)
    worker.work()
    assert cast.now(home, saved).state == "sent"


def test_reconnecting_while_it_is_on_its_way_leaves_nothing_waiting(home, saved):
    from betony.clinic.prescriptions.exchange import waking

    def reconnect():
        """The job that wakes what waits has run before this one says that it waits."""
        cast.connect(home)
        waking.after_connection(home.pk)

    home.server.revoke_all()
    home.server.meanwhile(reconnect, on="POST /api/oauth/token")
    worker.work()
    assert cast.now(home, saved).state == "sent"
    assert len(home.there.plans) == 1


def test_it_waits_for_the_link_and_goes_on_with_it(home):
    omar = home.patient(first_name="Omar", email="omar@example.com")
    home.server.trouble("down", on="POST /api/clinic/patients")
    saved = cast.save(home, cast.draft(home, omar))
    worker.work()
    waiting = cast.now(home, saved)
    assert (waiting.state, waiting.reason) == ("waiting", "patient_not_linked")
    worker.work()
    assert cast.now(home, saved).state == "sent"
    assert len(home.there.plans) == 1


def test_after_the_last_try_it_is_not_sent_and_the_author_is_told_without_names(home, saved):
    home.server.trouble("down", on=SEND, times=1000)
    worker.work_until_given_up()
    given_up = cast.now(home, saved)
    assert given_up.state == "not_sent"
    assert given_up.reason == "Fullscript is not answering right now."
    (letter,) = mail.outbox
    assert letter.to == [home.members["Alice"].user.email]
    whole = f"{letter.subject} {letter.body}".lower()
    for secret in ("carol", "castle", "zinc", "slowly", "capsule"):
        assert secret not in whole
    assert f"/fullscript/prescriptions/{saved.pk}/" in letter.body


def test_a_fault_of_our_own_is_not_shown_by_its_name(home, saved, monkeypatch):
    def broken(**values):
        raise RuntimeError("secret details")

    monkeypatch.setattr(sending, "begin", broken)
    worker.work_until_given_up()
    assert cast.now(home, saved).reason == "Fullscript could not do that."


def test_trying_again_sends_it_and_finds_what_had_arrived_after_all(home, saved):
    home.server.trouble("lost", on=SEND)
    home.server.trouble("down", on=LOOK, times=1000)
    worker.work_until_given_up()
    assert cast.now(home, saved).state == "not_sent"
    home.server.well_again()
    with tenancy.organization(home.pk):
        writing.try_again(by=home.actor("Alice"), prescription=saved)
        writing.try_again(by=home.actor("Alice"), prescription=saved)
    worker.work()
    assert cast.now(home, saved).state == "sent"
    assert len(home.there.plans) == 1


def test_a_colleague_who_may_prescribe_as_them_sends_what_its_author_cannot(home, carol):
    home.delegate(practitioner="Alice", to="Amir")
    cast.connect(home, "Amir")
    cast.connect(home, "Nina")
    saved = cast.save(home, cast.draft(home, carol))
    with tenancy.organization(home.pk):
        revoking.disconnect(by=home.actor("Alice"))
        with pytest.raises(failures.NotAllowedAsPractitioner):
            writing.try_again(by=home.actor("Nina"), prescription=saved)
        writing.try_again(by=home.actor("Amir"), prescription=saved)
    worker.work()
    sent = cast.now(home, saved)
    assert (sent.state, sent.written_by_name, sent.sender_id) == (
        "sent", "Alice Archer", home.members["Amir"].pk,
    )  # fmt: skip
    assert home.there.plans[0]["practitioner"] == {"id": home.there.practitioners[0]["id"]}


def test_a_reset_while_it_is_on_its_way_is_overtaken_by_the_answer(home, saved):
    def reset():
        with tenancy.organization(home.pk):
            revoking.disconnect(by=home.actor("Alice"))

    home.server.meanwhile(reset, on=SEND)
    worker.work()
    assert cast.now(home, saved).state == "sent"
    assert len(home.there.plans) == 1


def test_it_never_goes_to_another_dispensary(home, saved):
    with tenancy.organization(home.pk):
        revoking.disconnect(by=home.actor("Alice"))
    other = home.server.add_clinic("Larkspur Dispensary")
    alice = other.add_practitioner("Alice", "Archer", home.members["Alice"].user.email)
    cast.connect(home, at=other, person=alice)
    with tenancy.organization(home.pk), pytest.raises(failures.CannotDo, match="no longer connected"):
        writing.try_again(by=home.actor("Alice"), prescription=saved)
    worker.work()
    assert other.plans == []
    assert home.there.plans == []


def test_what_was_cancelled_there_before_we_heard_of_it_is_cancelled_here(home, saved):
    home.server.trouble("lost", on=SEND)
    worker.work()
    home.there.cancel_plan(home.there.plans[0])
    worker.work()
    cancelled = cast.now(home, saved)
    assert (cancelled.state, cancelled.remote_id) == ("cancelled", home.there.plans[0]["id"])
    assert cancelled.cancelled_at is not None


def test_sent_is_sent_whatever_is_noted_later(home, saved):
    worker.work()
    with tenancy.organization(home.pk):
        sending.note_not_sent(by=home.actor("Alice"), prescription_id=saved.pk, reason="late")
        sending.note_waits(by=home.actor("Alice"), prescription_id=saved.pk, reason="late")
        assert sending.begin(prescription_id=saved.pk) is None
    assert cast.now(home, saved).state == "sent"


def test_a_link_that_is_no_link_yet_holds_it_back(home, carol, saved):
    with tenancy.organization(home.pk):
        PatientLink.objects.filter(patient=carol).update(state="question")
        with pytest.raises(sending.NotNow, match="patient_not_linked"):
            sending.begin(prescription_id=saved.pk)
        Patient.objects.filter(pk=carol.pk).update(email="new@example.com", email_key="new@example.com")
