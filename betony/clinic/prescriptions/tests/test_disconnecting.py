"""Resetting a user: at once here, as soon as it answers there, and nothing is lost (story 3)."""

import pytest
from django.core import mail
from django.urls import reverse

from betony.clinic.accounts.actions import users as accounts
from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions import queries
from betony.clinic.prescriptions.actions import revoking
from betony.clinic.prescriptions.models import Connection, Dispensary, DispensaryRoute
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import tenancy
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.slow

REVOKE = "POST /api/oauth/revoke"


@pytest.fixture
def home(settled):
    return settled


def reset(home, name="Alice"):
    with tenancy.organization(home.pk):
        return revoking.disconnect(by=home.actor(name))


def test_tokens_are_gone_here_at_once_and_there_when_the_job_has_run(home):
    reset(home)
    with tenancy.organization(home.pk):
        ended = Connection.objects.get()
        assert (ended.access_token_sealed, ended.refresh_token_sealed) == ("", "")
        assert ended.writes_as is None
        assert not ended.is_live
        assert queries.connection_of(home.actor("Alice")) is None
    assert home.server.living_grants == 1
    worker.work()
    assert home.server.living_grants == 0


def test_a_second_reset_changes_nothing(home):
    assert reset(home)
    assert not reset(home)
    worker.work()
    assert home.server.calls[REVOKE] == 1


@pytest.mark.parametrize("trouble", [{"kind": "down"}, {"kind": "slow"}, {"kind": "refused", "status": 500},
                                     {"kind": "refused", "status": 429}, {"kind": "lost"},
                                     {"kind": "refused", "status": 401}])  # fmt: skip
def test_a_revocation_that_does_not_get_through_is_tried_again(home, trouble):
    home.server.trouble(on=REVOKE, **trouble)
    reset(home)
    assert worker.work().failed == ["prescriptions.revoke"]
    worker.work()
    assert home.server.living_grants == 0


def test_the_page_that_asks_names_what_waits_and_the_trail_says_so(home):
    carol = home.patient()
    home.server.trouble("down", times=99)
    waiting = cast.save(home, cast.draft(home, carol))
    page = factories.signed_in(home.members["Alice"]).get(reverse("fullscript:reset_user"))
    assert "Carol Castle" in page.text
    with tenancy.organization(home.pk):
        event = AuditEvent.objects.get(action="prescriptions.waiting_shown")
    assert event.patient_ids == [waiting.patient_id]


def test_what_waited_becomes_not_sent_and_never_goes_out_by_itself(home):
    carol = home.patient()
    cast.link(home, carol)
    prescription = cast.save(home, cast.draft(home, carol))
    reset(home)
    stopped = cast.now(home, prescription)
    assert (stopped.state, stopped.reason) == ("not_sent", "disconnected")
    worker.work()
    cast.connect(home)
    worker.work()
    assert cast.now(home, prescription).state == "not_sent"
    assert home.there.plans == []


def test_with_the_last_user_the_dispensary_is_let_go_of_and_the_owner_told(home):
    cast.connect(home, "Nina")
    reset(home)
    worker.work()
    with tenancy.organization(home.pk):
        assert queries.current_dispensary(home.actor("Nina")) is not None
    assert mail.outbox == []
    reset(home, "Nina")
    worker.work()
    with tenancy.organization(home.pk):
        assert queries.current_dispensary(home.actor("Nina")) is None
    assert not DispensaryRoute.objects.exists()
    (letter,) = mail.outbox
    assert letter.to == [home.members["Alice"].user.email]
    assert "Meadowlark" in letter.body


def test_the_owner_is_not_told_when_somebody_connected_again_meanwhile(home):
    reset(home)
    cast.connect(home)
    worker.work()
    assert mail.outbox == []


def test_after_letting_go_the_clinic_may_connect_to_another_dispensary(home):
    reset(home)
    other = home.server.add_clinic("Larkspur Dispensary")
    ines = other.add_practitioner("Ines", "Moreau", "ines@larkspur.example")
    connection = cast.connect(home, at=other, person=ines)
    assert connection.dispensary.name == "Larkspur Dispensary"
    with tenancy.organization(home.pk):
        assert Dispensary.objects.count() == 2
        assert Dispensary.objects.filter(ended_at=None).count() == 1


def test_a_dispensary_that_comes_back_is_the_same_one(home):
    with tenancy.organization(home.pk):
        before = queries.current_dispensary(home.actor("Alice"))
    reset(home)
    assert cast.connect(home).dispensary_id == before.pk
    assert DispensaryRoute.objects.get().organization_id == home.pk


def deactivate(home, name):
    accounts.deactivate(by=home.actor("Nina"), membership_id=home.members[name].pk)


def test_deactivating_a_user_disconnects_them(home):
    home.members["Nina"].role = "owner"
    home.members["Nina"].save()
    deactivate(home, "Alice")
    assert not worker.work().failed
    with tenancy.organization(home.pk):
        assert not Connection.objects.current().exists()
        assert Connection.objects.get().end_reason == "deactivated"
    assert home.server.living_grants == 0


def test_who_is_active_again_before_the_job_runs_stays_connected(home):
    home.members["Nina"].role = "owner"
    home.members["Nina"].save()
    deactivate(home, "Alice")
    accounts.reactivate(by=home.actor("Nina"), membership_id=home.members["Alice"].pk)
    assert not worker.work().failed
    with tenancy.organization(home.pk):
        assert Connection.objects.get().is_live
    assert home.server.living_grants == 1
