"""Settings, Locations."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.tests import factories as people
from betony.clinic.practice import actions
from betony.clinic.practice.models import Location
from betony.clinic.practice.tests import factories
from betony.kit import pagination, tenancy
from betony.kit.actor import NotPermitted
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent

FORM = {
    "version": 1, "name": "Lakeside", "address": "8 Lake Road\nIthaca", "phone": "(607) 555-0101",
    "time_zone": "America/New_York", "date_format": "MM/DD/YYYY",
}  # fmt: skip


def stored(clinic):
    with tenancy.organization(clinic.pk):
        return list(Location.objects.order_by("id"))


def test_a_location_is_added_and_listed(alice, clinic):
    client = people.signed_in(alice)
    assert client.post("/settings/locations/add/", FORM)["Location"] == "/settings/locations/"
    page = client.get("/settings/locations/").text
    assert "Lakeside" in page
    assert "8 Lake Road<br>Ithaca" in page


def test_a_location_is_changed_closed_and_opened_again(alice, clinic):
    place = factories.location(clinic)
    client = people.signed_in(alice)
    client.post(f"/settings/locations/{place.pk}/", FORM)
    client.post(f"/settings/locations/{place.pk}/close/")
    assert [(one.name, one.is_active) for one in stored(clinic)] == [("Lakeside", False)]
    client.post(f"/settings/locations/{place.pk}/reopen/")
    assert stored(clinic)[0].is_active
    with tenancy.organization(clinic.pk):
        names = AuditEvent.objects.filter(action__startswith="practice.").order_by("id")
        assert [event.action for event in names] == [
            "practice.location_changed", "practice.location_closed", "practice.location_reopened"
        ]  # fmt: skip


@pytest.mark.parametrize("name", ["Main Street", "MAIN street ", " main  street"])
def test_two_locations_cannot_have_one_name(alice, clinic, name):
    factories.location(clinic)
    response = people.signed_in(alice).post("/settings/locations/add/", {**FORM, "name": name})
    assert response.status_code == 422
    assert "Another location has this name" in response.text
    assert "8 Lake Road" in response.text
    assert len(stored(clinic)) == 1


def test_clinics_may_use_the_same_names(alice, clinic, mallory):
    factories.location(mallory.organization, name="Lakeside")
    assert people.signed_in(alice).post("/settings/locations/add/", FORM).status_code == 302


def test_of_two_people_who_edit_the_second_is_told_and_nothing_is_overwritten(alice, clinic):
    place = factories.location(clinic)
    client = people.signed_in(alice)
    client.post(f"/settings/locations/{place.pk}/", {**FORM, "name": "The first"})
    late = client.post(f"/settings/locations/{place.pk}/", {**FORM, "name": "The second"})
    assert late.status_code == 422
    assert "Somebody else saved this while you were editing" in late.text
    assert 'value="The second"' in late.text
    assert stored(clinic)[0].name == "The first"


def test_markup_in_a_location_is_shown_as_typed(alice, clinic):
    factories.location(clinic, name="<script>alert(1)</script>", address="<img src=x>", phone="<b>")
    page = people.signed_in(alice).get("/settings/locations/").text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("address", ["", "close/", "reopen/"])
def test_locations_of_another_clinic_do_not_exist(alice, mallory, address):
    theirs = factories.location(mallory.organization)
    client = people.signed_in(alice)
    assert client.post(f"/settings/locations/{theirs.pk}/{address}", FORM).status_code == 404
    assert client.get(f"/settings/locations/{theirs.pk}/").status_code == 404
    assert stored(mallory.organization)[0].name == "Main Street"


def test_only_who_manages_settings_sees_and_changes_locations(clinic, petra):
    place = factories.location(clinic)
    client = people.signed_in(petra)
    for address in ("", "add/", f"{place.pk}/", f"{place.pk}/close/"):
        assert client.post(f"/settings/locations/{address}", FORM).status_code == 404
    with pytest.raises(NotPermitted):
        actions.add_location(by=people.actor(people.member(Role.BILLER, of=clinic)), values={"name": "x"})


def test_a_change_that_cannot_be_trailed_does_not_happen(alice, clinic, monkeypatch):
    monkeypatch.setattr(trail, "record", people.broken_trail)
    with pytest.raises(RuntimeError):
        actions.add_location(by=people.actor(alice), values={"name": "Lost", "time_zone": "America/New_York"})
    assert stored(clinic) == []


def test_the_list_costs_the_same_for_many(alice, clinic, django_assert_max_num_queries):
    for number in range(30):
        factories.location(clinic, name=f"Place {number}")
    client = people.signed_in(alice)
    client.get("/settings/locations/")
    with django_assert_max_num_queries(9):
        client.get("/settings/locations/")


def test_a_long_list_pages_by_key_the_open_ones_first(
    alice, clinic, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setitem(pagination.page_by_key.__kwdefaults__, "size", 3)
    with tenancy.organization(clinic.pk):
        for number in range(7):
            factories.location(clinic, name=f"Row {number}", is_active=number > 2)
    client, seen = people.signed_in(alice), []
    client.get("/settings/")  # the session begins, and learns where it works
    address: str | None = "/settings/locations/"
    while address:
        with CaptureQueriesContext(connection) as taken:
            page = client.get(address).text
        assert sum('FROM "clinic_practice_location"' in one["sql"] for one in taken.captured_queries) == 1
        seen.append(re.findall(r"<td>(Row \d)</td>", page))
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = "/settings/locations/" + following[1].replace("&amp;", "&") if following else None
    assert seen == [["Row 3", "Row 4", "Row 5"], ["Row 6", "Row 0", "Row 1"], ["Row 2"]]
