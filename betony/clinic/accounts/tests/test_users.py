"""Settings, Users: roles, deactivating, and the owner who must stay."""

import pytest
from django.test import Client

from betony.clinic.accounts import events as account_events
from betony.clinic.accounts.actions import users
from betony.clinic.accounts.models import Membership
from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.tests import factories
from betony.kit import events, tenancy
from betony.kit.actor import NotPermitted
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent


def events_of(membership):
    with tenancy.organization(membership.organization_id):
        return list(AuditEvent.objects.order_by("id").values_list("action", "changes"))


def test_the_list_names_everybody_with_role_and_state(alice, bob, clinic):
    factories.member(Role.BILLER, of=clinic, first_name="Gone", is_active=False)
    page = factories.signed_in(alice).get("/settings/users/").text
    for words in ("Bob Abbot", "bob@example.com", "Front desk", "Active", "Gone Abbot", "Deactivated"):
        assert words in page


def test_the_list_costs_the_same_for_many(alice, clinic, django_assert_max_num_queries):
    for _ in range(30):
        factories.member(Role.BILLER, of=clinic)
    client = factories.signed_in(alice)
    client.get("/settings/users/")
    with django_assert_max_num_queries(10):
        client.get("/settings/users/")


def test_names_with_markup_are_shown_as_typed(alice, clinic):
    evil = "<script>alert('x')</script>"
    victim = factories.member(Role.BILLER, of=clinic, first_name=evil, last_name='"><img src=x onerror=y>')
    client = factories.signed_in(alice)
    for address in ("/settings/users/", f"/settings/users/{victim.pk}/"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert" in page


def test_a_new_role_counts_from_the_next_request(alice, bob):
    client = factories.signed_in(bob)
    assert client.get("/settings/users/").status_code == 404
    factories.signed_in(alice).post(f"/settings/users/{bob.pk}/", {"role": "owner"})
    assert client.get("/settings/users/").status_code == 200
    assert events_of(alice)[-1] == ("accounts.role_changed", {"role": ["front_desk", "owner"]})


def test_deactivating_signs_out_at_once_and_tells_other_modules(alice, bob, monkeypatch):
    published: list[object] = []
    monkeypatch.setattr(events, "publish", published.append)
    client = factories.signed_in(bob)
    assert client.get("/settings/security/").status_code == 200
    factories.signed_in(alice).post(f"/settings/users/{bob.pk}/deactivate/")
    assert client.get("/settings/security/").status_code == 302
    wrong = client.post("/sign-in/", {"email": "bob@example.com", "password": factories.PASSWORD})
    assert "That email and password do not match." in wrong.text
    assert published == [
        account_events.MembershipDeactivated(
            organization_id=bob.organization_id, membership_id=bob.pk, user_id=bob.user_id
        )
    ]


def test_reactivating_lets_in_again(alice, bob):
    owner = factories.signed_in(alice)
    owner.post(f"/settings/users/{bob.pk}/deactivate/")
    owner.post(f"/settings/users/{bob.pk}/reactivate/")
    answer = Client().post("/sign-in/", {"email": "bob@example.com", "password": factories.PASSWORD})
    assert answer.status_code == 302
    names = [name for name, _ in events_of(alice)]
    assert "accounts.member_deactivated" in names
    assert "accounts.member_reactivated" in names


def test_reactivating_does_not_bring_old_sessions_back(alice, bob):
    client, owner = factories.signed_in(bob), factories.signed_in(alice)
    client.get("/settings/security/")
    owner.post(f"/settings/users/{bob.pk}/deactivate/")
    owner.post(f"/settings/users/{bob.pk}/reactivate/")
    assert client.get("/settings/security/").status_code == 302


def test_the_last_owner_stays(alice):
    client = factories.signed_in(alice)
    demoted = client.post(f"/settings/users/{alice.pk}/", {"role": "biller"})
    assert demoted.status_code == 422
    assert "make another person an owner first" in demoted.text
    left = client.post(f"/settings/users/{alice.pk}/deactivate/", follow=True)
    assert "make another person an owner first" in left.text
    alice.refresh_from_db()
    assert (alice.role, alice.is_active) == ("owner", True)


def test_a_deactivated_owner_does_not_count(alice, clinic):
    factories.member(Role.OWNER, of=clinic, is_active=False)
    with pytest.raises(users.LastOwner):
        users.deactivate(by=factories.actor(alice), membership_id=alice.pk)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["deactivate", "demote"])
def test_two_owners_who_remove_each_other_at_once_leave_one(at_once, slow_trail, kind):
    clinic = factories.organization()
    first, second = (factories.member(Role.OWNER, of=clinic) for _ in range(2))

    def remove(by, whom):
        if kind == "deactivate":
            return lambda: users.deactivate(by=factories.actor(by), membership_id=whom.pk)
        return lambda: users.change_role(by=factories.actor(by), membership_id=whom.pk, role=Role.BILLER)

    results = at_once(remove(first, second), remove(second, first))
    assert [type(one) for one in results if isinstance(one, Exception)] == [users.LastOwner]
    assert Membership.objects.filter(organization=clinic, role="owner", is_active=True).count() == 1


@pytest.mark.parametrize("address", ["", "deactivate/", "reactivate/"])
def test_members_of_another_clinic_do_not_exist(alice, mallory, address):
    client = factories.signed_in(alice)
    assert client.post(f"/settings/users/{mallory.pk}/{address}", {"role": "biller"}).status_code == 404
    mallory.refresh_from_db()
    assert (mallory.role, mallory.is_active) == ("owner", True)


def test_actions_ask_for_the_permission_themselves(alice, bob):
    with pytest.raises(NotPermitted):
        users.change_role(by=factories.actor(bob), membership_id=bob.pk, role=Role.OWNER)
    with pytest.raises(NotPermitted):
        users.deactivate(by=factories.actor(bob), membership_id=alice.pk)


def test_an_action_finds_no_member_of_another_clinic(alice, mallory):
    with pytest.raises(Membership.DoesNotExist):
        users.deactivate(by=factories.actor(alice), membership_id=mallory.pk)


@pytest.mark.parametrize("made_up", ["superuser", "", "OWNER"])
def test_a_role_that_does_not_exist_is_refused(alice, bob, made_up):
    response = factories.signed_in(alice).post(f"/settings/users/{bob.pk}/", {"role": made_up})
    assert response.status_code == 422


def test_a_change_that_cannot_be_trailed_does_not_happen(alice, bob, monkeypatch):
    monkeypatch.setattr(trail, "record", factories.broken_trail)
    by = factories.actor(alice)
    for change in (
        lambda: users.change_role(by=by, membership_id=bob.pk, role=Role.OWNER),
        lambda: users.deactivate(by=by, membership_id=bob.pk),
        lambda: users.change_own_name(by=by, first_name="Other", last_name="Name"),
    ):
        with pytest.raises(RuntimeError):
            change()
    bob.refresh_from_db()
    alice.user.refresh_from_db()
    assert (bob.role, bob.is_active, alice.user.first_name) == ("front_desk", True, "Alice")
