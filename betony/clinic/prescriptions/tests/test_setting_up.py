"""Setting a patient up at the dispensary from the writer: once, and never who may not be (story 4.3)."""

import pytest

from betony.clinic.patients.models import Consent, Patient
from betony.clinic.prescriptions import failures, queries
from betony.clinic.prescriptions.actions import linking, revoking
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy

pytestmark = pytest.mark.slow


@pytest.fixture
def home(settled):
    return settled


def open_writer(home, patient, name="Alice"):
    """Do what opening the writer for the patient does."""
    by = home.actor(name)
    with tenancy.organization(home.pk):
        return linking.ask_for_link(by=by, patient=patient, dispensary=queries.current_dispensary(by))


CREATE = "POST /api/clinic/patients"


def test_opening_the_writer_creates_the_patient_who_is_then_welcomed(home):
    carol = home.patient(mobile_phone="+16075550142", sex="female")
    open_writer(home, carol)
    assert not worker.work().failed
    (there,) = home.there.patients
    assert there["metadata"] == {"id": str(carol.pk)}
    assert (there["date_of_birth"], there["gender"]) == ("1980-04-03", "female")
    assert there["mobile_number"] == "+16075550142"
    assert home.there.mails == [("carol@example.com", "welcome")]
    assert (cast.link_of(home, carol).state, cast.link_of(home, carol).how) == ("linked", "created")


def test_opening_twice_creates_one_patient(home):
    carol = home.patient()
    first, second = open_writer(home, carol), open_writer(home, carol)
    worker.work()
    third = open_writer(home, carol)
    worker.work()
    assert first.pk == second.pk == third.pk
    assert home.server.calls[CREATE] == 1


@pytest.mark.parametrize("kind", ["lost", "half", "slow", "down", "garbage"])
def test_after_an_unknown_outcome_there_is_still_one_patient_and_one_mail(home, kind):
    carol = home.patient()
    home.server.trouble(kind, on=CREATE)
    open_writer(home, carol)
    assert worker.work().failed == ["prescriptions.set_up_patient"]
    assert cast.link_of(home, carol).state == "creating"
    worker.work()
    assert cast.link_of(home, carol).state == "linked"
    assert len(home.there.patients) == 1
    assert len(home.there.mails) == 1


def test_after_an_unknown_outcome_a_changed_name_still_finds_the_one_we_made(home):
    carol = home.patient()
    home.server.trouble("lost", on=CREATE)
    open_writer(home, carol)
    worker.work()
    with tenancy.organization(home.pk):
        Patient.objects.filter(pk=carol.pk).update(first_name="Caroline", email="c@example.com",
                                                   email_key="c@example.com")  # fmt: skip
    worker.work()
    assert cast.link_of(home, carol).remote_id == home.there.patients[0]["id"]
    assert len(home.there.patients) == 1


def test_who_refused_email_is_created_without_a_welcome(home):
    carol = home.patient(email_consent=Consent.REFUSED)
    open_writer(home, carol)
    worker.work()
    assert len(home.there.patients) == 1
    assert home.there.mails == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"shares_with_dispensary": Consent.REFUSED}, "refused"),
        ({"is_active": False}, "inactive"),
        ({"deceased_date": "2020-01-01"}, "deceased"),
        ({"email": ""}, "no email"),
    ],
    ids=["refused sharing", "inactive", "deceased", "no email"],
)
def test_who_may_not_be_shared_is_never_created(home, fields, words):
    carol = home.patient(**fields)
    before = home.server.calls.total()
    with pytest.raises(failures.PatientCannotBeShared, match=words):
        open_writer(home, carol)
    worker.work()
    assert home.there.patients == []
    assert home.server.calls.total() == before


def test_who_refuses_between_the_click_and_the_worker_is_not_created_and_what_waited_is_not_sent(home):
    carol = home.patient()
    prescription = cast.save(home, cast.draft(home, carol))
    with tenancy.organization(home.pk):
        Patient.objects.filter(pk=carol.pk).update(shares_with_dispensary=Consent.REFUSED)
    before = home.server.calls.total()
    worker.work()
    assert home.there.patients == []
    assert home.server.calls.total() == before
    assert cast.link_of(home, carol).state == "failed"
    assert cast.now(home, prescription).state == "not_sent"


def test_a_refusal_there_is_said_in_its_own_words_and_what_waited_is_not_sent(home):
    carol = home.patient(email="broken@nowhere")
    prescription = cast.save(home, cast.draft(home, carol))
    worker.work()
    link = cast.link_of(home, carol)
    assert (link.state, link.reason) == ("failed", "Email is invalid")
    waiting = cast.now(home, prescription)
    assert (waiting.state, waiting.reason) == ("not_sent", "Email is invalid")


def test_somebody_who_may_be_another_person_is_a_question_and_nothing_is_created(home):
    home.there.add_patient("Priya", "Castle", "carol@example.com")
    carol = home.patient()
    prescription = cast.save(home, cast.draft(home, carol))
    worker.work()
    link = cast.link_of(home, carol)
    assert (link.state, link.reason, link.remote_id) == ("question", "first_name_differs", None)
    assert len(home.there.patients) == 1
    waiting = cast.now(home, prescription)
    assert (waiting.state, waiting.reason) == ("waiting", "patient_not_linked")


def test_when_the_tries_are_used_up_the_link_and_what_waits_say_so(home):
    home.server.trouble("refused", on=CREATE, times=1000)
    carol = home.patient()
    prescription = cast.save(home, cast.draft(home, carol))
    worker.work_until_given_up()
    assert cast.link_of(home, carol).state == "failed"
    assert cast.now(home, prescription).state == "not_sent"
    assert "Fullscript is not answering" in cast.now(home, prescription).reason
    home.server.well_again()
    open_writer(home, carol)
    worker.work()
    assert cast.link_of(home, carol).state == "linked"


def test_a_connection_lost_meanwhile_is_waited_for(home):
    carol = home.patient()
    prescription = cast.save(home, cast.draft(home, carol))
    home.server.revoke_all()
    assert not worker.work().failed
    assert cast.link_of(home, carol).state == "creating"
    cast.connect(home)
    worker.work()
    assert cast.link_of(home, carol).state == "linked"
    assert cast.now(home, prescription).state == "sent"


def test_any_live_connection_of_the_clinic_serves(home):
    cast.connect(home, "Nina")
    carol = home.patient()
    open_writer(home, carol, "Nina")
    with tenancy.organization(home.pk):
        revoking.disconnect(by=home.actor("Nina"))
    worker.work()
    assert cast.link_of(home, carol).state == "linked"
