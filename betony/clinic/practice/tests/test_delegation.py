"""Who may write for whom (story 2.8), and Settings, Delegation."""

import pytest
from django.db import IntegrityError

from betony.clinic.accounts.actions import users
from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.tests import factories as people
from betony.clinic.practice import actions, queries
from betony.clinic.practice.models import Delegation
from betony.clinic.practice.tests import factories
from betony.kit import clock, tenancy
from betony.kit.actor import NotPermitted
from betony.kit.audit import trail
from betony.kit.audit.models import AuditEvent
from betony.kit.jobs import testing

pytestmark = pytest.mark.slow


def may_write_for(membership):
    with tenancy.organization(membership.organization_id):
        return [one.display_name for one in queries.practitioners_the_user_may_write_for(membership)]


def delegate(by, to):
    return actions.delegate(by=people.actor(by), membership_id=to.pk)


@pytest.fixture
def two_practitioners(alice, petra):
    factories.practitioner(alice)
    factories.practitioner(petra, credential="LAc")


@pytest.mark.usefixtures("two_practitioners")
def test_practitioners_and_owners_who_practise_write_as_themselves(alice, petra):
    assert may_write_for(alice) == ["Alice Abbot, ND"]
    assert may_write_for(petra) == ["Petra Pine, LAc"]


@pytest.mark.usefixtures("two_practitioners")
def test_clinical_staff_write_only_for_who_delegated_to_them(petra, alice, stan):
    assert may_write_for(stan) == []
    delegation = delegate(petra, stan)
    assert may_write_for(stan) == ["Petra Pine, LAc"]
    delegate(alice, stan)
    assert may_write_for(stan) == ["Alice Abbot, ND", "Petra Pine, LAc"]
    actions.end_delegation(by=people.actor(petra), delegation_id=delegation.pk)
    assert may_write_for(stan) == ["Alice Abbot, ND"]


@pytest.mark.usefixtures("two_practitioners")
@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.BILLER, Role.AUDITOR])
def test_nobody_else_writes_for_anybody(petra, stan, role):
    delegate(petra, stan)
    stan.role = role.value
    stan.save()
    assert may_write_for(stan) == []


def test_an_owner_without_a_profile_writes_for_nobody(alice):
    assert may_write_for(alice) == []


@pytest.mark.usefixtures("two_practitioners")
def test_a_practitioner_who_left_or_lost_the_role_is_written_for_no_more(alice, petra, stan, clinic):
    delegate(petra, stan)
    petra.role = Role.BILLER.value
    petra.save()
    assert may_write_for(stan) == []
    petra.role, petra.is_active = Role.PRACTITIONER.value, False
    petra.save()
    assert may_write_for(stan) == []
    with tenancy.organization(clinic.pk):
        assert [name for _, name in queries.practitioner_choices(clinic.pk)] == ["Alice Abbot, ND"]
        assert queries.credential_of(clinic.pk, alice.user.email.upper()) == "ND"
        assert queries.credential_of(clinic.pk, petra.user.email) == ""


@pytest.mark.usefixtures("two_practitioners")
def test_a_practitioner_delegates_and_ends_it_in_settings(petra, stan, clinic):
    client = people.signed_in(petra)
    assert "Stan Stone" in client.get("/settings/delegation/").text
    client.post("/settings/delegation/", {"membership": stan.pk})
    assert may_write_for(stan) == ["Petra Pine, LAc"]
    assert "Petra Pine, LAc" in people.signed_in(stan).get("/settings/delegation/").text
    with tenancy.organization(clinic.pk):
        delegation = Delegation.objects.get()
    client.post(f"/settings/delegation/{delegation.pk}/end/")
    assert may_write_for(stan) == []
    again = client.post(f"/settings/delegation/{delegation.pk}/end/", follow=True)
    assert "It had already ended." in again.text
    with tenancy.organization(clinic.pk):
        names = AuditEvent.objects.filter(action__contains="delegation").order_by("id")
        assert [event.action for event in names] == [
            "practice.delegation_started", "practice.delegation_ended"
        ]  # fmt: skip


@pytest.mark.usefixtures("two_practitioners")
def test_delegating_twice_is_refused_with_a_sentence(petra, stan):
    client = people.signed_in(petra)
    client.post("/settings/delegation/", {"membership": stan.pk})
    response = client.post("/settings/delegation/", {"membership": stan.pk})
    assert response.status_code == 422
    assert "You have already delegated to this colleague." in response.text


def test_two_clicks_at_once_make_one_delegation(at_once):
    clinic = people.organization()
    petra, stan = people.member(Role.PRACTITIONER, of=clinic), people.member(Role.CLINICAL_STAFF, of=clinic)
    factories.practitioner(petra)
    results = at_once(lambda: delegate(petra, stan), lambda: delegate(petra, stan))
    assert [type(one) for one in results if isinstance(one, Exception)] == [actions.AlreadyDelegated]


@pytest.mark.usefixtures("two_practitioners")
def test_only_clinical_staff_of_the_same_clinic_can_be_delegated_to(petra, alice, clinic, mallory):
    others = [
        alice,
        people.member(Role.FRONT_DESK, of=clinic),
        people.member(Role.CLINICAL_STAFF, of=clinic, is_active=False),
        people.member(Role.CLINICAL_STAFF, of=mallory.organization),
    ]
    client = people.signed_in(petra)
    for other in others:
        with pytest.raises(actions.CannotDelegate):
            delegate(petra, other)
        assert client.post("/settings/delegation/", {"membership": other.pk}).status_code == 422


def test_who_has_no_profile_is_told_to_save_one_first(petra, stan):
    page = people.signed_in(petra).get("/settings/delegation/").text
    assert "You have no practitioner profile yet" in page
    with pytest.raises(actions.CannotDelegate):
        delegate(petra, stan)


@pytest.mark.usefixtures("two_practitioners")
def test_nobody_ends_the_delegation_of_another(petra, alice, stan, mallory):
    delegation = delegate(petra, stan)
    for other in (alice, mallory):
        client = people.signed_in(other)
        assert client.post(f"/settings/delegation/{delegation.pk}/end/").status_code == 404
    assert people.signed_in(stan).post(f"/settings/delegation/{delegation.pk}/end/").status_code == 404
    with pytest.raises(NotPermitted):
        actions.end_delegation(by=people.actor(stan), delegation_id=delegation.pk)
    assert may_write_for(stan) == ["Petra Pine, LAc"]


@pytest.mark.usefixtures("two_practitioners")
def test_who_is_deactivated_and_comes_back_has_no_old_delegations(petra, alice, stan):
    delegate(petra, stan)
    users.deactivate(by=people.actor(alice), membership_id=stan.pk)
    testing.declared_job("practice.end_delegations")(
        organization_id=stan.organization_id, membership_id=stan.pk, user_id=stan.user_id
    )
    users.reactivate(by=people.actor(alice), membership_id=stan.pk)
    stan.refresh_from_db()
    assert may_write_for(stan) == []


@pytest.mark.usefixtures("two_practitioners")
def test_who_is_active_again_before_the_job_runs_keeps_their_delegations(petra, alice, stan):
    delegate(petra, stan)
    users.deactivate(by=people.actor(alice), membership_id=stan.pk)
    users.reactivate(by=people.actor(alice), membership_id=stan.pk)
    testing.declared_job("practice.end_delegations")(
        organization_id=stan.organization_id, membership_id=stan.pk, user_id=stan.user_id
    )
    stan.refresh_from_db()
    assert len(may_write_for(stan)) == 1


def test_the_job_is_queued_by_deactivating(alice, stan):
    users.deactivate(by=people.actor(alice), membership_id=stan.pk)
    assert "practice.end_delegations" in [name for name, _ in testing.queued()]


@pytest.mark.usefixtures("two_practitioners")
def test_the_database_refuses_a_second_open_delegation(petra, stan):
    first = delegate(petra, stan)
    with pytest.raises(IntegrityError), tenancy.organization(petra.organization_id):
        Delegation.objects.create(
            organization_id=petra.organization_id, practitioner_id=first.practitioner_id,
            membership=stan, started_at=clock.now(),
        )  # fmt: skip


@pytest.mark.usefixtures("two_practitioners")
def test_a_delegation_that_cannot_be_trailed_does_not_begin(petra, stan, monkeypatch):
    monkeypatch.setattr(trail, "record", people.broken_trail)
    with pytest.raises(RuntimeError):
        delegate(petra, stan)
    assert may_write_for(stan) == []
