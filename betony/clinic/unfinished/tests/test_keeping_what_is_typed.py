"""A form being filled is kept as it is typed, for the person who types it alone, and offered when it opens again."""

import datetime
import html
import json
import re

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection
from django.test import Client

from betony.clinic.accounts.tests import factories
from betony.clinic.unfinished import actions, jobs, rules
from betony.clinic.unfinished.models import UnfinishedForm
from betony.kit import secrets_box, tenancy
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent
from betony.kit.identifiers import uuid7
from betony.kit.ui.testing import HTMX

ADD = "/patients/add/"
MONDAY = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)
TYPED = {"first_name": ["Zoë"], "last_name": ["O'Brien & <b>Sons</b>"], "tags": []}


@pytest.fixture
def moved_clock():
    with time_machine.travel(MONDAY, tick=False) as moved:
        yield moved


def attributes(answer):
    """What the page knows of the form it keeps, by the names of the controller."""
    text = answer.content.decode()
    found = re.findall(r'data-unfinished-([\w-]+)-value="([^"]*)"', text)
    return {name: html.unescape(value) for name, value in found}


def open_form(browser, path=ADD):
    return attributes(browser.get(path, headers=HTMX))


def keep(browser, form, typed=None, **instead):
    sent = {"id": form["id"], "path": form["path"], "typed": json.dumps(TYPED if typed is None else typed)}
    return browser.post(form["keep"], sent | instead)


def rows(clinic):
    with tenancy.organization(clinic.pk):
        return list(UnfinishedForm.objects.order_by("began_at", "id"))


def test_what_was_typed_is_offered_when_the_same_form_opens_again(alice, clinic):
    form = open_form(alice)
    assert form["path"] == ADD
    assert "typed" not in form, "nothing was begun yet"
    for so_far in ({"first_name": ["Z"]}, TYPED):
        assert keep(alice, form, so_far).status_code == 204
    [row] = rows(clinic)
    opened = open_form(alice)
    assert json.loads(opened["typed"]) == TYPED
    assert opened["begun"] == str(row.pk)
    assert opened["id"] != opened["begun"], "until somebody goes on with it, it is another form"
    assert "typed" not in open_form(alice, "/settings/locations/add/")


def test_it_is_sealed_and_stands_neither_in_the_trail_nor_in_a_log(alice, clinic, caplog):
    keep(alice, open_form(alice))
    [row] = rows(clinic)
    assert "O'Brien" not in row.typed_sealed
    assert json.loads(secrets_box.open_sealed(row.typed_sealed)) == TYPED
    with tenancy.organization(clinic.pk):
        event = AuditEvent.objects.get(action="unfinished.form_begun")
    assert event.changes == {}
    assert "O'Brien" not in caplog.text


def test_nobody_else_is_offered_it_and_nobody_else_may_type_into_it(alice, bob, clinic, stranger):
    form = open_form(alice)
    keep(alice, form)
    assert "typed" not in open_form(bob)
    assert "typed" not in open_form(stranger)
    for other in (bob, stranger):
        assert keep(other, form, {"first_name": ["Mallory"]}).status_code == 404
        assert other.post(form["throw"], {"id": form["id"]}).status_code == 204
    assert json.loads(open_form(alice)["typed"]) == TYPED


def test_the_database_itself_shows_it_to_no_other_clinic(alice, clinic):
    keep(alice, open_form(alice))
    with connection.cursor() as cursor:
        cursor.execute("select set_config('betony.organization', '', false)")
        cursor.execute("select count(*) from clinic_unfinished_unfinishedform")
        assert cursor.fetchone() == (0,)


def patient_form(form, **values):
    return {
        "unfinished": form["id"], "new_id": str(uuid7()), "first_name": "June", "last_name": "Hartley",
        "date_of_birth": "1979/03/14", "sex": "female", "email_consent": "not_asked",
        "text_consent": "not_asked", "phone_consent": "not_asked", "portal_consent": "not_asked",
        "shares_with_dispensary": "not_asked", **values,
    }  # fmt: skip


def test_a_form_that_is_saved_is_unfinished_no_longer_and_its_text_is_gone(alice, clinic):
    form = open_form(alice)
    keep(alice, form)
    assert alice.post(ADD, patient_form(form), headers=HTMX).status_code == 200
    [row] = rows(clinic)
    assert (row.typed_sealed, row.finished_at is None) == ("", False)
    assert "typed" not in open_form(alice)


@pytest.mark.parametrize("was_kept_before", [True, False])
def test_what_was_on_its_way_when_it_was_saved_begins_it_no_second_time(alice, clinic, was_kept_before):
    form = open_form(alice)
    if was_kept_before:
        keep(alice, form)
    alice.post(ADD, patient_form(form), headers=HTMX)
    assert keep(alice, form).status_code == 204
    assert [one.typed_sealed for one in rows(clinic)] == [""]
    assert "typed" not in open_form(alice)


def test_a_form_that_is_refused_stays_unfinished_and_the_same(alice, clinic):
    form = open_form(alice)
    keep(alice, form)
    refused = alice.post(ADD, patient_form(form, first_name=""), headers=HTMX)
    assert refused.status_code == 422
    assert attributes(refused)["id"] == form["id"]
    assert "typed" not in attributes(refused), "what stands in it is not offered over it"
    assert "typed" in open_form(alice)


def test_a_plain_page_keeps_its_form_too(alice, clinic):
    page = attributes(alice.get("/settings/locations/add/"))
    assert page["path"] == "/settings/locations/add/"
    keep(alice, page, {"name": ["Ferry Landing"]})
    opened = attributes(alice.get("/settings/locations/add/"))
    assert json.loads(opened["typed"]) == {"name": ["Ferry Landing"]}
    values = {
        "unfinished": page["id"], "name": "Ferry Landing", "time_zone": "America/New_York", "version": "1",
        "date_format": "MM/DD/YYYY",
    }  # fmt: skip
    assert alice.post("/settings/locations/add/", values).status_code == 302
    assert "typed" not in attributes(alice.get("/settings/locations/add/"))


def test_each_record_has_a_form_of_its_own(alice, clinic):
    june, carol = (
        patient_form(open_form(alice), first_name=name, last_name=name) for name in ("June", "Carol")
    )
    for one in (june, carol):
        assert alice.post(ADD, one | {"save_anyway": "1"}, headers=HTMX).status_code == 200
    keep(alice, open_form(alice, f"/patients/{june['new_id']}/profile/"))
    assert "typed" in open_form(alice, f"/patients/{june['new_id']}/profile/")
    assert "typed" not in open_form(alice, f"/patients/{carol['new_id']}/profile/")


def test_starting_over_throws_it_away_once(alice, clinic):
    keep(alice, open_form(alice))
    opened = open_form(alice)
    for _twice in range(2):
        assert alice.post(opened["throw"], {"id": opened["begun"]}).status_code == 204
    assert "typed" not in open_form(alice)
    assert [one.typed_sealed for one in rows(clinic)] == [""]
    with tenancy.organization(clinic.pk):
        assert AuditEvent.objects.filter(action="unfinished.form_thrown_away").count() == 1


def test_what_was_on_its_way_when_it_was_thrown_away_is_not_offered(alice, clinic):
    opened = open_form(alice)
    alice.post(opened["throw"], {"id": opened["id"]})
    keep(alice, opened)
    assert "typed" not in open_form(alice)
    assert [one.typed_sealed for one in rows(clinic)] == [""]


def test_two_tabs_begin_two_and_neither_writes_over_the_other(alice, clinic):
    first, second = open_form(alice), open_form(alice)
    keep(alice, first, {"first_name": ["One"]})
    keep(alice, second, {"first_name": ["Two"]})
    keep(alice, first, {"first_name": ["One more"]})
    said = [json.loads(secrets_box.open_sealed(one.typed_sealed))["first_name"] for one in rows(clinic)]
    assert said == [["One more"], ["Two"]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "not-an-id"}, {"typed": "[]"}, {"typed": "{"}, {"typed": '{"a": "text"}'}, {"typed": '{"a": [1]}'},
        {"typed": json.dumps({"a": ["x" * rules.LONGEST_TYPED]})}, {"path": ""}, {"path": "/" * 301},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_read_is_not_kept(alice, clinic, wrong):
    assert keep(alice, open_form(alice), **wrong).status_code == 422
    assert rows(clinic) == []


@pytest.mark.parametrize("path", ["/nowhere/", "https://evil.example/", "/settings/users/invite/"])
def test_only_forms_that_the_person_may_open_are_kept(bob, clinic, path):
    form = open_form(bob)
    assert keep(bob, form, path=path).status_code == 404
    assert rows(clinic) == []


def test_who_is_not_signed_in_keeps_nothing(db):
    answer = Client().post("/unfinished/keep/", {}, headers=HTMX)
    assert answer.status_code == 401
    assert "data-unfinished" not in Client().get("/sign-in/").text


def test_it_is_kept_for_three_days_and_no_longer(moved_clock, alice, clinic):
    keep(alice, open_form(alice))
    moved_clock.shift(rules.KEPT_FOR - datetime.timedelta(minutes=1))
    fresh = factories.signed_in(clinic.memberships.get())
    assert "typed" in open_form(fresh)
    jobs.sweep()
    assert len(rows(clinic)) == 1
    moved_clock.shift(datetime.timedelta(minutes=1))
    assert "typed" not in open_form(fresh)
    jobs.sweep()
    assert rows(clinic) == []


def test_the_mark_of_what_was_saved_goes_after_a_day(moved_clock, alice, clinic):
    form = open_form(alice)
    alice.post(ADD, patient_form(form), headers=HTMX)
    jobs.sweep()
    assert len(rows(clinic)) == 1
    moved_clock.shift(rules.FINISHED_KEPT_FOR)
    jobs.sweep()
    assert rows(clinic) == []


def test_whoever_begins_very_many_leaves_the_oldest(clinic):
    by = factories.actor(factories.member(of=clinic))
    with tenancy.organization(clinic.pk):
        for number in range(rules.MOST_KEPT + 2):
            actions.keep_typing(by=by, form_id=uuid7(), path=f"/{number}/", typed="{}")
        left = set(UnfinishedForm.objects.values_list("path", flat=True))
    assert len(left) == rules.MOST_KEPT
    assert not {"/0/", "/1/"} & left


def test_what_no_key_opens_is_not_offered_and_breaks_nothing(alice, clinic, settings):
    keep(alice, open_form(alice))
    settings.BETONY_KEY_RING = [Fernet.generate_key().decode()]
    assert "typed" not in open_form(alice)


def test_an_older_key_can_be_put_away(alice, clinic, settings, capsys):
    keep(alice, open_form(alice))
    new = Fernet.generate_key().decode()
    settings.BETONY_KEY_RING = [new, *settings.BETONY_KEY_RING]
    call_command("reseal")
    settings.BETONY_KEY_RING = [new]
    assert json.loads(open_form(alice)["typed"]) == TYPED


def test_a_failed_audit_write_keeps_nothing(alice, clinic, monkeypatch):
    form = open_form(alice)

    def broken(**options):
        raise RuntimeError("the trail is broken")

    monkeypatch.setattr(trail, "record", broken)
    alice.raise_request_exception = False
    assert keep(alice, form).status_code == 500
    monkeypatch.undo()
    assert rows(clinic) == []


def test_opening_a_form_costs_one_question_more_and_keeping_few(alice, clinic, django_assert_max_num_queries):
    form = open_form(alice)
    keep(alice, form)
    # Who asks, the row, its change, and savepoints around them in a test.
    with django_assert_max_num_queries(11):
        keep(alice, form, {"first_name": ["Z"]})


def test_passwords_are_in_no_form_that_is_kept(alice):
    for path in ("/settings/security/", "/sign-in/", "/reset-password/"):
        assert "data-unfinished" not in alice.get(path, follow=True).content.decode()
