"""What cannot be written into the trail does not happen."""

import pytest

from betony.dispensary.accounts import actions, factories
from betony.dispensary.accounts.models import Grant, Integration, Organization, OwnerType, User
from betony.dispensary.accounts.oauth import actions as oauth
from betony.kit import actor, clock, identifiers
from betony.kit.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
SYSTEM = actor.system("test")


class Broken(Exception):
    """The trail cannot be written."""


@pytest.fixture
def sam() -> User:
    return factories.user(factories.organization())


@pytest.fixture
def grant(sam: User) -> Grant:
    integration = Integration.objects.create(
        organization=sam.organization, application=factories.application(), activated_at=clock.now()
    )
    return Grant.objects.create(
        integration=integration,
        user=sam,
        owner_type=OwnerType.PRACTITIONER,
        owner_id=identifiers.uuid7(),
        scopes=[],
        created_at=clock.now(),
    )


@pytest.fixture
def broken_trail(monkeypatch, grant) -> None:
    def fail(**values: object) -> None:
        raise Broken

    monkeypatch.setattr(AuditEvent.objects, "create", fail)


def test_a_grant_is_not_revoked(broken_trail, grant) -> None:
    with pytest.raises(Broken):
        oauth.revoke_grant(by=SYSTEM, grant=grant)
    grant.refresh_from_db()
    assert grant.revoked_at is None


def test_a_password_is_not_changed(broken_trail, sam) -> None:
    before = sam.password
    with pytest.raises(Broken):
        actions.accept_invitation(by=SYSTEM, user=sam, password="quite long and unusual")
    assert User.objects.get(pk=sam.pk).password == before


def test_nobody_is_added(broken_trail, sam) -> None:
    before = (User.objects.count(), Organization.objects.count())
    sign_in = actions.SignIn(email="new@m.example", first_name="N", last_name="N", role=sam.role)
    with pytest.raises(Broken):
        actions.add_user(by=SYSTEM, organization=sam.organization, sign_in=sign_in)
    assert (User.objects.count(), Organization.objects.count()) == before
