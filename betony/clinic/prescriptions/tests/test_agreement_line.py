"""What people see of the agreement: the line, **Sync now**, and what waits and why."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions import jobs
from betony.clinic.prescriptions.models import Dispensary, HistoryCursor, PatientLink
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import clock, tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.jobs import testing

pytestmark = pytest.mark.slow

LINE, SYNC, WAITING, MATCHING = (
    reverse(f"fullscript:{name}") for name in ("show_agreement", "sync_now", "list_waiting", "show_matching")
)


@pytest.fixture
def home(settled, carol):
    return settled


def page(home, address=LINE, name="Alice", **headers):
    return factories.signed_in(home.members[name]).get(address, headers=headers).content.decode()


def press(home, name="Alice"):
    return factories.signed_in(home.members[name]).post(SYNC, headers={"HX-Request": "true"})


def test_the_line_says_as_whom_and_when(home):
    jobs.synchronize(organization_id=home.pk)
    with time_machine.travel(clock.now() + timedelta(minutes=2, seconds=3), tick=False):
        shown = page(home)
    assert "Fullscript connected as Alice Archer" in shown
    assert "Synced 2 minutes ago" in shown
    assert "Sync now" in shown


def test_nothing_stands_there_before_anybody_connected(db):
    home = cast.house()
    assert page(home).strip() == ""


def test_a_colleague_sees_the_dispensary_and_no_name(home):
    jobs.synchronize(organization_id=home.pk)
    shown = page(home, name="Nina")
    assert "Meadowlark Dispensary at Fullscript" in shown
    assert "Alice" not in shown


def test_sync_now_queues_one_run_however_often_it_is_pressed(home):
    for _ in range(3):
        answer = press(home)
        assert answer.status_code == 200
    assert "Syncing now" in answer.content.decode()
    assert [name for name, _ in testing.queued()].count("prescriptions.synchronize") == 1
    worker.work()
    assert "Syncing now" not in page(home)


def test_without_script_the_button_leads_to_what_waits(home):
    answer = factories.signed_in(home.members["Alice"]).post(SYNC)
    assert (answer.status_code, answer["Location"]) == (302, WAITING)


def test_a_broken_connection_is_said_at_the_next_call(home):
    home.server.revoke_all()
    jobs.synchronize(organization_id=home.pk)
    shown = page(home)
    assert "Fullscript is no longer connected." in shown
    assert "Connect to Fullscript" in shown
    assert "Sync now" not in shown


def test_history_on_its_way_is_counted(home):
    with tenancy.organization(home.pk):
        HistoryCursor.objects.update(plans_done=1200, plans_total=10_000, listed_at=clock.now())
        PatientLink.objects.update(imported_at=None)
    shown = page(home)
    assert "1,200 of 10,000" in shown
    assert (
        '<progress class="progress-bar" aria-label="Bringing in history" value="1200" max="10000">' in shown
    )


def test_a_chart_whose_history_is_on_its_way_does_not_say_that_there_is_none(home, carol):
    for address in (f"/fullscript/writer/{carol.pk}/history/", f"/fullscript/patients/{carol.pk}/panel/"):
        assert "The history is being brought in" not in page(home, address)
    with tenancy.organization(home.pk):
        PatientLink.objects.update(imported_at=None, linked_at=clock.now())
    for address in (f"/fullscript/writer/{carol.pk}/history/", f"/fullscript/patients/{carol.pk}/panel/"):
        shown = page(home, address)
        assert "The history is being brought in from Fullscript." in shown
        assert "No prescriptions yet" not in shown


def test_what_waits_is_listed_with_the_reason_and_trailed(home):
    omar = home.patient(first_name="Omar", email="omar@example.com")
    saved = cast.save(home, cast.draft(home, omar))
    home.server.trouble("down", times=99)
    worker.work()
    assert "2 things are waiting" in page(home, f"{LINE}?at=list")
    shown = page(home, WAITING)
    assert "Omar Castle" in shown
    assert "It is sent as soon as the patient is set up at Fullscript." in shown
    assert "Being set up at Fullscript" in shown
    with tenancy.organization(home.pk):
        event = AuditEvent.objects.filter(action="prescriptions.waiting_shown").latest("occurred_at")
    assert saved.patient_id in event.patient_ids


def test_a_question_that_waits_leads_to_its_answer_for_who_may_give_it(home):
    with tenancy.organization(home.pk):
        PatientLink.objects.update(state="question", remote_id=None, linked_at=None)
    lead_on = '<a class="link" href="/fullscript/patients-to-confirm/">Waiting for your answer</a>'
    assert lead_on in page(home, WAITING)
    assert lead_on not in page(home, WAITING, "Olga")


def test_trouble_is_said_with_what_happens_next(home):
    home.server.trouble("down", times=99)
    jobs.synchronize(organization_id=home.pk)
    shown = page(home, WAITING)
    assert "Fullscript is not answering right now." in shown
    assert "Nothing is lost" in shown


def test_an_empty_page_says_so(home):
    assert "Nothing is waiting" in page(home, WAITING)


def test_who_may_not_see_history_sees_the_line_without_the_list(home):
    omar = home.patient(email="omar@example.com")
    cast.save(home, cast.draft(home, omar))
    assert "wait" not in page(home, f"{LINE}?at=list", name="Theo")
    assert factories.signed_in(home.members["Theo"]).get(WAITING).status_code == 404


def test_another_clinic_sees_nothing_of_it(home):
    other = cast.house(name="Thistle", server=home.server)
    cast.save(home, cast.draft(home, home.patient(email="omar@example.com")))
    assert page(other).strip() == ""
    assert "Castle" not in page(other, WAITING)


def line(home, name="Alice", known=""):
    headers = {"If-None-Match": known} if known else {}
    return factories.signed_in(home.members[name]).get(LINE, headers=headers)


def ours(seen):
    """Return the queries of this module among those that were asked."""
    return [one["sql"] for one in seen.captured_queries if "clinic_prescriptions_" in one["sql"]]


def test_an_open_page_that_says_it_already_costs_one_query_and_is_answered_nothing(home):
    jobs.synchronize(organization_id=home.pk)
    with time_machine.travel(clock.now(), tick=False):
        tag = line(home).headers["ETag"]
        with CaptureQueriesContext(connection) as seen:
            again = line(home, known=tag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert len(ours(seen)) == 1


def test_what_would_be_said_otherwise_is_answered(home, carol):
    jobs.synchronize(organization_id=home.pk)
    begun = clock.now()
    with time_machine.travel(begun, tick=False):
        tag = line(home).headers["ETag"]
        assert line(home, "Nina", known=tag).status_code == 200
        draft = cast.draft(home, home.patient(email="omar@example.com"))
        assert line(home, known=tag).status_code == 304
        cast.save(home, draft)
        assert line(home, known=tag).status_code == 200
    with time_machine.travel(begun + timedelta(minutes=1), tick=False):
        assert "1 minute ago" in line(home, known=line(home, "Nina").headers["ETag"]).content.decode()


def test_pressing_the_button_says_what_the_page_holds_from_now_on(home):
    with time_machine.travel(clock.now(), tick=False):
        pressed = press(home)
        assert line(home, known=pressed.headers["ETag"]).status_code == 304


def test_how_far_the_matching_is_is_drawn_as_a_bar_and_answered_when_it_moved(home):
    with tenancy.organization(home.pk):
        Dispensary.objects.update(
            matching_began_at=clock.now(), matched_at=None, matching_done=1200, matching_total=10_000
        )
    browser = factories.signed_in(home.members["Alice"])
    shown = browser.get(MATCHING)
    assert "1,200 of 10,000" in shown.content.decode()
    assert 'aria-label="Matching patients" value="1200" max="10000"' in shown.content.decode()
    known = {"If-None-Match": shown.headers["ETag"]}
    assert browser.get(MATCHING, headers=known).status_code == 304
    with tenancy.organization(home.pk):
        Dispensary.objects.update(matching_done=1300)
    assert browser.get(MATCHING, headers=known).status_code == 200


@pytest.mark.parametrize("size", [1, 6])
def test_the_pages_take_a_fixed_number_of_queries(home, size, django_assert_max_num_queries):
    for number in range(size):
        cast.save(home, cast.draft(home, home.patient(email=f"p{number}@example.com")))
    browser = factories.signed_in(home.members["Alice"])
    browser.get(LINE)  # the session begins, and learns where it works
    with django_assert_max_num_queries(8):
        browser.get(LINE)
    with django_assert_max_num_queries(20):
        browser.get(WAITING)
