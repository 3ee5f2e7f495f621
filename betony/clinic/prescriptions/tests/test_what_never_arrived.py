"""Whether a prescription that was not sent is certainly not at the dispensary: known, and never guessed."""

import pytest

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions.models import PatientLink
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy

pytestmark = pytest.mark.slow

SEND = "POST /api/clinic/patients/*/treatment_plans"
LOOK = "GET /api/clinic/metadata"


@pytest.fixture
def home(settled, carol):
    return settled


def may_have_arrived(home, prescription):
    return cast.now(home, prescription).sending_began_at is not None


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_refusal_at_the_first_try_is_certain(home, saved, status):
    home.server.trouble("refused", on=SEND, status=status, body={"error": "no"})
    worker.work()
    assert cast.now(home, saved).state == "not_sent"
    assert not may_have_arrived(home, saved)


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_refusal_after_a_look_that_found_nothing_is_certain(home, saved, status):
    home.server.trouble("down", on=SEND)
    worker.work()
    assert may_have_arrived(home, saved)
    home.server.trouble("refused", on=SEND, status=status, body={"error": "no"})
    worker.work()
    assert cast.now(home, saved).state == "not_sent"
    assert not may_have_arrived(home, saved)


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_look_that_is_refused_tells_nothing(home, saved, status):
    home.server.trouble("lost", on=SEND)
    worker.work()
    home.server.trouble("refused", on=LOOK, status=status, body={"error": "no"})
    worker.work()
    assert cast.now(home, saved).state == "not_sent"
    assert may_have_arrived(home, saved)


@pytest.mark.parametrize("kind", ["away", "down", "slow", "lost", "half", "garbage"])
def test_a_look_that_fails_tells_nothing(home, saved, kind):
    home.server.trouble("lost", on=SEND)
    worker.work()
    home.server.trouble(kind, on=LOOK)
    worker.work()
    assert cast.now(home, saved).state == "waiting"
    assert may_have_arrived(home, saved)


@pytest.mark.parametrize(
    "trouble",
    [
        {"kind": "down"}, {"kind": "slow"}, {"kind": "lost"}, {"kind": "half"}, {"kind": "garbage"},
        {"kind": "refused", "status": 500}, {"kind": "refused", "status": 503},
        {"kind": "refused", "status": 429},
        {"kind": "refused", "status": 409, "body": {"error": "request_in_progress"}},
    ],
    ids=lambda one: f"{one['kind']} {one.get('status', '')}",
)  # fmt: skip
def test_no_answer_is_no_certainty(home, saved, trouble):
    home.server.trouble(on=SEND, **trouble)
    worker.work()
    assert cast.now(home, saved).state == "waiting"
    assert may_have_arrived(home, saved)


def test_where_no_connection_came_about_nothing_arrived(home, saved):
    home.server.trouble("away", on="*", times=3)
    worker.work()
    waiting = cast.now(home, saved)
    assert (waiting.state, waiting.reason) == ("waiting", "fullscript_not_answering")
    assert not may_have_arrived(home, saved)
    home.server.well_again()
    worker.work()
    assert cast.now(home, saved).state == "sent"
    assert home.server.calls[LOOK] == 0


def test_an_ended_connection_took_nothing(home, saved):
    home.server.revoke_all()
    worker.work()
    assert cast.now(home, saved).reason == "not_connected"
    assert not may_have_arrived(home, saved)


def test_given_up_without_an_answer_it_may_have_arrived(home, saved):
    home.server.trouble("down", on=SEND, times=1000)
    worker.work_until_given_up()
    assert cast.now(home, saved).state == "not_sent"
    assert may_have_arrived(home, saved)


def test_given_up_without_ever_being_reached_it_has_not(home, saved):
    home.server.trouble("away", on="*", times=1000)
    worker.work_until_given_up()
    assert cast.now(home, saved).state == "not_sent"
    assert not may_have_arrived(home, saved)


@pytest.mark.parametrize(
    "words", ["Metadata has already been taken", "Idempotency-Key was used with another request"]
)
def test_a_refusal_because_it_is_there_already_finds_it(home, saved, words):
    """An earlier try that was believed lost acted after the look."""
    home.server.trouble("lost", on=SEND)
    worker.work()
    home.server.trouble("refused", on=LOOK, status=200, body={"metadata": []})
    home.server.trouble("refused", on=SEND, status=422, body={"error": f'["{words}"]'})
    worker.work()
    sent = cast.now(home, saved)
    assert (sent.state, sent.remote_id) == ("sent", home.there.plans[0]["id"])


def test_a_refusal_because_it_is_there_that_is_not_found_is_no_certainty(home, saved):
    home.server.trouble("refused", on=SEND, status=422, body={"error": '["Metadata has already been taken"]'})
    worker.work()
    assert cast.now(home, saved).state == "not_sent"
    assert may_have_arrived(home, saved)


def test_a_look_that_found_nothing_is_certain_when_it_may_not_be_sent_any_more(home, carol, saved):
    home.server.trouble("down", on=SEND)
    worker.work()
    with tenancy.organization(home.pk):
        Patient.objects.filter(pk=carol.pk).update(is_active=False)
    worker.work()
    assert cast.now(home, saved).state == "not_sent"
    assert not may_have_arrived(home, saved)


def test_a_look_that_found_nothing_is_certain_while_it_waits_for_something(home, carol, saved):
    home.server.trouble("down", on=SEND)
    worker.work()
    with tenancy.organization(home.pk):
        PatientLink.objects.filter(patient=carol).update(state="question")
    worker.work()
    assert cast.now(home, saved).reason == "patient_not_linked"
    assert not may_have_arrived(home, saved)
