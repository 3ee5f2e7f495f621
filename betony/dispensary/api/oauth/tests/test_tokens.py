"""Refreshing tokens, giving them back, and when they end."""

from datetime import timedelta

import pytest
import time_machine

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.api.oauth.tests import conversation
from betony.kit import clock

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_refreshing_gives_new_tokens_and_keeps_the_old_until_the_new_is_used(browser, app) -> None:
    first = conversation.exchange(app, conversation.authorize(browser, app)).json()["oauth"]
    second = conversation.refresh(app, first["refresh_token"]).json()["oauth"]
    assert second["refresh_token"] != first["refresh_token"]
    assert second["resource_owner"] == first["resource_owner"]
    assert conversation.clinic(first["access_token"]).status_code == 200
    third = conversation.refresh(app, first["refresh_token"])
    assert third.status_code == 200
    assert conversation.clinic(second["access_token"]).status_code == 200
    assert conversation.clinic(first["access_token"]).status_code == 401
    # Two pairs came of one token, as two workers ask for them: both are good, for only the old one has been replaced.
    assert conversation.clinic(third.json()["oauth"]["access_token"]).status_code == 200
    assert conversation.clinic(second["access_token"]).status_code == 200
    fourth = conversation.refresh(app, third.json()["oauth"]["refresh_token"])
    assert conversation.clinic(fourth.json()["oauth"]["access_token"]).status_code == 200
    assert conversation.refresh(app, second["refresh_token"]).status_code == 200


def test_a_lost_answer_to_a_refresh_costs_nobody_the_connection(browser, app) -> None:
    first = conversation.exchange(app, conversation.authorize(browser, app)).json()["oauth"]
    conversation.refresh(app, first["refresh_token"])  # its answer never arrives
    again = conversation.refresh(app, first["refresh_token"]).json()["oauth"]
    assert conversation.clinic(again["access_token"]).status_code == 200
    assert conversation.refresh(app, again["refresh_token"]).status_code == 200


def test_a_thief_who_took_a_refresh_token_is_found_out_when_its_owner_comes_back(browser, app) -> None:
    owners = conversation.exchange(app, conversation.authorize(browser, app)).json()["oauth"]
    thiefs = conversation.refresh(app, owners["refresh_token"]).json()["oauth"]
    thiefs = conversation.refresh(app, thiefs["refresh_token"]).json()["oauth"]
    assert conversation.clinic(thiefs["access_token"]).status_code == 200
    assert conversation.clinic(owners["access_token"]).status_code == 401
    assert conversation.refresh(app, owners["refresh_token"]).json()["error"] == "invalid_grant"
    assert conversation.clinic(thiefs["access_token"]).status_code == 401
    assert conversation.refresh(app, thiefs["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_refresh_token_that_has_ended_revokes_everything_when_it_comes_back(browser, app) -> None:
    first = conversation.exchange(app, conversation.authorize(browser, app)).json()["oauth"]
    second = conversation.refresh(app, first["refresh_token"]).json()["oauth"]
    assert conversation.clinic(second["access_token"]).status_code == 200
    assert conversation.refresh(app, first["refresh_token"]).json()["error"] == "invalid_grant"
    assert conversation.clinic(second["access_token"]).status_code == 401
    assert conversation.refresh(app, second["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_refresh_token_is_good_for_its_own_application_only(browser, app) -> None:
    other = accounts.application()
    token = conversation.exchange(app, conversation.authorize(browser, app)).json()["oauth"]
    assert conversation.refresh(other, token["refresh_token"]).json()["error"] == "invalid_grant"
    assert (
        conversation.refresh(app, token["refresh_token"], redirect_uri=conversation.REDIRECT).status_code
        == 200
    )
    assert conversation.refresh(app, token["access_token"]).json()["error"] == "invalid_grant"


def test_an_access_token_ends_after_two_hours_and_its_refresh_token_does_not(browser, app) -> None:
    token = conversation.exchange(app, conversation.authorize(browser, app)).json()["oauth"]
    with time_machine.travel(clock.now() + timedelta(seconds=7201)):
        answer = conversation.clinic(token["access_token"])
        assert answer.status_code == 401
        assert answer.json() == {"error": "invalid_token"}
        assert 'error="invalid_token"' in answer["WWW-Authenticate"]
        assert conversation.refresh(app, token["refresh_token"]).status_code == 200


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_both(browser, app, which) -> None:
    token = conversation.exchange(app, conversation.authorize(browser, app)).json()["oauth"]
    answer = conversation.revoke(app, token[which])
    assert (answer.status_code, answer.json()) == (200, {})
    assert conversation.clinic(token["access_token"]).status_code == 401
    assert conversation.refresh(app, token["refresh_token"]).status_code == 400
    assert conversation.revoke(app, token[which]).status_code == 200


def test_an_expired_token_can_be_revoked(browser, app) -> None:
    token = conversation.exchange(app, conversation.authorize(browser, app)).json()["oauth"]
    with time_machine.travel(clock.now() + timedelta(days=3)):
        assert conversation.revoke(app, token["access_token"]).status_code == 200
        assert conversation.refresh(app, token["refresh_token"]).status_code == 400


def test_nobody_revokes_the_tokens_of_another_application(browser, app) -> None:
    other = accounts.application()
    token = conversation.exchange(app, conversation.authorize(browser, app)).json()["oauth"]
    assert conversation.revoke(other, token["access_token"]).status_code == 200
    assert conversation.revoke(app, token["access_token"], client_secret="wrong").status_code == 401
    assert conversation.clinic(token["access_token"]).status_code == 200


def test_a_person_who_may_no_longer_sign_in_has_no_tokens(browser, app, nina) -> None:
    token = conversation.exchange(app, conversation.authorize(browser, app)).json()["oauth"]
    nina.user.is_active = False
    nina.user.save()
    assert conversation.clinic(token["access_token"]).status_code == 401
    assert conversation.refresh(app, token["refresh_token"]).status_code == 400


def test_the_session_of_a_browser_does_not_open_the_api(browser) -> None:
    assert browser.get("/api/clinic").status_code == 401
