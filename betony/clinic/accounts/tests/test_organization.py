"""Settings, Organization: changing it, and two people doing so at once."""

import pytest

from betony.clinic.accounts.actions import organization
from betony.clinic.accounts.tests import factories
from betony.kit import tenancy
from betony.kit.actor import NotPermitted
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent

FORM = {
    "version": 1, "name": "Meadowlark  Health", "time_zone": "America/Chicago", "currency": "USD",
    "idle_minutes": 20,
}  # fmt: skip


def test_an_owner_changes_it_and_the_trail_says_what(alice, clinic):
    response = factories.signed_in(alice).post("/settings/organization/", FORM)
    assert response["Location"] == "/settings/organization/"
    clinic.refresh_from_db()
    assert (clinic.name, clinic.time_zone, clinic.idle_minutes, clinic.version) == (
        "Meadowlark Health", "America/Chicago", 20, 2
    )  # fmt: skip
    with tenancy.organization(clinic.pk):
        event = AuditEvent.objects.get(action="accounts.organization_changed")
    assert event.changes["name"] == ["Meadowlark", "Meadowlark Health"]


def test_of_two_people_who_edit_the_second_is_told_and_nothing_is_overwritten(alice, clinic):
    client = factories.signed_in(alice)
    client.post("/settings/organization/", {**FORM, "name": "The first"})
    late = client.post("/settings/organization/", {**FORM, "name": "The second"})
    assert late.status_code == 422
    assert "Somebody else saved this while you were editing" in late.text
    assert "The first" in late.text
    assert 'value="The second"' in late.text
    clinic.refresh_from_db()
    assert clinic.name == "The first"


def test_saving_again_after_being_told_overwrites_knowingly(alice, clinic):
    client = factories.signed_in(alice)
    client.post("/settings/organization/", {**FORM, "name": "The first"})
    late = client.post("/settings/organization/", {**FORM, "name": "The second"})
    assert '<input type="hidden" name="version" value="2"' in late.text
    client.post("/settings/organization/", {**FORM, "name": "The second", "version": 2})
    clinic.refresh_from_db()
    assert clinic.name == "The second"


@pytest.mark.parametrize(
    "wrong",
    [
        {"idle_minutes": 4},
        {"idle_minutes": 241},
        {"time_zone": "Mars/Olympus"},
        {"currency": "EUR"},
        {"name": "  "},
        {"version": "x"},
    ],
)
def test_what_does_not_fit_is_refused_and_what_was_typed_stays(alice, clinic, wrong):
    response = factories.signed_in(alice).post("/settings/organization/", {**FORM, **wrong})
    assert response.status_code == 422
    assert "There is a problem" in response.text
    clinic.refresh_from_db()
    assert clinic.version == 1


def test_the_country_cannot_be_changed_by_hand(alice, clinic):
    factories.signed_in(alice).post("/settings/organization/", {**FORM, "country": "CA", "slug": "x"})
    clinic.refresh_from_db()
    assert clinic.country == "US"


def test_markup_in_the_name_is_shown_as_typed(alice):
    client = factories.signed_in(alice)
    client.post("/settings/organization/", {**FORM, "name": "<script>alert(1)</script>"})
    for page in ("/settings/organization/", "/settings/security/", "/organizations/"):
        text = client.get(page).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text


def test_only_who_manages_settings_changes_it(alice, bob, monkeypatch):
    with pytest.raises(NotPermitted):
        organization.change_organization(by=factories.actor(bob), version=1, values={"name": "x"})
    assert factories.signed_in(bob).post("/settings/organization/", FORM).status_code == 404


def test_a_change_that_cannot_be_trailed_does_not_happen(alice, clinic, monkeypatch):
    monkeypatch.setattr(trail, "record", factories.broken_trail)
    with pytest.raises(RuntimeError):
        organization.change_organization(by=factories.actor(alice), version=1, values={"name": "x"})
    clinic.refresh_from_db()
    assert clinic.name == "Meadowlark"
