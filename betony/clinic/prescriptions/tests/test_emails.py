"""An email that was changed here or at the dispensary: asked, paused, updated, kept (story 4.5)."""

import pytest
from django.db import connection

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import failures, jobs, queries
from betony.clinic.prescriptions.actions import emails, revoking, unlinking, writing
from betony.clinic.prescriptions.models import PatientLink
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy

pytestmark = pytest.mark.slow

NEW = "carol.castle@example.com"
PATCH = "PATCH /api/clinic/patients/*"


@pytest.fixture
def home(settled, carol):
    return settled


def change_here(home, patient, email=NEW):
    """Change the chart's email, and do what saving the profile queues."""
    with tenancy.organization(home.pk):
        Patient.objects.filter(pk=patient.pk).update(email=email, email_key=email.casefold())
    jobs.match_patient.queue(organization_id=home.pk, patient_id=patient.pk)
    return worker.work()


def standing(home, patient):
    with tenancy.organization(home.pk):
        link = PatientLink.objects.current().get(patient=patient)
        return queries.email_standing(link, Patient.objects.get(pk=patient.pk))


def act(home, action, patient, name="Alice"):
    with tenancy.organization(home.pk):
        return action(by=home.actor(name), link=PatientLink.objects.current().get(patient=patient))


def test_linking_learns_the_email_there(home, carol):
    jobs.match_patient.queue(organization_id=home.pk, patient_id=carol.pk)
    worker.work()
    link = cast.link_of(home, carol)
    assert (link.remote_email, link.email_settled) == ("carol@example.com", "carol@example.com")
    assert standing(home, carol) == "agreed"


def test_after_a_change_here_nothing_is_sent_until_somebody_answers(home, carol):
    change_here(home, carol)
    assert standing(home, carol) == "changed_here"
    prescription = cast.save(home, cast.draft(home, carol))
    worker.work()
    paused = cast.now(home, prescription)
    assert (paused.state, paused.reason) == ("waiting", "email_changed_here")
    assert home.there.plans == []
    assert home.there.patients[0]["email"] == "carol@example.com"


def test_update_at_fullscript_changes_it_there_and_sends_what_waited(home, carol):
    change_here(home, carol)
    prescription = cast.save(home, cast.draft(home, carol))
    worker.work()
    act(home, emails.ask_for_update, carol, "Bob")
    act(home, emails.ask_for_update, carol, "Bob")
    assert not worker.work().failed
    assert home.there.patients[0]["email"] == NEW
    sent = cast.now(home, prescription)
    assert (sent.state, sent.sent_to_email) == ("sent", NEW)
    assert standing(home, carol) == "agreed"
    assert cast.link_of(home, carol).email_update_asked_at is None


def test_keep_their_email_sends_what_waited_to_the_address_there(home, carol):
    change_here(home, carol)
    prescription = cast.save(home, cast.draft(home, carol))
    worker.work()
    act(home, emails.keep_theirs, carol)
    act(home, emails.keep_theirs, carol)
    worker.work()
    sent = cast.now(home, prescription)
    assert (sent.state, sent.sent_to_email) == ("sent", "carol@example.com")
    assert standing(home, carol) == "differs_there"
    change_here(home, carol, "third@example.com")
    assert standing(home, carol) == "changed_here"


def test_changing_it_back_here_is_an_answer_too(home, carol):
    change_here(home, carol)
    prescription = cast.save(home, cast.draft(home, carol))
    worker.work()
    change_here(home, carol, "carol@example.com")
    worker.work()
    assert cast.now(home, prescription).state == "sent"


def test_a_refusal_there_is_said_and_the_question_stands(home, carol):
    home.there.add_patient("Somebody", "Else", NEW)
    change_here(home, carol)
    act(home, emails.ask_for_update, carol)
    worker.work()
    link = cast.link_of(home, carol)
    assert (link.email_update_refused, link.email_update_asked_at) == ("Email has already been taken", None)
    assert standing(home, carol) == "changed_here"


def test_an_update_is_tried_again_and_at_last_given_up(home, carol):
    change_here(home, carol)
    act(home, emails.ask_for_update, carol)
    home.server.trouble("down", on=PATCH)
    assert worker.work().failed == ["prescriptions.update_email"]
    worker.work()
    assert home.there.patients[0]["email"] == NEW
    change_here(home, carol, "third@example.com")
    act(home, emails.ask_for_update, carol)
    home.server.trouble("down", on=PATCH, times=1000)
    worker.work_until_given_up()
    link = cast.link_of(home, carol)
    assert link.email_update_asked_at is None
    assert "not answering" in link.email_update_refused
    assert standing(home, carol) == "changed_here"


def test_a_second_change_while_the_first_is_under_way_is_a_question_again(home, carol):
    change_here(home, carol)
    act(home, emails.ask_for_update, carol)

    def meanwhile():
        with tenancy.organization(home.pk):
            Patient.objects.filter(pk=carol.pk).update(email="third@example.com")

    home.server.meanwhile(meanwhile, on=PATCH)
    worker.work()
    assert (standing(home, carol), cast.link_of(home, carol).remote_email) == ("changed_here", NEW)
    assert cast.link_of(home, carol).email_update_asked_at is None


def test_a_change_there_is_shown_and_never_overwrites_ours(home, carol):
    jobs.match_patient.queue(organization_id=home.pk, patient_id=carol.pk)
    worker.work()
    row = home.there.patients[0]
    row["email"], row["last_name"] = "there@example.com", "Castle-Moss"
    with tenancy.working_for(home.pk):
        from betony.clinic.prescriptions.exchange import emails as looking

        looking.see_by_id(home.pk, row["id"])
    link = cast.link_of(home, carol)
    assert (link.remote_email, link.remote_name) == ("there@example.com", "Carol Castle-Moss")
    assert standing(home, carol) == "differs_there"
    with tenancy.organization(home.pk):
        assert Patient.objects.get(pk=carol.pk).email == "carol@example.com"
    prescription = cast.save(home, cast.draft(home, carol))
    worker.work()
    assert cast.now(home, prescription).sent_to_email == "there@example.com"


def test_an_unlinked_patient_is_asked_about_no_more(home, carol):
    change_here(home, carol)
    link = cast.link_of(home, carol)
    with tenancy.organization(home.pk):
        unlinking.unlink(by=home.actor("Alice"), link=link)
        for action in (emails.ask_for_update, emails.keep_theirs):
            with pytest.raises(failures.NotLinked):
                action(by=home.actor("Alice"), link=link)


def give_another(home, patient, email):
    link = cast.link_of(home, patient)
    return cast.inside(home, emails.give_another, by=home.actor("Bob"), link=link, email=email)


def forget_there(home, patient):
    """Have the link not know the email at the dispensary."""
    with tenancy.organization(home.pk):
        PatientLink.objects.filter(patient=patient).update(remote_email="")


@pytest.mark.parametrize("is_known", [True, False])
def test_another_email_for_fullscript_pauses_sending_until_it_is_accepted_there(home, carol, is_known):
    if not is_known:
        forget_there(home, carol)
    home.server.trouble("down", on=PATCH, times=2)
    give_another(home, carol, NEW)
    prescription = cast.save(home, cast.draft(home, carol))
    worker.work()
    paused = cast.now(home, prescription)
    assert (paused.state, paused.reason) == ("waiting", "email_changed_here")
    assert home.there.plans == []
    for _ in range(3):
        worker.work()
    sent, link = cast.now(home, prescription), cast.link_of(home, carol)
    assert (sent.state, sent.sent_to_email) == ("sent", NEW)
    assert (link.email_for_fullscript, link.remote_email, link.email_update_asked_at) == (NEW, NEW, None)
    assert home.there.patients[0]["email"] == NEW
    with tenancy.organization(home.pk):
        assert Patient.objects.get(pk=carol.pk).email == "carol@example.com"


def test_what_was_saved_just_before_waits_for_the_other_email_too(home, carol):
    forget_there(home, carol)
    prescription = cast.save(home, cast.draft(home, carol))
    give_another(home, carol, NEW)
    home.server.trouble("down", on=PATCH)
    worker.work()
    assert (cast.now(home, prescription).reason, home.there.plans) == ("email_changed_here", [])
    worker.work()
    worker.work()
    assert cast.now(home, prescription).sent_to_email == NEW


@pytest.mark.parametrize("is_known", [True, False])
def test_another_email_that_is_refused_there_is_a_question_and_sends_nothing(home, carol, is_known):
    if not is_known:
        forget_there(home, carol)
    home.there.add_patient("Somebody", "Else", NEW)
    give_another(home, carol, NEW)
    prescription = cast.save(home, cast.draft(home, carol))
    worker.work()
    worker.work()
    link = cast.link_of(home, carol)
    assert (link.email_update_refused, standing(home, carol)) == (
        "Email has already been taken",
        "changed_here",
    )
    assert cast.now(home, prescription).state == "waiting"
    give_another(home, carol, "carol.c@example.com")
    worker.work()
    assert cast.now(home, prescription).sent_to_email == "carol.c@example.com"


def test_the_charts_own_email_given_again_stands_for_itself(home, carol):
    give_another(home, carol, NEW)
    worker.work()
    give_another(home, carol, " Carol@Example.com ")
    worker.work()
    link = cast.link_of(home, carol)
    assert (link.email_for_fullscript, link.remote_email) == ("", "carol@example.com")
    assert standing(home, carol) == "agreed"


def test_going_back_to_the_email_that_stands_there_sends_what_waited(home, carol):
    home.there.add_patient("Somebody", "Else", NEW)
    give_another(home, carol, NEW)
    prescription = cast.save(home, cast.draft(home, carol))
    worker.work()
    give_another(home, carol, "carol@example.com")
    worker.work()
    assert cast.now(home, prescription).state == "sent"
    assert cast.link_of(home, carol).email_update_refused == ""


def test_no_other_email_is_taken_while_one_is_being_updated(home, carol):
    give_another(home, carol, NEW)
    with pytest.raises(failures.EmailUpdateUnderWay):
        give_another(home, carol, "third@example.com")


def test_an_email_changed_back_while_the_update_was_on_its_way_is_a_question(home, carol):
    change_here(home, carol)
    act(home, emails.ask_for_update, carol)

    def meanwhile():
        with tenancy.organization(home.pk):
            Patient.objects.filter(pk=carol.pk).update(email="carol@example.com")

    home.server.meanwhile(meanwhile, on=PATCH)
    prescription = cast.save(home, cast.draft(home, carol))
    worker.work()
    worker.work()
    assert (home.there.patients[0]["email"], standing(home, carol)) == (NEW, "changed_here")
    assert cast.now(home, prescription).state == "waiting"


def test_who_else_goes_by_an_email_is_found_without_case_by_an_index(home, carol):
    omar = home.patient(first_name="Omar", email="omar@example.com")
    cast.link(home, omar)
    with tenancy.organization(home.pk):
        PatientLink.objects.filter(patient=carol).update(remote_email="Carol.There@Example.com")
        link = PatientLink.objects.current().get(patient=omar)
        with pytest.raises(failures.EmailOfAnother):
            emails.check_is_nobody_elses(link=link, email=" cAROL.there@example.com")
    rows = PatientLink.objects.current().filter(organization_id=home.pk)
    for key, index in (
        ("email_given_key", "link_by_email_given"),
        ("email_there_key", "link_by_email_there"),
    ):
        with tenancy.organization(home.pk), connection.cursor() as cursor:
            # In an order that no other index has; few rows would be read any other way.
            for other in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"set local enable_{other} = off")
            plan = rows.filter(**{f"{key}__gte": NEW}).order_by(key).explain()
        # Beneath row-level security `upper(…) = …` would be a filter, whatever index there is.
        assert index in plan
        assert f"({key} >= '{NEW}'::text)" in plan.partition("Index Cond")[2].splitlines()[0]


def test_the_email_for_fullscript_counts_and_not_the_charts(home, carol):
    with tenancy.organization(home.pk):
        PatientLink.objects.filter(patient=carol).update(
            email_for_fullscript="carol@example.com", remote_email="carol@example.com",
            email_settled="carol@example.com",
        )  # fmt: skip
    change_here(home, carol)
    assert standing(home, carol) == "agreed"


def test_an_update_asked_for_before_the_last_one_left_is_made_when_somebody_connects(home, carol):
    """Update at Fullscript while it is down, Reset User, connected again."""
    change_here(home, carol)
    prescription = cast.save(home, cast.draft(home, carol))
    worker.work()
    act(home, emails.ask_for_update, carol)
    home.server.trouble("down", on=PATCH)
    worker.work()
    cast.inside(home, revoking.disconnect, by=home.actor("Alice"))
    worker.work()
    assert cast.link_of(home, carol).email_update_asked_at is not None
    cast.connect(home)
    cast.write_as(home, "Alice")
    for _ in range(3):
        worker.work()
    assert home.there.patients[0]["email"] == NEW
    assert cast.link_of(home, carol).email_update_asked_at is None
    cast.inside(home, writing.try_again, by=home.actor("Alice"), prescription=prescription)
    worker.work()
    assert cast.now(home, prescription).sent_to_email == NEW


def test_a_connection_that_may_not_look_at_patients_is_a_refusal_and_not_the_end(home, carol):
    change_here(home, carol)
    forget_there(home, carol)
    act(home, emails.ask_for_update, carol)
    home.server.trouble("refused", on="GET /api/clinic/patients/*", status=403)
    worker.work()
    link = cast.link_of(home, carol)
    assert (link.email_update_asked_at, link.email_update_refused) == (
        None, "This Fullscript connection does not allow that.",
    )  # fmt: skip
