"""A member works at a place: its clock, its dates, its name in the top bar (contract: everyday expectations)."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from betony.clinic.accounts import actors
from betony.clinic.accounts.actions import sessions
from betony.clinic.accounts.models import Membership, StaffSession
from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.tests import factories as people
from betony.clinic.practice import actions
from betony.clinic.practice.models import DateFormat
from betony.clinic.practice.tests import factories
from betony.kit import clock, tenancy
from betony.kit.audit.models import AuditEvent
from betony.kit.ui.testing import HTMX, words

SECURITY, WORK_AT = "/settings/security/", "/settings/work-at/"
MORNING = datetime.datetime(2026, 3, 2, 9, 30, tzinfo=datetime.UTC)


@pytest.fixture
def morning(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MORNING)


@pytest.fixture
def main_street(clinic):
    return factories.location(clinic, date_format=DateFormat.MONTH_FIRST)


@pytest.fixture
def lakeside(clinic, main_street):
    return factories.location(
        clinic, name="Lakeside", time_zone="America/Los_Angeles", date_format=DateFormat.DAY_FIRST
    )


def top_bar(client):
    return re.search(r'<small aria-hidden="true">(.*?)</small>', words(client.get(SECURITY)))[1]


def choose(client, place, **headers):
    return client.post(WORK_AT, {"location": str(place.pk)}, headers=headers)


def test_without_a_place_the_organizations_clock_and_dates_in_words_stay(alice, morning):
    client = people.signed_in(alice)
    assert "Mon 2 Mar 2026, 04:30" in words(client.get(SECURITY))
    assert top_bar(client) == "Meadowlark"
    assert "Work at" not in words(client.get(SECURITY))


@pytest.mark.parametrize(
    ("date_format", "shown"),
    [("YYYY-MM-DD", "2026-03-02"), ("MM/DD/YYYY", "03/02/2026"), ("DD/MM/YYYY", "02/03/2026")],
)
def test_dates_and_times_are_those_of_the_only_place(alice, clinic, morning, date_format, shown):
    factories.location(clinic, date_format=date_format, time_zone="America/Vancouver")
    client = people.signed_in(alice)
    assert f"Mon {shown}, 01:30" in words(client.get(SECURITY))
    assert top_bar(client) == "Meadowlark, Main Street"
    assert "Work at" not in words(client.get(SECURITY))


def test_of_several_places_the_first_is_where_one_works_until_one_chooses(
    alice, morning, main_street, lakeside
):
    client = people.signed_in(alice)
    assert top_bar(client) == "Meadowlark, Main Street"
    page = words(client.get(SECURITY))
    assert f'href="{WORK_AT}"' in page
    assert "Work at …" in page
    asked = words(client.get(WORK_AT, headers=HTMX))
    assert re.search(rf'value="{main_street.pk}"[^>]* checked', asked)
    assert choose(client, lakeside)["Location"] == "/"
    assert top_bar(client) == "Meadowlark, Lakeside"
    assert "Mon 02/03/2026, 01:30" in words(client.get(SECURITY))


def test_choosing_draws_the_page_again_and_is_in_the_trail(alice, clinic, main_street, lakeside):
    client = people.signed_in(alice)
    client.get(SECURITY)
    assert choose(client, lakeside, **HTMX).headers["HX-Refresh"] == "true"
    with tenancy.organization(clinic.pk):
        event = AuditEvent.objects.get(action="practice.workplace_chosen")
    assert event.changes == {"location": [str(main_street.pk), str(lakeside.pk)]}
    assert event.actor_id == alice.user_id
    assert "You now work at Lakeside." in words(client.get(SECURITY))


def test_the_choice_is_remembered_for_the_next_session_and_leaves_other_devices_alone(alice, lakeside):
    here, there = people.signed_in(alice), people.signed_in(alice)
    there.get(SECURITY)
    choose(here, lakeside)
    assert top_bar(there) == "Meadowlark, Main Street"
    assert top_bar(people.signed_in(alice)) == "Meadowlark, Lakeside"


def test_a_change_of_the_place_is_shown_at_the_next_page(alice, clinic, morning, main_street):
    client = people.signed_in(alice)
    client.get(SECURITY)
    form = {
        "version": 1,
        "name": "High Street",
        "time_zone": "America/Vancouver",
        "date_format": "YYYY-MM-DD",
    }
    client.post(f"/settings/locations/{main_street.pk}/", form)
    assert top_bar(client) == "Meadowlark, High Street"
    assert "Mon 2026-03-02, 01:30" in words(client.get(SECURITY))


def test_whoever_worked_at_a_place_that_closes_works_at_the_first_one(alice, main_street, lakeside):
    client = people.signed_in(alice)
    choose(client, lakeside)
    actions.set_location_active(by=actors.staff(alice), location_id=lakeside.pk, is_active=False)
    assert top_bar(client) == "Meadowlark, Main Street"
    refused = choose(client, lakeside, **HTMX)
    assert refused.status_code == 422
    assert "That location has been closed." in words(refused)
    # Open again, it is where they chose to work.
    actions.set_location_active(by=actors.staff(alice), location_id=lakeside.pk, is_active=True)
    assert top_bar(people.signed_in(alice)) == "Meadowlark, Lakeside"


def test_a_second_place_brings_the_choice(alice, clinic, main_street):
    client = people.signed_in(alice)
    assert "Work at" not in words(client.get(SECURITY))
    values = {"name": "Lakeside", "time_zone": "America/New_York", "date_format": "YYYY-MM-DD"}
    actions.add_location(by=actors.staff(alice), values=values)
    assert "Work at …" in words(client.get(SECURITY))


def test_a_page_costs_no_query_for_the_place_once_the_session_knows_it(alice, lakeside):
    client = people.signed_in(alice)
    client.get(SECURITY)
    with CaptureQueriesContext(connection) as seen:
        client.get(SECURITY)
    assert [one["sql"] for one in seen.captured_queries if "clinic_practice_location" in one["sql"]] == []


def test_what_another_version_has_kept_is_asked_again(alice, lakeside):
    client = people.signed_in(alice)
    client.get(SECURITY)
    assert StaffSession.objects.update(place={"name": "Old", "colour": "green"}) == 1
    assert top_bar(client) == "Meadowlark, Main Street"
    assert StaffSession.objects.get().place.keys() == {"name", "time_zone", "date_pattern", "has_others"}


def test_another_organizations_places_are_none_of_ones_own(alice, mallory, lakeside):
    client = people.signed_in(mallory)
    assert top_bar(client) == "Elsewhere"
    assert choose(client, lakeside).status_code == 422
    with tenancy.organization(mallory.organization_id), pytest.raises(actions.PlaceIsClosed):
        actions.work_at(
            by=actors.staff(mallory), session=StaffSession.objects.get(membership=mallory),
            location_id=lakeside.pk,
        )  # fmt: skip


def test_switching_organization_leaves_the_place_behind(alice, mallory, lakeside):
    session = StaffSession.objects.create(
        user=alice.user, membership=alice, started_at=MORNING, seen_at=MORNING, location_id=lakeside.pk,
        place={"name": "Lakeside", "time_zone": "America/Los_Angeles"},
    )  # fmt: skip
    other = people.member(Role.PRACTITIONER, of=mallory.organization, user=alice.user)
    sessions.switch_organization(by=actors.staff(alice), session=session, membership=other)
    session.refresh_from_db()
    assert (session.location_id, session.place) == (None, None)


def test_a_failing_event_undoes_the_choice(alice, main_street, lakeside, monkeypatch):
    from betony.kit.audit import trail

    client = people.signed_in(alice)
    client.get(SECURITY)

    def fail(**values):
        raise RuntimeError

    monkeypatch.setattr(trail, "record", fail)
    with pytest.raises(RuntimeError):
        actions.work_at(by=actors.staff(alice), session=StaffSession.objects.get(), location_id=lakeside.pk)
    assert StaffSession.objects.get().location_id == main_street.pk
    assert Membership.objects.get(pk=alice.pk).location_id is None
