"""What waits does not depend on one job row: without one it is queued again within minutes (story 5.6)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from betony.clinic.prescriptions import jobs, queries
from betony.clinic.prescriptions.actions import changing, emails, envelopes, linking, revoking
from betony.clinic.prescriptions.models import Dispensary, PatientLink, PrescriptionChange, WebhookEnvelope
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import clock, tenancy
from betony.kit.jobs import testing

pytestmark = pytest.mark.slow

SEND = "POST /api/clinic/patients/*/treatment_plans"


@pytest.fixture
def home(settled):
    return settled


def lose_the_jobs():
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")


def minutes_later(count=11):
    return time_machine.travel(clock.now() + timedelta(minutes=count))


def look():
    """What happens every five minutes, without what the comparison itself brings."""
    jobs.synchronize_all()
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs where task_name = 'prescriptions.synchronize'")


def open_writer(home, patient):
    with tenancy.organization(home.pk):
        dispensary = queries.current_dispensary(home.actor("Alice"))
        linking.ask_for_link(by=home.actor("Alice"), patient=patient, dispensary=dispensary)


def queued(name):
    return [arguments for one, arguments in testing.queued() if one == f"prescriptions.{name}"]


def test_a_prescription_without_a_job_is_sent(home, carol):
    saved = cast.save(home, cast.draft(home, carol))
    lose_the_jobs()
    with minutes_later(9):
        look()
        worker.work()
        assert cast.now(home, saved).state == "waiting"
    with minutes_later():
        look()
        worker.work()
    assert cast.now(home, saved).state == "sent"
    assert len(home.there.plans) == 1


def test_one_whose_last_try_could_not_be_told_is_tried_again(home, carol):
    """Its job failed for good, as after a lock time-out while it was given up."""
    saved = cast.save(home, cast.draft(home, carol))
    home.server.trouble("lost", on=SEND)
    worker.work()
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'failed'")
    with minutes_later():
        look()
        worker.work()
    assert cast.now(home, saved).state == "sent"
    assert len(home.there.plans) == 1


def test_what_has_a_job_gets_no_second_one(home, carol):
    cast.save(home, cast.draft(home, carol))
    home.server.trouble("down", on=SEND)
    # A run that is tried again has let go of its key.
    worker.work()
    with minutes_later():
        look()
        testing.declared_job("prescriptions.queue_again")(organization_id=home.pk)
        assert len(queued("send")) == 1
        with connection.cursor() as cursor:
            cursor.execute(
                "update procrastinate_jobs set status = 'doing' where task_name = 'prescriptions.send'"
            )
        testing.declared_job("prescriptions.queue_again")(organization_id=home.pk)
    assert queued("send") == []


def test_what_waits_for_its_sender_or_a_link_is_left_to_wait(home, carol):
    cast.connect(home, "Nina")
    cast.write_as(home, "Nina")
    worker.work()
    priya = home.patient(first_name="Priya", email="family@example.com")
    home.there.add_patient("Mia", "Castle", "family@example.com")
    unanswered = cast.save(home, cast.draft(home, priya))
    ninas = cast.save(home, cast.draft(home, carol, "Nina"), "Nina")
    with tenancy.organization(home.pk):
        nina = queries.connection_of(home.actor("Nina"))
        type(nina).objects.filter(pk=nina.pk).update(broken_at=clock.now())
    worker.work()
    assert [cast.now(home, one).reason for one in (unanswered, ninas)] == [
        "patient_not_linked", "not_connected",
    ]  # fmt: skip
    with minutes_later():
        testing.declared_job("prescriptions.queue_again")(organization_id=home.pk)
        assert queued("send") == []
        with tenancy.organization(home.pk):
            type(nina).objects.filter(pk=nina.pk).update(broken_at=None)
            PatientLink.objects.filter(patient=priya).update(state="linked", remote_id="somebody")
        testing.declared_job("prescriptions.queue_again")(organization_id=home.pk)
    assert {one["prescription_id"] for one in queued("send")} == {str(unanswered.pk), str(ninas.pk)}


def test_a_patient_who_is_being_set_up_without_a_job_is_set_up(home):
    omar = home.patient(first_name="Omar", email="omar@example.com")
    saved = cast.save(home, cast.draft(home, omar))
    lose_the_jobs()
    assert cast.link_of(home, omar).state == "creating"
    with minutes_later():
        look()
        worker.work()
    assert cast.link_of(home, omar).state == "linked"
    assert cast.now(home, saved).state == "sent"
    assert len(home.there.patients) == 1


def test_who_opens_the_writer_need_not_wait_for_that(home):
    omar = home.patient(first_name="Omar", email="omar@example.com")
    for _ in range(2):
        open_writer(home, omar)
        assert len(queued("set_up_patient")) == 1
    lose_the_jobs()
    open_writer(home, omar)
    worker.work()
    assert cast.link_of(home, omar).state == "linked"
    assert len(home.there.patients) == 1


def test_a_change_without_a_job_is_sent(home, sent):
    with tenancy.organization(home.pk):
        changing.ask_to_cancel(
            by=home.actor("Alice"), prescription=sent, version=sent.version, why="moved away"
        )
    lose_the_jobs()
    with minutes_later():
        look()
        worker.work()
    with tenancy.organization(home.pk):
        assert PrescriptionChange.objects.get().state == "done"
    assert cast.now(home, sent).state == "cancelled"


def test_an_e_mail_that_is_being_updated_without_a_job_is_updated(home, carol):
    with tenancy.organization(home.pk):
        type(carol).objects.filter(pk=carol.pk).update(email="new@example.com")
        emails.ask_for_update(by=home.actor("Alice"), link=cast.link_of(home, carol))
    lose_the_jobs()
    with minutes_later():
        look()
        worker.work()
    assert cast.link_of(home, carol).email_update_asked_at is None
    assert home.there.patients[0]["email"] == "new@example.com"


def test_a_matching_that_stopped_without_a_job_goes_on(home):
    with tenancy.organization(home.pk):
        Dispensary.objects.update(matching_began_at=clock.now(), matched_at=None, matching_after=None)
    with minutes_later():
        look()
        worker.work()
    with tenancy.organization(home.pk):
        assert Dispensary.objects.get().matched_at is not None


def test_a_webhook_without_a_job_is_worked_on_and_one_given_up_is_not(home, carol):
    for _ in range(2):
        cast.write_plan(home)
    jobs.synchronize(organization_id=home.pk)
    first, *others = WebhookEnvelope.objects.filter(worked_on_at=None)
    lose_the_jobs()
    envelopes.note_given_up(envelope_id=first.pk)
    with minutes_later():
        look()
        assert {one["envelope_id"] for one in queued("work_on_envelope")} == {str(one.pk) for one in others}
        worker.work()
    assert list(WebhookEnvelope.objects.filter(worked_on_at=None)) == [first]


def test_without_a_live_connection_nothing_is_queued_in_vain(home, carol):
    cast.save(home, cast.draft(home, carol))
    lose_the_jobs()
    home.server.revoke_all()
    jobs.synchronize(organization_id=home.pk)
    with minutes_later():
        testing.declared_job("prescriptions.queue_again")(organization_id=home.pk)
        assert queued("send") == []
        cast.connect(home)
        worker.work()
    assert len(home.there.plans) == 1


# What the connection does not cover


def test_a_patient_whom_the_connection_does_not_allow_to_set_up_is_said_to_be_not_set_up(home):
    home.server.trouble("refused", on="GET /api/clinic/search/patients", times=1000, status=403)
    omar = home.patient(first_name="Omar", email="omar@example.com")
    saved = cast.save(home, cast.draft(home, omar))
    assert not worker.work().failed
    link = cast.link_of(home, omar)
    assert (link.state, link.reason) == ("failed", "This Fullscript connection does not allow that.")
    assert cast.now(home, saved).state == "not_sent"


def test_a_webhook_the_connection_does_not_cover_is_given_up(home, carol):
    cast.write_plan(home)
    jobs.synchronize(organization_id=home.pk)
    home.server.trouble("refused", on="GET /api/clinic/treatment_plans/*", times=1000, status=403)
    assert not worker.work().failed
    about_plans = WebhookEnvelope.objects.filter(event_type__startswith="treatment_plan.")
    assert {one.outcome for one in about_plans} == {"gave up"}


def test_resetting_leaves_nothing_to_queue_again(home, carol):
    cast.save(home, cast.draft(home, carol))
    lose_the_jobs()
    with tenancy.organization(home.pk):
        revoking.disconnect(by=home.actor("Alice"))
    with minutes_later():
        testing.declared_job("prescriptions.queue_again")(organization_id=home.pk)
        assert queued("send") == []
