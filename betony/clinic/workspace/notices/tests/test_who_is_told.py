"""Who is told of what, once for each cause, and how it settles itself."""

import datetime

import pytest

from betony.clinic.accounts.models import Membership
from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions import events as prescriptions_events
from betony.clinic.prescriptions.actions import changing, recalling, revoking, unlinking, writing
from betony.clinic.prescriptions.exchange import importing
from betony.clinic.prescriptions.models import Connection, Prescription
from betony.clinic.prescriptions.tests import cast, changes, worker
from betony.clinic.workspace.models import Inbox, Notice
from betony.clinic.workspace.notices import actions, hearing
from betony.clinic.workspace.notices.tests import told
from betony.clinic.workspace.notices.tests.conftest import SEND
from betony.kit import clock, events, tenancy
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.slow


def publish(home, event, **values):
    with tenancy.organization(home.pk):
        events.publish(event(organization_id=home.pk, **values))
    assert not worker.work().failed


def try_again(home, prescription, name="Alice"):
    with tenancy.organization(home.pk):
        writing.try_again(by=home.actor(name), prescription=prescription)


def test_a_prescription_that_finally_fails_is_told_to_its_author_alone(home, refused):
    (notice,) = told.notices(home)
    assert (notice.kind, notice.prescription_id, notice.is_over) == ("not_sent", refused.pk, False)
    assert told.unread(home) == 1
    for name in ("Nina", "Amir", "Bob", "Theo", "Olga"):
        assert told.notices(home, name) == []


def test_the_same_event_twice_makes_one_notice_and_does_not_ring_again(home, refused):
    (notice,) = told.notices(home)
    with tenancy.organization(home.pk):
        actions.mark_read(by=home.actor("Alice"), notice=notice)
    for _ in range(3):
        publish(home, prescriptions_events.PrescriptionNotSent, prescription_id=refused.pk)
    assert len(told.notices(home)) == 1
    assert told.unread(home) == 0
    with tenancy.organization(home.pk):
        assert AuditEvent.objects.filter(action="workspace.notice_given").count() == 1


def test_two_workers_with_the_same_event_make_one_notice(at_once):
    home = cast.house()
    cast.connect(home)
    cast.write_as(home, "Alice")
    patient = home.patient()
    cast.link(home, patient)
    worker.work()
    prescription = cast.save(home, cast.draft(home, patient))
    with tenancy.organization(home.pk):
        Prescription.objects.filter(pk=prescription.pk).update(state="not_sent")
    results = at_once(*[lambda: hearing.prescription_not_sent(home.pk, prescription.pk)] * 4)
    assert [one for one in results if isinstance(one, Exception)] == []
    assert len(told.notices(home)) == 1
    assert told.unread(home) == 1


def test_the_database_itself_refuses_a_second_notice_about_the_same_cause(home, refused):
    from django.db import IntegrityError, transaction

    (notice,) = told.notices(home)
    with tenancy.organization(home.pk), pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(
            organization_id=home.pk, recipient_id=notice.recipient_id, kind="not_sent",
            prescription_id=refused.pk, occasion="another", happened_at=clock.now(),
        )  # fmt: skip


@pytest.mark.parametrize("kind", ["connection_broke", "unheard_of"])
def test_the_database_refuses_a_notice_about_something_else_than_its_kind(home, refused, kind):
    from django.db import IntegrityError, transaction

    (notice,) = told.notices(home)
    with tenancy.organization(home.pk), pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(
            organization_id=home.pk, recipient_id=notice.recipient_id, kind=kind,
            prescription_id=refused.pk, occasion="1", happened_at=clock.now(),
        )  # fmt: skip


def test_trying_again_settles_the_notice_and_sending_is_said(home, refused):
    try_again(home, refused)
    assert not worker.work().failed
    (notice,) = told.notices(home)
    assert notice.settled_at is not None
    assert notice.prescription.state == "sent"
    assert told.unread(home) == 0


def test_failing_again_after_trying_again_rings_again_in_the_same_notice(home, refused):
    (before,) = told.notices(home)
    with tenancy.organization(home.pk):
        actions.mark_read(by=home.actor("Alice"), notice=before)
    home.server.trouble("refused", on=SEND, status=422, body={"error": "No"})
    try_again(home, refused)
    worker.work()
    (after,) = told.notices(home)
    assert (after.pk, after.read_at, after.settled_at) == (before.pk, None, None)
    assert told.unread(home) == 1


def test_an_event_that_comes_late_says_nothing_of_a_prescription_that_has_moved_on(home, refused):
    try_again(home, refused)
    worker.work()
    publish(home, prescriptions_events.PrescriptionNotSent, prescription_id=refused.pk)
    assert told.unread(home) == 0


def test_a_colleague_who_tried_again_is_told_beside_the_author(home, refused):
    home.delegate(practitioner="Alice", to="Amir")
    cast.connect(home, "Amir")
    cast.write_as(home, "Amir", "Alice")
    worker.work()
    home.server.trouble("refused", on=SEND, status=422, body={"error": "No"})
    try_again(home, refused, "Amir")
    worker.work()
    assert (told.unread(home), told.unread(home, "Amir")) == (1, 1)


def test_when_nobody_of_those_works_here_any_more_the_owners_are_told(home, refused):
    home.add("Olive", "owner")
    with tenancy.organization(home.pk):
        Notice.objects.all().delete()
    Membership.objects.filter(pk=home.members["Alice"].pk).update(is_active=False)
    publish(home, prescriptions_events.PrescriptionNotSent, prescription_id=refused.pk)
    assert told.unread(home, "Olive") == 1
    with tenancy.organization(home.pk):
        assert Notice.objects.count() == 1


def test_somebody_whose_role_may_not_see_prescriptions_is_not_told(home, refused):
    with tenancy.organization(home.pk):
        Notice.objects.all().delete()
    Membership.objects.filter(pk=home.members["Alice"].pk).update(role="biller")
    publish(home, prescriptions_events.PrescriptionNotSent, prescription_id=refused.pk)
    with tenancy.organization(home.pk):
        assert not Notice.objects.filter(recipient=home.members["Alice"]).exists()


def test_a_cancellation_that_was_not_sent_is_told_to_who_asked_and_settles_when_tried_again(home, carol):
    sent = cast.save(home, cast.draft(home, carol))
    worker.work()
    change = changes.cancel(home, sent)
    home.server.trouble("refused", on="PATCH *", status=422, body={"error": "Not now"})
    assert not worker.work().failed
    (notice,) = told.notices(home)
    assert (notice.kind, notice.prescription_id, notice.is_over) == ("change_not_sent", sent.pk, False)
    assert told.unread(home) == 1
    assert told.notices(home, "Nina") == []
    home.server.well_again()
    cast.inside(home, changing.try_change_again, by=home.actor("Alice"), change=change)
    assert not worker.work().failed
    (notice,) = told.notices(home)
    assert notice.settled_at is not None
    assert told.unread(home) == 0


def test_what_reached_somebody_who_was_unlinked_is_told_to_its_author_and_stays_until_it_is_read(home, carol):
    saved = cast.save(home, cast.draft(home, carol))
    link = cast.link_of(home, carol)

    def meanwhile():
        cast.inside(home, unlinking.unlink, by=home.actor("Nina"), link=link, seen=[saved.pk])

    home.server.meanwhile(meanwhile, on=SEND)
    assert not worker.work().failed
    (notice,) = told.notices(home)
    assert (notice.kind, notice.prescription_id, notice.prescription.state) == (
        "taken_back", saved.pk, "cancelled",
    )  # fmt: skip
    assert told.notices(home, "Nina") == []
    hearing.prescription_taken_back(home.pk, saved.pk)
    hearing.keep_true(home.pk)
    assert told.unread(home) == 1
    shown = factories.signed_in(home.members["Alice"]).get("/notices/").content.decode()
    assert "A prescription for Carol Castle was taken back" in shown
    assert "The patient was unlinked while it was on its way" in shown
    assert "It was cancelled there." in shown


def test_what_arrived_after_it_was_cancelled_here_is_told_as_such(home, refused):
    with tenancy.organization(home.pk):
        recalling.cancel(by=home.actor("Alice"), prescription=refused, why="A mistake")
    plan = home.there.write_plan(
        home.there.patients[0], home.there.practitioners[0], [], source="api",
        metadata={"id": str(refused.pk)},
    )  # fmt: skip
    with tenancy.working_for(home.pk):
        importing.import_plan(home.pk, plan["id"])
    worker.work()
    shown = factories.signed_in(home.members["Alice"]).get("/notices/").content.decode()
    assert "A prescription for Carol Castle was taken back" in shown
    assert (
        "It was cancelled here because it seemed never to have been sent, but it reached Fullscript all the same."
        in shown
    )
    assert "The patient was unlinked" not in shown
    assert plan["state"] == "cancelled"


@pytest.mark.parametrize("act", ["cancel", "write_again"])
def test_what_is_cancelled_or_written_again_before_it_was_sent_settles_what_was_told(home, refused, act):
    assert told.unread(home) == 1
    with tenancy.organization(home.pk):
        if act == "cancel":
            recalling.cancel(by=home.actor("Alice"), prescription=refused, why="A mistake")
        else:
            recalling.write_again(by=home.actor("Alice"), prescription=refused)
    worker.work()
    assert told.unread(home) == 0
    (notice,) = told.notices(home)
    assert notice.settled_at is not None
    shown = factories.signed_in(home.members["Alice"]).get("/notices/").content.decode()
    assert "It was cancelled." in shown


def test_a_connection_that_broke_is_told_to_its_user_and_settles_when_it_is_renewed(home):
    home.server.revoke_all()
    cast.save(home, cast.draft(home, home.patient()))
    worker.work()
    (notice,) = told.notices(home)
    assert notice.kind == "connection_broke"
    assert notice.connection.membership_id == home.members["Alice"].pk
    assert told.unread(home, "Nina") == 0
    cast.connect(home)
    worker.work()
    assert told.unread(home) == 0
    assert {one.settled_at is None for one in told.notices(home)} == {False}


def test_a_connection_that_broke_settles_when_it_is_reset(home):
    with tenancy.organization(home.pk):
        connection = Connection.objects.get()
        Connection.objects.update(broken_at=clock.now())
    publish(home, prescriptions_events.ConnectionBroke, connection_id=connection.pk)
    assert told.unread(home) == 1
    with tenancy.organization(home.pk):
        revoking.disconnect(by=home.actor("Alice"))
    worker.work()
    broke = next(one for one in told.notices(home) if one.kind == "connection_broke")
    assert broke.settled_at is not None


def test_the_owners_are_told_when_nobody_is_connected_any_more(home):
    with tenancy.organization(home.pk):
        revoking.disconnect(by=home.actor("Alice"))
    worker.work()
    (notice,) = told.notices(home)
    assert (notice.kind, notice.dispensary.name) == ("nobody_connected", "Meadowlark Dispensary")
    assert told.unread(home, "Nina") == 0
    cast.connect(home, "Nina")
    worker.work()
    assert told.unread(home) == 0
    assert told.notices(home)[0].settled_at is not None


def test_owners_are_not_told_when_somebody_connected_again_meanwhile(home):
    with tenancy.organization(home.pk):
        revoking.disconnect(by=home.actor("Alice"))
    cast.connect(home)
    worker.work()
    assert told.notices(home) == []


def test_what_no_event_settled_is_settled_by_the_hourly_look_and_seen_at_once(home, refused):
    with tenancy.organization(home.pk):
        Prescription.objects.filter(pk=refused.pk).update(state="cancelled")
    assert told.notices(home)[0].is_over
    hearing.keep_true(home.pk)
    assert told.unread(home) == 0


def test_what_was_read_or_settled_is_put_away_after_ninety_days_and_the_unread_stays(home, refused, carol):
    another = cast.draft(home, carol)
    home.server.trouble("refused", on=SEND, status=422, body={"error": "No"})
    cast.save(home, another)
    worker.work()
    read, _unread = told.notices(home)
    with tenancy.organization(home.pk):
        Notice.objects.filter(pk=read.pk).update(read_at=clock.now() - datetime.timedelta(days=91))
    hearing.keep_true(home.pk)
    assert [one.pk for one in told.notices(home)] == [_unread.pk]


def test_every_change_raises_the_version_that_open_pages_ask_with(home, refused):
    def version():
        with tenancy.organization(home.pk):
            return Inbox.objects.get(membership=home.members["Alice"]).version

    given = version()
    (notice,) = told.notices(home)
    with tenancy.organization(home.pk):
        actions.mark_read(by=home.actor("Alice"), notice=notice)
    read = version()
    assert read > given
    with tenancy.organization(home.pk):
        actions.mark_read(by=home.actor("Alice"), notice=notice)
    assert version() == read


def test_an_event_that_cannot_be_recorded_gives_no_notice(home, refused, monkeypatch):
    from betony.kit.audit import trail

    with tenancy.organization(home.pk):
        Notice.objects.all().delete()

    def broken(**values):
        raise RuntimeError("the trail is broken")

    monkeypatch.setattr(trail, "record", broken)
    with pytest.raises(RuntimeError):
        hearing.prescription_not_sent(home.pk, refused.pk)
    monkeypatch.undo()
    assert told.notices(home) == []
