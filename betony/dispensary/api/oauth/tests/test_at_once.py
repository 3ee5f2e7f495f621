"""The same code and the same refresh token from two connections at once."""

from typing import Any

import pytest
from django.test import Client

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.factories import CLIENT_SECRET
from betony.dispensary.accounts.models import Application, Grant, OwnerType, TokenPair
from betony.dispensary.accounts.oauth import actions
from betony.dispensary.accounts.secrets import digest_of
from betony.dispensary.practices import factories as practices
from betony.dispensary.practices.models import Practitioner
from betony.kit import actor, clock, tenancy

REDIRECT = "https://clinic.example/callback"


@pytest.fixture
def nina(committed_db: None) -> Practitioner:
    shop = accounts.organization()
    with tenancy.organization(shop.pk):
        return practices.practitioner(shop)


@pytest.fixture
def app(committed_db: None) -> Application:
    return accounts.application()


def ask(app: Application, **values: str) -> Any:
    body = {"client_id": app.client_id, "client_secret": CLIENT_SECRET, "redirect_uri": REDIRECT, **values}
    return Client().post("/api/oauth/token", body, content_type="application/json")


def test_a_code_sent_twice_at_once_leaves_no_live_token(at_once, app, nina) -> None:
    with tenancy.organization(nina.organization_id):
        actions.save_code(
            by=actor.system("test", organization_id=nina.organization_id),
            new=actions.NewCode(
                code="c" * 43,
                application=app,
                user=nina.user,
                owner=actions.ResourceOwner(OwnerType.PRACTITIONER.value, nina.pk),
                redirect_uri=REDIRECT,
                challenge="",
            ),
        )

    def exchange() -> int:
        return int(ask(app, grant_type="authorization_code", code="c" * 43).status_code)

    assert sorted(at_once(exchange, exchange)) == [200, 400]
    assert TokenPair.objects.count() == 1
    assert Grant.objects.get().revoked_at is not None


def test_of_two_refreshes_at_once_both_pairs_are_good(at_once, app, nina) -> None:
    token = practices.access_token(nina, app)
    pair = TokenPair.objects.get()
    pair.refresh_digest = digest_of("r" * 43)
    pair.save()

    def refresh() -> Any:
        return ask(app, grant_type="refresh_token", refresh_token="r" * 43).json()["oauth"]["access_token"]

    def status(access: str) -> int:
        return int(Client().get("/api/clinic", headers={"Authorization": f"Bearer {access}"}).status_code)

    first, second = at_once(refresh, refresh)
    assert [status(first), status(second), status(token)] == [200, 200, 401]
    assert [status(first), status(second)] == [200, 200]


def test_two_first_uses_at_once_end_the_old_pair_once(at_once, app, nina) -> None:
    practices.access_token(nina, app)
    old = TokenPair.objects.get()
    new = actions.save_pair(grant=old.grant, access="a" * 43, refresh="b" * 43, previous=old)

    def use() -> bool:
        return actions.note_first_use(pair=new)

    assert at_once(use, use) == [True, True]
    old.refresh_from_db()
    assert old.ended_at is not None
    assert old.ended_at <= clock.now()


def test_first_uses_at_once_of_two_pairs_from_one_let_both_in(at_once, app, nina) -> None:
    practices.access_token(nina, app)
    old = TokenPair.objects.get()
    one = actions.save_pair(grant=old.grant, access="a" * 43, refresh="b" * 43, previous=old)
    other = actions.save_pair(grant=old.grant, access="c" * 43, refresh="d" * 43, previous=old)

    assert at_once(lambda: actions.note_first_use(pair=one), lambda: actions.note_first_use(pair=other)) == [
        True, True
    ]  # fmt: skip
    assert set(TokenPair.objects.filter(ended_at=None)) == {one, other}


def test_of_a_pair_and_the_one_refreshed_from_it_used_at_once_the_newer_stays(at_once, app, nina) -> None:
    practices.access_token(nina, app)
    old = TokenPair.objects.get()
    middle = actions.save_pair(grant=old.grant, access="a" * 43, refresh="b" * 43, previous=old)
    newest = actions.save_pair(grant=old.grant, access="c" * 43, refresh="d" * 43, previous=middle)

    at_once(lambda: actions.note_first_use(pair=middle), lambda: actions.note_first_use(pair=newest))
    assert list(TokenPair.objects.filter(ended_at=None)) == [newest]
