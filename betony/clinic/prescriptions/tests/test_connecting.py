"""Connecting a user: the trip to the consent page, one dispensary each, whom the drop-down holds."""

from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError
from django.urls import reverse

from betony.clinic.accounts.actions import users
from betony.clinic.patients.tests import factories
from betony.clinic.prescriptions import failures, provider, queries
from betony.clinic.prescriptions.actions import connecting, revoking
from betony.clinic.prescriptions.dispensary import errors
from betony.clinic.prescriptions.models import Connection, Dispensary
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import clock, tenancy

pytestmark = pytest.mark.slow


def come_back(home, name="Alice", *, client=None, **query):
    """Open the callback in the user's browser, whose trip key is set as its session holds it."""
    browser = client or factories.signed_in(home.members[name])
    session = browser.session
    session["fullscript_browser"] = cast.BROWSER
    session.save()
    return browser.get(reverse("fullscript:complete_connection"), query)


def names_for(home, name):
    with tenancy.organization(home.pk):
        by = home.actor(name)
        return [one.first_name for one in queries.practitioners_for(by, queries.connection_of(by))]


def test_a_user_comes_back_connected(home):
    state, code = cast.consent(home, "Alice")
    page = come_back(home, state=state, code=code)
    assert page.status_code == 200
    assert "Fullscript is connected." in page.text
    with tenancy.organization(home.pk):
        connection = Connection.objects.get()
        assert connection.is_live
        assert connection.owner_type == "Practitioner"
        assert connection.dispensary.name == "Meadowlark Dispensary"
        assert queries.environment_of(home.members["Alice"]) == "us"


def test_cancelling_changes_nothing(home):
    state, _ = cast.consent(home, "Alice")
    page = come_back(home, state=state, error="access_denied")
    assert "Fullscript was not connected." in page.text
    with tenancy.organization(home.pk):
        assert not Dispensary.objects.exists()


def test_the_answer_of_a_trip_counts_once(home):
    state, code = cast.consent(home, "Alice")
    come_back(home, state=state, code=code)
    again = come_back(home, state=state, code=code)
    assert again.status_code == 409
    with tenancy.organization(home.pk):
        assert Connection.objects.count() == 1


def test_a_state_is_used_up_by_its_first_answer_even_a_refusing_one(home):
    state, code = cast.consent(home, "Alice")
    come_back(home, state=state, error="access_denied")
    assert come_back(home, state=state, code=code).status_code == 409
    with tenancy.organization(home.pk), pytest.raises(failures.StateRefused):
        connecting.end_trip(by=home.actor("Alice"), state=state, browser_key=cast.BROWSER)


@pytest.mark.parametrize("stranger", ["another user", "another browser", "another clinic", "nobody's"])
def test_a_state_is_bound_to_its_user_and_browser(home, stranger):
    state, _ = cast.consent(home, "Alice")
    by, browser = home.actor("Alice"), cast.BROWSER
    if stranger == "another user":
        by = home.actor("Nina")
    elif stranger == "another browser":
        browser = "a secret of some other browser"
    elif stranger == "another clinic":
        other = cast.house(name="Harbour", country="CA")
        by = other.actor("Alice")
    else:
        state = "made up"
    with tenancy.organization(by.organization), pytest.raises(failures.StateRefused):
        connecting.end_trip(by=by, state=state, browser_key=browser)


def test_a_trip_that_took_too_long_is_refused(home):
    state, _ = cast.consent(home, "Alice")
    with (
        time_machine.travel(clock.now() + connecting.ATTEMPT_LIVES + timedelta(seconds=1)),
        tenancy.organization(home.pk),
        pytest.raises(failures.StateRefused),
    ):
        connecting.end_trip(by=home.actor("Alice"), state=state, browser_key=cast.BROWSER)


def test_the_dispensary_being_down_is_said_and_nothing_is_kept(home):
    for kind in ("down", "slow", "garbage", "half", "lost"):
        state, code = cast.consent(home, "Alice")
        home.server.trouble(kind, on="POST /api/oauth/token")
        page = come_back(home, state=state, code=code)
        assert "Fullscript was not connected." in page.text
    for status in (500, 401, 429):
        state, code = cast.consent(home, "Alice")
        home.server.trouble("refused", on="GET /api/clinic*", status=status)
        page = come_back(home, state=state, code=code)
        assert "Fullscript was not connected." in page.text
    with tenancy.organization(home.pk):
        assert not Connection.objects.exists()
        assert not Dispensary.objects.exists()


def test_tokens_of_a_connection_that_could_not_be_kept_are_revoked(home):
    state, code = cast.consent(home, "Alice")
    home.server.trouble("refused", on="GET /api/clinic", status=500)
    come_back(home, state=state, code=code)
    assert home.server.living_grants == 1
    worker.work()
    assert home.server.living_grants == 0


def broken(**values):
    raise OperationalError("the database went away")


def test_tokens_are_revoked_when_our_own_fault_keeps_them_from_being_kept(home, monkeypatch):
    monkeypatch.setattr(connecting, "connect", broken)
    state, code = cast.consent(home, "Alice")
    with pytest.raises(OperationalError):
        come_back(home, state=state, code=code)
    assert home.server.living_grants == 1
    worker.work()
    assert home.server.living_grants == 0


def test_tokens_are_revoked_at_once_when_not_even_that_can_be_queued(home, monkeypatch):
    monkeypatch.setattr(connecting, "connect", broken)
    monkeypatch.setattr(revoking, "queue_revocation", broken)
    state, code = cast.consent(home, "Alice")
    with pytest.raises(OperationalError):
        come_back(home, state=state, code=code)
    assert home.server.living_grants == 0


def test_a_country_that_this_server_does_not_serve_is_said(home, settings):
    settings.BETONY_FULLSCRIPT = {
        **settings.BETONY_FULLSCRIPT,
        "us": dict.fromkeys(settings.BETONY_FULLSCRIPT["us"], ""),
    }
    page = factories.signed_in(home.members["Alice"]).get(reverse("fullscript:connect_user"))
    assert page.status_code == 409
    assert "Fullscript is not set up for your country here." in page.text
    with pytest.raises(errors.NotConnected):
        provider.api("us")


def test_a_second_user_connects_an_account_of_their_own(connected):
    cast.connect(connected, "Nina")
    with tenancy.organization(connected.pk):
        assert Connection.objects.live().count() == 2
        assert Dispensary.objects.count() == 1


def test_a_different_dispensary_is_refused_with_the_name_of_the_connected_one(connected):
    other = connected.server.add_clinic("Larkspur Dispensary")
    ines = other.add_practitioner("Ines", "Moreau", "ines@larkspur.example")
    state, code = cast.consent(connected, "Nina", at=other, person=ines)
    page = come_back(connected, "Nina", state=state, code=code)
    assert page.status_code == 409
    assert "Meadowlark Dispensary" in page.text
    assert "Reset User" in page.text
    assert "Larkspur" not in page.text
    worker.work()
    assert [grant.is_revoked for grant in connected.server.tokens.grants] == [False, True]


def test_a_dispensary_of_another_clinic_is_refused_without_naming_that_clinic(connected):
    other = cast.house(name="Thistle", server=connected.server)
    alice = connected.there.practitioners[0]
    state, code = cast.consent(other, "Alice", at=connected.there, person=alice)
    page = come_back(other, state=state, code=code)
    assert page.status_code == 409
    assert "another practice" in page.text
    assert "Meadowlark" not in page.text.replace("Meadowlark Dispensary", "")
    worker.work()
    assert connected.server.living_grants == 1
    with tenancy.organization(other.pk):
        assert not Connection.objects.exists()


def test_a_dispensary_that_was_let_go_of_may_go_to_another_clinic(connected):
    with tenancy.organization(connected.pk):
        revoking.disconnect(by=connected.actor("Alice"))
    other = cast.house(name="Thistle", server=connected.server)
    alice = connected.there.practitioners[0]
    assert cast.connect(other, at=connected.there, person=alice).is_live
    with pytest.raises(failures.HeldElsewhere):
        cast.connect(connected, person=alice)


def test_connecting_again_ends_and_revokes_the_connection_before(connected):
    cast.connect(connected)
    worker.work()
    with tenancy.organization(connected.pk):
        assert Connection.objects.current().count() == 1
    assert [grant.is_revoked for grant in connected.server.tokens.grants] == [True, False]


def test_after_a_reset_the_dispensary_asks_for_credentials_again(home):
    with tenancy.organization(home.pk):
        first = connecting.begin_trip(
            by=home.actor("Alice"), environment="us", browser_key=cast.BROWSER, return_to=""
        )
    cast.connect(home)
    with tenancy.organization(home.pk):
        revoking.disconnect(by=home.actor("Alice"))
        second = connecting.begin_trip(
            by=home.actor("Alice"), environment="us", browser_key=cast.BROWSER, return_to=""
        )
    assert (first.asks_again, second.asks_again) == (False, True)


def test_the_country_decides_the_environment(home):
    canada = cast.house(name="Harbour", country="CA")
    connection = cast.connect(canada)
    assert connection.dispensary.environment == "ca"
    assert canada.server is not home.server


# Whom the drop-down holds (story 2.5, 2.7, 2.8)


def test_the_users_own_name_stands_first_and_colleagues_are_not_in_the_list(connected):
    connected.there.add_practitioner("Zed", "Aardvark", "zed@elsewhere.example")
    cast.connect(connected, "Nina")
    assert names_for(connected, "Nina") == ["Nina", "Zed"]
    assert names_for(connected, "Alice") == ["Alice", "Zed"]


def test_clinical_staff_see_only_those_who_delegated_to_them(connected):
    cast.connect(connected, "Amir")
    assert names_for(connected, "Amir") == []
    delegation = connected.delegate(practitioner="Nina", to="Amir")
    assert names_for(connected, "Amir") == ["Nina"]
    with tenancy.organization(connected.pk):
        type(delegation).objects.filter(pk=delegation.pk).update(ended_at=clock.now())
    assert names_for(connected, "Amir") == []


@pytest.mark.parametrize("name", ["Bob", "Theo", "Olga"])
def test_the_desk_billers_and_auditors_write_as_nobody(connected, name):
    cast.connect(connected, name)
    assert names_for(connected, name) == []


def test_staff_of_the_dispensary_connect_and_are_not_in_the_list(connected):
    ada = connected.there.add_staff("Ada", "Nook", "ada@elsewhere.example")
    connection = cast.connect(connected, "Nina", person=ada)
    assert connection.owner_type == "Staff"
    assert "Ada" not in names_for(connected, "Nina")


def test_a_practitioner_removed_there_is_chosen_by_nobody_any_more(connected):
    from betony.clinic.prescriptions.exchange import importing

    connected.there.remove_practitioner(connected.there.practitioners[0])
    late = connected.there.add_practitioner("Zed", "Aardvark", "zed@elsewhere.example")
    with tenancy.working_for(connected.pk):
        importing.fetch_practitioners(connected.pk)
    with tenancy.organization(connected.pk):
        assert queries.connection_of(connected.actor("Alice")).writes_as is None
    assert names_for(connected, "Alice") == [late["first_name"]]


def test_nobody_prescribes_as_somebody_they_may_not_write_for(connected):
    cast.connect(connected, "Nina")
    with tenancy.organization(connected.pk):
        nina = next(
            one for one in queries.current_dispensary(connected.actor("Alice")).practitioners.all()
            if one.first_name == "Nina"
        )  # fmt: skip
        with pytest.raises(failures.NotAllowedAsPractitioner):
            connecting.choose_practitioner(by=connected.actor("Alice"), practitioner=nina)


def test_nobody_takes_over_the_name_of_a_colleague_who_has_left(home):
    home.add("Sam", "practitioner")
    home.practises_there("Sam")
    cast.connect(home, "Nina")
    assert names_for(home, "Nina") == ["Nina"]
    users.deactivate(by=home.actor("Alice"), membership_id=home.members["Sam"].pk)
    assert names_for(home, "Nina") == ["Nina"]
