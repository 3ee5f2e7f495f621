"""Who is who, answered by people: the question, the answers, and **Email for Fullscript** (story 4.4)."""

import pytest

from betony.clinic.patients.models import Consent, Patient
from betony.clinic.prescriptions import events, failures, history, jobs, queries
from betony.clinic.prescriptions.actions import answering, linking
from betony.clinic.prescriptions.models import LinkCandidate
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy
from betony.kit.actor import NotPermitted

pytestmark = pytest.mark.slow

FAMILY = "raman.family@example.com"
CREATE = "POST /api/clinic/patients"


@pytest.fixture
def home(settled):
    return settled


@pytest.fixture
def family(home):
    """Priya and Mia Raman share an email; Priya is a patient of the dispensary."""
    home.priya_there = home.there.add_patient("Priya", "Raman", FAMILY, date_of_birth="1985-06-09")
    home.priya = home.patient(first_name="Priya", last_name="Raman", email=FAMILY, date_of_birth="1985-06-09")
    home.mia = home.patient(first_name="Mia", last_name="Raman", email=FAMILY, date_of_birth="2015-01-23")
    return home


def open_writer(home, patient, name="Alice"):
    by = home.actor(name)
    with tenancy.organization(home.pk):
        link = linking.ask_for_link(by=by, patient=patient, dispensary=queries.current_dispensary(by))
    worker.work()
    return link


def candidate_of(home, patient):
    with tenancy.organization(home.pk):
        link = queries.current_link(patient.pk, queries.current_dispensary(home.actor("Alice")))
        return link.candidates.select_related("link").get()


def answer(home, patient, what, name="Alice", seen=""):
    with tenancy.organization(home.pk):
        return answering.answer(
            by=home.actor(name), candidate=candidate_of(home, patient), answer=what, seen=seen
        )


def give_email(home, patient, email, *, is_writer_open=True):
    with tenancy.organization(home.pk):
        link = queries.current_link(patient.pk, queries.current_dispensary(home.actor("Alice")))
        return answering.give_email(
            by=home.actor("Alice"), link=link, email=email, is_writer_open=is_writer_open
        )


def test_the_question_keeps_the_person_there_as_last_seen(family):
    open_writer(family, family.mia)
    link, candidate = cast.link_of(family, family.mia), candidate_of(family, family.mia)
    assert (link.state, link.reason) == ("question", "shared_email")
    assert (candidate.full_name, candidate.email, str(candidate.date_of_birth)) == (
        "Priya Raman", FAMILY, "1985-06-09",
    )  # fmt: skip
    assert (candidate.answer, candidate.answered_by) == ("", None)
    family.priya_there["last_name"] = "Raman-Shah"
    open_writer(family, family.mia)
    assert candidate_of(family, family.mia).full_name == "Priya Raman-Shah"


def test_same_person_links_and_brings_the_history_and_is_remembered(family):
    family.there.write_plan(
        family.priya_there, family.there.practitioners[0], [family.zinc["variants"][0]["id"]]
    )
    open_writer(family, family.priya)
    answer(family, family.priya, "same")
    worker.work()
    link, candidate = cast.link_of(family, family.priya), candidate_of(family, family.priya)
    assert (link.state, link.how, link.remote_id) == ("linked", "confirmed", family.priya_there["id"])
    assert (candidate.answer, candidate.answered_by_id) == ("same", family.members["Alice"].pk)
    with tenancy.organization(family.pk):
        assert len(history.prescriptions(family.priya.pk)) == 1


def test_after_different_person_nothing_is_created_until_an_email_is_given(family):
    open_writer(family, family.mia)
    answer(family, family.mia, "different")
    open_writer(family, family.mia)
    link = cast.link_of(family, family.mia)
    assert (link.state, link.reason) == ("failed", "email_is_anothers")
    assert family.server.calls[CREATE] == 0
    give_email(family, family.mia, "mia@example.com")
    worker.work()
    link = cast.link_of(family, family.mia)
    assert (link.state, link.how, link.email_for_fullscript) == ("linked", "created", "mia@example.com")
    assert [one["email"] for one in family.there.patients] == [FAMILY, "mia@example.com"]
    assert family.there.mails == [("mia@example.com", "welcome")]
    with tenancy.organization(family.pk):
        assert Patient.objects.get(pk=family.mia.pk).email == FAMILY


def test_an_email_given_outside_the_writer_waits_for_the_writer(family):
    jobs.match_patient.queue(organization_id=family.pk, patient_id=family.mia.pk)
    worker.work()
    answer(family, family.mia, "different", name="Bob")
    give_email(family, family.mia, "mia@example.com", is_writer_open=False)
    worker.work()
    assert cast.link_of(family, family.mia).state == "ready"
    assert len(family.there.patients) == 1
    open_writer(family, family.mia)
    assert cast.link_of(family, family.mia).state == "linked"
    assert len(family.there.patients) == 2


def test_what_waits_is_sent_once_the_question_is_answered(family):
    prescription = cast.save(family, cast.draft(family, family.mia))
    worker.work()
    assert cast.now(family, prescription).reason == "patient_not_linked"
    answer(family, family.mia, "different")
    give_email(family, family.mia, "mia@example.com", is_writer_open=False)
    worker.work()
    sent = cast.now(family, prescription)
    assert (sent.state, sent.sent_to_email) == ("sent", "mia@example.com")
    (plan,) = family.there.plans
    assert plan["patient"]["id"] != family.priya_there["id"]


def test_of_two_who_answer_one_wins_and_the_other_is_told_who(family):
    open_writer(family, family.priya)
    answer(family, family.priya, "different", name="Nina")
    with pytest.raises(failures.AnsweredMeanwhile, match=r"Nina Archer answered .Different person."):
        answer(family, family.priya, "same", name="Alice")
    assert candidate_of(family, family.priya).answer == "different"
    assert cast.link_of(family, family.priya).state == "failed"


def test_the_same_answer_twice_is_one_answer(family):
    open_writer(family, family.priya)
    answer(family, family.priya, "same", name="Nina")
    answer(family, family.priya, "same", name="Alice")
    assert candidate_of(family, family.priya).answered_by_id == family.members["Nina"].pk


def test_a_mistaken_different_person_can_be_taken_back(family):
    open_writer(family, family.priya)
    answer(family, family.priya, "different")
    answer(family, family.priya, "same", seen="different")
    assert cast.link_of(family, family.priya).state == "linked"


def test_nobody_is_linked_to_two_charts_by_an_answer(family):
    open_writer(family, family.priya)
    answer(family, family.priya, "same")
    open_writer(family, family.mia)
    with pytest.raises(failures.LinkedToAnother):
        answer(family, family.mia, "same")
    assert cast.link_of(family, family.mia).state == "question"
    assert candidate_of(family, family.mia).answer == ""


def test_who_may_not_be_shared_any_more_is_not_linked_by_an_answer(family):
    open_writer(family, family.priya)
    with tenancy.organization(family.pk):
        Patient.objects.filter(pk=family.priya.pk).update(shares_with_dispensary=Consent.REFUSED)
    with pytest.raises(failures.PatientCannotBeShared):
        answer(family, family.priya, "same")
    jobs.match_patient.queue(organization_id=family.pk, patient_id=family.priya.pk)
    worker.work()
    assert cast.link_of(family, family.priya) is None


@pytest.mark.parametrize("name", ["Theo", "Olga"])
def test_billers_and_auditors_answer_nothing(family, name):
    open_writer(family, family.priya)
    with pytest.raises(NotPermitted):
        answer(family, family.priya, "same", name=name)


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("carol@example.com", "Another patient here"),
        ("Zoe.There@example.com", "Another patient here"),
        (" RAMAN.family@example.com", "Another patient here|somebody else"),
    ],
    ids=["another chart's", "of another chart's link", "the one that was the question"],
)
def test_an_email_of_somebody_else_is_refused(family, email, words):
    family.patient()
    zoe = family.patient(first_name="Zoë", email="zoe@example.com")
    cast.link(family, zoe)
    with tenancy.organization(family.pk):
        type(cast.link_of(family, zoe)).objects.filter(patient=zoe).update(
            remote_email="zoe.there@example.com"
        )
    open_writer(family, family.mia)
    answer(family, family.mia, "different")
    with pytest.raises(failures.EmailOfAnother, match=words):
        give_email(family, family.mia, email)
    assert cast.link_of(family, family.mia).email_for_fullscript == ""


def test_an_email_the_dispensary_refuses_can_be_given_again(family):
    open_writer(family, family.mia)
    answer(family, family.mia, "different")
    give_email(family, family.mia, "mia@nowhere")
    worker.work()
    link = cast.link_of(family, family.mia)
    assert (link.state, link.reason) == ("failed", "Email is invalid")
    give_email(family, family.mia, "mia@example.com")
    worker.work()
    assert cast.link_of(family, family.mia).state == "linked"


def test_a_dependent_of_the_guardian_there_is_offered_too(family):
    mia_there = family.there.add_dependent(
        family.priya_there["id"], "Mia", "Raman", date_of_birth="2015-01-23"
    )
    open_writer(family, family.mia)
    with tenancy.organization(family.pk):
        people = {one.first_name: one for one in LinkCandidate.objects.all()}
        assert (people["Mia"].is_dependent, people["Priya"].is_dependent) == (True, False)
        answering.answer(by=family.actor("Alice"), candidate=people["Mia"], answer="same", seen="")
    assert cast.link_of(family, family.mia).remote_id == mia_there["id"]


def test_a_question_that_no_longer_stands_is_dropped(family):
    jobs.match_patient.queue(organization_id=family.pk, patient_id=family.mia.pk)
    worker.work()
    family.priya_there["email"] = "priya@example.com"
    jobs.match_patient.queue(organization_id=family.pk, patient_id=family.mia.pk)
    worker.work()
    assert cast.link_of(family, family.mia) is None
    assert family.server.calls[CREATE] == 0


def test_asking_and_answering_are_told_once(family, published):
    jobs.match_patient(organization_id=family.pk, patient_id=family.mia.pk)
    jobs.match_patient(organization_id=family.pk, patient_id=family.mia.pk)
    answer(family, family.mia, "different")
    told = [
        one for one in published if isinstance(one, events.LinkQuestionAsked | events.LinkQuestionAnswered)
    ]
    assert told == [
        events.LinkQuestionAsked(organization_id=family.pk, patient_id=family.mia.pk),
        events.LinkQuestionAnswered(organization_id=family.pk, patient_id=family.mia.pk),
    ]


def take_away_email(family, patient):
    """Somebody empties the email in the profile."""
    with tenancy.organization(family.pk):
        Patient.objects.filter(pk=patient.pk).update(email="", email_key="")
        patient.refresh_from_db()


@pytest.mark.parametrize("is_known_there", [True, False])
def test_who_has_only_an_email_for_fullscript_is_set_up_and_prescribed_for(family, is_known_there):
    mia_there = (
        family.there.add_patient("Mia", "Raman", "mia@example.com", date_of_birth="2015-01-23")
        if is_known_there
        else None
    )
    open_writer(family, family.mia)
    answer(family, family.mia, "different")
    take_away_email(family, family.mia)
    link = cast.link_of(family, family.mia)
    cast.inside(
        family, answering.give_email, by=family.actor("Alice"), link=link, email="mia@example.com",
        is_writer_open=False,
    )  # fmt: skip
    open_writer(family, family.mia)
    made = cast.link_of(family, family.mia)
    assert (made.state, made.remote_email) == ("linked", "mia@example.com")
    assert mia_there is None or made.remote_id == mia_there["id"]
    prescription = cast.save(family, cast.draft(family, family.mia))
    worker.work()
    assert cast.now(family, prescription).sent_to_email == "mia@example.com"


def test_who_has_no_email_of_any_kind_is_still_refused(family):
    open_writer(family, family.mia)
    answer(family, family.mia, "different")
    take_away_email(family, family.mia)
    with pytest.raises(failures.PatientCannotBeShared, match="no email"):
        cast.draft(family, family.mia)
