"""The inbox on the screen: the button, the panel, the page, the count that open pages ask for, the mails."""

import datetime
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from betony.clinic.accounts.models import Membership, StaffSession
from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions.tests import cast, worker
from betony.clinic.workspace.models import Notice
from betony.clinic.workspace.notices.tests import told
from betony.clinic.workspace.notices.tests.conftest import SEND
from betony.kit import clock, tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.identifiers import uuid7
from betony.kit.ui.testing import words

pytestmark = pytest.mark.slow

BACKGROUND = {"X-Betony-Background": "1"}


@pytest.fixture
def alice(browser):
    return browser("Alice")


@pytest.fixture
def notice(home, refused):
    with tenancy.organization(home.pk):
        return Notice.objects.get()


def refuse_more(home, carol, number):
    for _ in range(number):
        home.server.trouble("refused", on=SEND, status=422, body={"error": "No"})
        cast.save(home, cast.draft(home, carol))
        worker.work()


def count(client, etag=""):
    return client.get("/notices/count/", headers={**BACKGROUND, **({"If-None-Match": etag} if etag else {})})


def ours(seen):
    """Return the statements about inboxes and notices."""
    return [one["sql"] for one in seen.captured_queries if "clinic_workspace_" in one["sql"]]


def asked(seen):
    """Return the statements that ask for rows: not those that open the transaction and say whose rows."""
    aside = ("SAVEPOINT", "RELEASE", "select set_config")
    return [one["sql"] for one in seen.captured_queries if not one["sql"].startswith(aside)]


@pytest.mark.parametrize("address", ["/patients/", "/settings/security/"])
def test_every_page_shows_the_count_by_one_query(home, alice, notice, address):
    """The second opens no transaction of its own."""
    alice.get(address)
    with CaptureQueriesContext(connection) as seen:
        page = words(alice.get(address))
    assert len(ours(seen)) == 1
    assert 'aria-label="Notices"' in page
    assert "1 unread notice<" in page


def test_the_count_is_read_from_the_indexes(home, notice):
    from betony.clinic.workspace.notices import queries

    by = home.actor("Alice")
    with tenancy.organization(home.pk), CaptureQueriesContext(connection) as seen:
        queries.standing(by)
    with tenancy.organization(home.pk), connection.cursor() as cursor:
        # What is left is reading from indexes alone. In a table of one page every other way costs the same.
        for way in ("enable_seqscan", "enable_bitmapscan", "enable_indexscan"):
            cursor.execute(f"set local {way} = off")
        cursor.execute(f"explain {seen.captured_queries[-1]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Only Scan using notice_unread" in plan


def test_a_part_of_a_page_asks_for_no_count(home, alice, carol):
    alice.get(f"/patients/{carol.pk}/actions/")
    with CaptureQueriesContext(connection) as seen:
        alice.get(f"/patients/{carol.pk}/actions/")
    assert ours(seen) == []


def test_an_empty_inbox_says_what_will_stand_there(home, browser):
    page = words(browser("Theo").get("/notices/"))
    assert "Nothing needs your attention" in page
    assert "Mark all as read" not in page
    assert "Nothing needs your attention" in words(browser("Theo").get("/notices/panel/"))


@pytest.mark.parametrize("address", ["/notices/", "/notices/panel/"])
def test_a_notice_says_what_happened_why_and_where_to_settle_it(home, alice, notice, refused, address):
    page = words(alice.get(address))
    for text in ("A prescription for Carol Castle was not sent", "Patient is archived", "Mark as read",
                 "Mark all as read", f'href="/fullscript/prescriptions/{refused.pk}/"'):  # fmt: skip
        assert text in page, text


def test_one_showing_is_one_event_with_whom_it_named(home, alice, notice, carol):
    alice.get("/notices/")
    alice.get("/notices/panel/")
    with tenancy.organization(home.pk):
        events = AuditEvent.objects.filter(action="workspace.notices_shown")
        assert [event.patient_ids for event in events] == [[carol.pk]] * 2


def test_names_are_escaped(home, alice, notice, carol):
    from betony.clinic.patients.models import Patient

    with tenancy.organization(home.pk):
        Patient.objects.filter(pk=carol.pk).update(first_name="<script>alert(1)</script>")
    assert "<script>alert" not in words(alice.get("/notices/"))


def test_reading_one_lowers_the_count_for_this_user_alone(home, alice, notice, browser):
    home.delegate(practitioner="Alice", to="Amir")
    with tenancy.organization(home.pk):
        Notice.objects.create(
            organization_id=home.pk, recipient=home.members["Amir"], kind="not_sent", occasion=notice.occasion,
            prescription_id=notice.prescription_id, happened_at=clock.now(),
        )  # fmt: skip
    alice.post(f"/notices/{notice.pk}/read/")
    with tenancy.organization(home.pk):
        assert Notice.objects.get(pk=notice.pk).read_at is not None
        assert Notice.objects.unread().get().recipient == home.members["Amir"]


def test_marking_in_the_panel_answers_the_panel_and_tells_the_button(home, alice, notice):
    answer = alice.post(
        f"/notices/{notice.pk}/read/", headers={"HX-Request": "true", "HX-Target": "notices-panel"}
    )
    assert "notices:changed" in json.loads(answer.headers["HX-Trigger"])
    assert "Mark as read" not in words(answer)


def test_opening_by_script_answers_nothing(home, alice, notice):
    answer = alice.post(f"/notices/{notice.pk}/read/", headers={"X-Requested-With": "fetch"})
    assert (answer.status_code, answer.content) == (204, b"")


def test_marking_on_the_page_leads_back_to_the_same_place(home, alice, notice):
    answer = alice.post(f"/notices/{notice.pk}/read/", {"cursor": "abc"})
    assert answer.headers["Location"] == "/notices/?after=abc"
    assert alice.post("/notices/read-all/").headers["Location"] == "/notices/"


def test_all_are_read_but_what_came_after_the_list_was_drawn(home, alice, notice, carol):
    page = words(alice.get("/notices/"))
    until = re.search(r'name="until" value="([^"]+)"', page)[1].replace("&#x27;", "'")
    refuse_more(home, carol, 1)
    alice.post("/notices/read-all/", {"until": until})
    with tenancy.organization(home.pk):
        left = Notice.objects.unread().get()
    assert left.pk != notice.pk
    alice.post("/notices/read-all/", {"until": "whenever"})
    alice.post("/notices/read-all/")
    with tenancy.organization(home.pk):
        assert Notice.objects.unread().count() == 1


@pytest.mark.parametrize("size", [1, 6])
def test_the_list_takes_the_same_queries_whatever_its_length(home, alice, carol, size):
    refuse_more(home, carol, size)
    alice.get("/notices/")
    with CaptureQueriesContext(connection) as seen:
        page = words(alice.get("/notices/"))
    assert page.count("A prescription for Carol Castle was not sent") == size
    # The list, and the count in the top bar.
    assert len(ours(seen)) == 2
    # Who asks (three), the audit event, and these two.
    assert len(asked(seen)) == 6


def test_the_list_pages_by_key_and_stays_right_while_notices_are_added(home, alice, carol, monkeypatch):
    from betony.clinic.workspace.notices import queries

    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    refuse_more(home, carol, 5)
    first = words(alice.get("/notices/"))
    after = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    refuse_more(home, carol, 1)
    second = words(alice.get(f"/notices/{after}"))
    ids = [re.findall(r'id="page-([0-9a-f-]+)"', one) for one in (first, second)]
    assert [len(one) for one in ids] == [2, 2]
    assert not set(ids[0]) & set(ids[1])


def test_a_broken_cursor_is_the_first_page(home, alice, notice):
    assert "Carol Castle" in words(alice.get("/notices/?after=%00%ff"))


def test_an_open_page_that_knows_the_count_costs_one_query_and_is_answered_nothing(home, alice, notice):
    first = count(alice)
    assert first.json() == {"unread": 1, "words": "1 unread notice", "etag": first.headers["ETag"]}
    with CaptureQueriesContext(connection) as seen:
        again = count(alice, first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert len(ours(seen)) == 1
    # Session, user, our session with its membership: who asks. And the version.
    assert len(asked(seen)) == 4


def test_the_count_is_answered_when_it_changed(home, alice, notice, carol):
    etag = count(alice).headers["ETag"]
    refuse_more(home, carol, 1)
    assert count(alice, etag).json()["unread"] == 2


def test_a_tag_says_nothing_to_another_member_role_or_language(home, alice, notice, browser):
    etag = count(alice).headers["ETag"]
    assert count(browser("Nina"), etag).status_code == 200
    Membership.objects.filter(pk=home.members["Alice"].pk).update(role="biller")
    assert count(alice, etag).json()["unread"] == 0


def test_asking_for_the_count_keeps_no_session_alive(home, alice, notice):
    count(alice)
    with tenancy.organization(home.pk):
        long_ago = clock.now() - datetime.timedelta(minutes=20)
        StaffSession.objects.update(seen_at=long_ago)
    assert count(alice).status_code == 200
    assert StaffSession.objects.get().seen_at == long_ago
    StaffSession.objects.update(seen_at=clock.now() - datetime.timedelta(minutes=31))
    # What asks by itself is told so, and led to no other page.
    assert count(alice).status_code == 401


def test_a_role_that_may_not_see_prescriptions_any_more_sees_and_opens_nothing(home, alice, notice):
    Membership.objects.filter(pk=home.members["Alice"].pk).update(role="biller")
    assert "Carol" not in words(alice.get("/notices/"))
    assert "Carol" not in words(alice.get("/notices/panel/"))
    assert "1 unread" not in words(alice.get("/settings/security/"))
    assert alice.post(f"/notices/{notice.pk}/read/").status_code == 404
    with tenancy.organization(home.pk):
        assert Notice.objects.get().read_at is None


@pytest.mark.parametrize("name", ["Nina", "Bob", "Theo", "Olga"])
def test_a_colleague_sees_and_opens_nothing_of_anothers_inbox(home, notice, browser, name):
    client = browser(name)
    assert "Carol Castle" not in words(client.get("/notices/"))
    assert client.post(f"/notices/{notice.pk}/read/").status_code == 404
    assert client.post(f"/notices/{uuid7()}/read/").status_code == 404
    client.post("/notices/read-all/", {"until": clock.now().isoformat()})
    with tenancy.organization(home.pk):
        assert Notice.objects.get().read_at is None


def test_another_organization_finds_nothing(home, notice):
    other = factories.organization(name="Harbour", slug="harbour", country="CA")
    stranger = factories.signed_in(factories.member(other, first="Mei"))
    assert stranger.post(f"/notices/{notice.pk}/read/").status_code == 404
    assert "Carol" not in words(stranger.get("/notices/"))
    assert count(stranger).json()["unread"] == 0


@pytest.mark.parametrize("address", ["/notices/", "/notices/panel/", "/notices/count/", "/settings/notices/"])
def test_strangers_are_asked_to_sign_in(client, db, address):
    assert client.get(address).status_code == 302


def test_a_settled_notice_says_so_and_counts_no_more(home, alice, refused):
    from betony.clinic.prescriptions.actions import writing

    with tenancy.organization(home.pk):
        writing.try_again(by=home.actor("Alice"), prescription=refused)
    worker.work()
    page = words(alice.get("/notices/"))
    assert "Settled" in page
    assert "It was sent afterwards." in page
    assert "1 unread notice" not in page


def test_people_to_confirm_are_counted_as_they_are_now(home, browser):
    from betony.clinic.prescriptions.models import PatientLink

    told.ask_who_is_who(home, 3)
    assert "3 patients to confirm" in words(browser("Nina").get("/notices/panel/"))
    with tenancy.organization(home.pk):
        first = PatientLink.objects.filter(state="question").first()
        PatientLink.objects.filter(pk=first.pk).update(state="failed")
    assert "2 patients to confirm" in words(browser("Nina").get("/notices/panel/"))


def test_mails_are_chosen_for_the_kinds_one_may_see(home, browser):
    client = browser("Amir")
    page = words(client.get("/settings/notices/"))
    assert "A prescription of mine was not sent" in page
    assert "Nobody is connected to Fullscript any more" not in page
    client.post("/settings/notices/", {"to_confirm": "on"})
    page = words(client.get("/settings/notices/"))
    assert [bool(re.search(rf'name="{kind}"[^>]* checked', page)) for kind in ("not_sent", "to_confirm")] == [
        False, True,
    ]  # fmt: skip
    with tenancy.organization(home.pk):
        from betony.clinic.workspace.notices import queries

        assert queries.wishes(home.members["Amir"].pk) == {
            "not_sent": False, "change_not_sent": False, "taken_back": False, "connection_broke": False,
            "to_confirm": True,
        }  # fmt: skip
        assert queries.wishes(home.members["Alice"].pk) == {}
