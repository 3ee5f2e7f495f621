"""People see which applications act for them, and end it."""

import pytest
from django.test import Client

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Grant, Integration, OwnerType, User
from betony.kit import clock, identifiers

pytestmark = pytest.mark.django_db


def grant(user: User, name: str = "Clinic") -> Grant:
    application = accounts.application(name=name)
    integration = Integration.objects.create(
        organization=user.organization, application=application, activated_at=clock.now()
    )
    return Grant.objects.create(
        integration=integration,
        user=user,
        owner_type=OwnerType.PRACTITIONER,
        owner_id=identifiers.uuid7(),
        scopes=["catalog:read"],
        created_at=clock.now(),
    )


@pytest.fixture
def sam() -> User:
    return accounts.user(accounts.organization())


def page(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get("/connected-applications/").content.decode()


def test_a_person_sees_the_own_ones(client, sam) -> None:
    grant(sam, "Mine")
    grant(accounts.user(sam.organization), "A colleague's")
    grant(accounts.user(accounts.organization()), "A stranger's")
    text = page(client, sam)
    assert "Mine" in text
    assert "colleague" not in text
    assert "stranger" not in text


def test_an_owner_sees_everybody_of_the_dispensary(client, sam) -> None:
    grant(sam, "Sam's <i>own</i>")
    grant(accounts.user(accounts.organization()), "A stranger's")
    text = page(client, accounts.user(sam.organization, is_owner=True))
    assert "Sam&#x27;s &lt;i&gt;own&lt;/i&gt;" in text
    assert "stranger" not in text


def test_disconnecting_ends_the_grant(client, sam) -> None:
    mine = grant(sam)
    client.force_login(sam)
    answer = client.post(f"/connected-applications/{mine.pk}/disconnect/", follow=True)
    assert "is disconnected." in answer.content.decode()
    mine.refresh_from_db()
    assert mine.revoked_at is not None
    assert client.post(f"/connected-applications/{mine.pk}/disconnect/").status_code == 404


def test_nobody_disconnects_what_is_not_theirs(client, sam) -> None:
    others = [grant(accounts.user(sam.organization)), grant(accounts.user(accounts.organization()))]
    client.force_login(sam)
    for other in others:
        assert client.post(f"/connected-applications/{other.pk}/disconnect/").status_code == 404
        other.refresh_from_db()
        assert other.revoked_at is None


def test_the_list_asks_the_database_a_fixed_number_of_times(
    client, sam, django_assert_max_num_queries
) -> None:
    for number in range(5):
        grant(sam, f"Application {number}")
    client.force_login(sam)
    with django_assert_max_num_queries(10):
        client.get("/connected-applications/")
