"""Notices by mail: without health information, once, only where they are wanted and still news."""

import datetime

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection

from betony.clinic.accounts.models import Membership
from betony.clinic.prescriptions.actions import revoking, writing
from betony.clinic.prescriptions.models import Prescription
from betony.clinic.prescriptions.tests import cast, worker
from betony.clinic.workspace.models import Notice
from betony.clinic.workspace.notices import actions, jobs, queries
from betony.clinic.workspace.notices.rules import Kind
from betony.clinic.workspace.notices.tests import told
from betony.clinic.workspace.notices.tests.conftest import SEND
from betony.kit import tenancy
from betony.kit.jobs import testing

pytestmark = pytest.mark.slow

SECRETS = ("carol", "castle", "zinc", "slowly", "capsule", "archived")


@pytest.fixture
def just_refused(home, carol, monkeypatch):
    """A refused prescription whose mail waits for its two minutes."""
    home.server.trouble("refused", on=SEND, status=422, body={"error": "Patient is archived"})
    prescription = cast.save(home, cast.draft(home, carol), message="Take it slowly")
    testing.run_queued()
    with tenancy.organization(home.pk):
        assert Notice.objects.unread().count() == 1
    assert mail.outbox == []
    return prescription


def the_notice(home):
    with tenancy.organization(home.pk):
        return Notice.objects.get()


def two_minutes_pass():
    return testing.run_queued(also_later=True)


def test_the_author_is_told_by_mail_which_names_nobody_and_nothing(home, just_refused):
    two_minutes_pass()
    (letter,) = mail.outbox
    assert letter.to == [home.members["Alice"].user.email]
    whole = f"{letter.subject} {letter.body}".lower()
    for secret in SECRETS:
        assert secret not in whole
    assert "Meadowlark" in letter.body
    assert f"/fullscript/prescriptions/{just_refused.pk}/" in letter.body
    assert "/settings/notices/" in letter.body


def test_a_mail_waits_two_minutes(home, just_refused):
    assert "workspace.mail_notice" not in testing.run_queued()
    names = [name for name, _arguments in testing.queued()]
    assert names == ["workspace.mail_notice"]


def test_a_job_that_runs_twice_sends_once(home, just_refused):
    two_minutes_pass()
    notice = the_notice(home)
    for _ in range(2):
        jobs.mail_notice(organization_id=home.pk, notice_id=notice.pk, occasion=notice.occasion)
    assert len(mail.outbox) == 1


@pytest.fixture
def three_not_sent(home, carol):
    """Alice reset her connection while three prescriptions of hers waited; their mails wait."""
    for number in range(3):
        patient = home.patient(first_name=f"Ann{number}", email=f"ann{number}@example.com")
        cast.link(home, patient)
        cast.save(home, cast.draft(home, patient))
    cast.connect(home, "Nina")
    with tenancy.organization(home.pk):
        revoking.disconnect(by=home.actor("Alice"))
    testing.run_queued()
    with tenancy.organization(home.pk):
        assert Notice.objects.unread().filter(kind="not_sent").count() == 3


def test_a_reset_with_three_prescriptions_waiting_is_one_mail_and_three_lines_in_the_inbox(
    home, three_not_sent
):
    two_minutes_pass()
    (letter,) = mail.outbox
    assert letter.subject == "3 prescriptions were not sent"
    assert "3 prescriptions you wrote at Meadowlark were not sent" in letter.body
    assert letter.body.count("/notices/") == 2
    with tenancy.organization(home.pk):
        assert Notice.objects.unread().filter(kind="not_sent", mailed_at__isnull=False).count() == 3


def test_one_mail_leaves_out_what_was_read_or_settled_by_then(home, three_not_sent):
    with tenancy.organization(home.pk):
        read, over, _news = Notice.objects.filter(kind="not_sent").order_by("id")
        actions.mark_read(by=home.actor("Alice"), notice=read)
        Prescription.objects.filter(pk=over.prescription_id).update(state="cancelled")
    two_minutes_pass()
    (letter,) = mail.outbox
    assert letter.subject == "A prescription was not sent"
    assert f"/fullscript/prescriptions/{_news.prescription_id}/" in letter.body


def test_one_mail_whose_sender_was_killed_is_the_same_letter_whoever_sends_it_again(
    home, three_not_sent, monkeypatch
):
    sent = []

    def killed(letter, *arguments, **options):
        sent.append(letter.extra_headers["Message-ID"])
        if len(sent) == 1:
            raise ConnectionError
        return 1

    monkeypatch.setattr(EmailMessage, "send", killed)
    with tenancy.organization(home.pk):
        first, *others = Notice.objects.filter(kind="not_sent").order_by("id")
    with pytest.raises(ConnectionError):
        jobs.mail_notice(organization_id=home.pk, notice_id=first.pk, occasion=first.occasion)
    for one in (*others, first):
        jobs.mail_notice(organization_id=home.pk, notice_id=one.pk, occasion=one.occasion)
    assert len(sent) == 2
    assert len(set(sent)) == 1


def test_mails_of_one_member_and_kind_never_run_at_once(home, three_not_sent):
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct lock from procrastinate_jobs where task_name = 'workspace.mail_notice'"
        )
        assert cursor.fetchall() == [(f"mail-notices:{home.members['Alice'].pk}:not_sent",)]


def test_who_has_read_it_by_then_gets_no_mail(home, just_refused):
    with tenancy.organization(home.pk):
        actions.mark_read(by=home.actor("Alice"), notice=Notice.objects.get())
    two_minutes_pass()
    assert mail.outbox == []


def test_what_has_settled_itself_by_then_is_not_mailed(home, just_refused):
    with tenancy.organization(home.pk):
        writing.try_again(by=home.actor("Alice"), prescription=just_refused)
    two_minutes_pass()
    assert mail.outbox == []


def test_what_no_event_has_settled_but_is_over_is_not_mailed(home, just_refused):
    with tenancy.organization(home.pk):
        Prescription.objects.filter(pk=just_refused.pk).update(state="cancelled")
    two_minutes_pass()
    assert mail.outbox == []


def test_somebody_deactivated_gets_no_mail(home, just_refused):
    Membership.objects.filter(pk=home.members["Alice"].pk).update(is_active=False)
    two_minutes_pass()
    assert mail.outbox == []


def test_somebody_whose_role_may_not_see_it_any_more_gets_no_mail(home, just_refused):
    Membership.objects.filter(pk=home.members["Alice"].pk).update(role="biller")
    two_minutes_pass()
    assert mail.outbox == []


def test_who_does_not_want_mails_about_a_kind_gets_none(home, just_refused):
    with tenancy.organization(home.pk):
        actions.choose_mails(by=home.actor("Alice"), wanted={Kind.NOT_SENT: False})
    two_minutes_pass()
    assert mail.outbox == []


def test_a_second_failure_is_a_second_mail_with_its_own_message_id(home, just_refused):
    two_minutes_pass()
    home.server.trouble("refused", on=SEND, status=422, body={"error": "No"})
    with tenancy.organization(home.pk):
        writing.try_again(by=home.actor("Alice"), prescription=just_refused)
    two_minutes_pass()
    first, second = (letter.extra_headers["Message-ID"] for letter in mail.outbox)
    assert first != second


def test_after_a_mail_server_that_did_not_answer_the_next_try_has_the_same_message_id(
    home, just_refused, monkeypatch
):
    sent = []

    def lost(letter, *arguments, **options):
        sent.append(letter.extra_headers["Message-ID"])
        if len(sent) == 1:
            raise ConnectionError
        return 1

    monkeypatch.setattr(EmailMessage, "send", lost)
    notice = the_notice(home)
    values = {"organization_id": home.pk, "notice_id": notice.pk, "occasion": notice.occasion}
    with pytest.raises(ConnectionError):
        jobs.mail_notice(**values)
    jobs.mail_notice(**values)
    jobs.mail_notice(**values)
    assert len(sent) == 2
    assert len(set(sent)) == 1


def test_the_mail_server_is_called_outside_of_transactions(just_refused, home, monkeypatch):
    from django.db import connection

    depths = []
    outside = len(connection.savepoint_ids)
    monkeypatch.setattr(EmailMessage, "send", lambda *_, **__: depths.append(len(connection.savepoint_ids)))
    two_minutes_pass()
    assert depths == [outside]


def test_the_owners_are_mailed_when_nobody_is_connected(home):
    cast.connect(home, "Nina")
    with tenancy.organization(home.pk):
        revoking.disconnect(by=home.actor("Alice"))
    worker.work()
    assert mail.outbox == []
    with tenancy.organization(home.pk):
        revoking.disconnect(by=home.actor("Nina"))
    worker.work()
    (letter,) = mail.outbox
    assert letter.to == [home.members["Alice"].user.email]
    assert "Meadowlark" in letter.body


def test_people_to_confirm_are_mailed_only_to_who_asked_for_it(home):

    with tenancy.organization(home.pk):
        actions.choose_mails(by=home.actor("Nina"), wanted={Kind.TO_CONFIRM: True})
    told.ask_who_is_who(home, 3)
    worker.work()
    (letter,) = mail.outbox
    assert letter.to == [home.members["Nina"].user.email]


def test_a_broken_connection_is_mailed_to_its_user(home):
    home.server.revoke_all()
    cast.save(home, cast.draft(home, home.patient()), message="Take it slowly")
    worker.work()
    (letter,) = mail.outbox
    assert letter.to == [home.members["Alice"].user.email]
    assert not [secret for secret in SECRETS if secret in letter.body.lower()]


def test_a_clinic_name_with_a_line_break_makes_no_second_line_in_a_mail(home, just_refused):
    home.organization.name = "Meadow\r\nBcc: x@example.com"
    home.organization.save()
    two_minutes_pass()
    assert "Meadow Bcc: x@example.com" in mail.outbox[0].body


def test_wishes_are_changed_once_and_the_trail_says_so(home):
    from betony.kit.audit.models import AuditEvent

    with tenancy.organization(home.pk):
        for _ in range(2):
            actions.choose_mails(by=home.actor("Alice"), wanted={Kind.NOT_SENT: False, Kind.TO_CONFIRM: True})
        assert queries.wishes(home.members["Alice"].pk) == {"not_sent": False, "to_confirm": True}
        event = AuditEvent.objects.get(action="workspace.notice_mails_chosen")
    assert event.changes == {"not_sent": [True, False], "to_confirm": [False, True]}


def test_the_delay_is_two_minutes():
    from betony.clinic.workspace.notices import rules

    assert datetime.timedelta(minutes=2) == rules.MAIL_WAITS
