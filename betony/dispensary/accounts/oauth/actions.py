"""Every write of a code, a grant or a token."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from betony.dispensary.accounts import rules
from betony.dispensary.accounts.events import GrantCreated, GrantRevoked
from betony.dispensary.accounts.models import (
    Application,
    AuthorizationCode,
    Grant,
    Integration,
    TokenPair,
    User,
)
from betony.dispensary.accounts.secrets import digest_of
from betony.kit import clock, events, tenancy
from betony.kit.actor import Actor
from betony.kit.audit import trail

CODE_LIFETIME = timedelta(minutes=10)
ACCESS_SECONDS = 7200


@dataclass(frozen=True, slots=True)
class ResourceOwner:
    """The practitioner or staff member a person is, as the API names them."""

    type: str
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCode:
    """What the person agreed to on the consent page."""

    code: str
    application: Application
    user: User
    owner: ResourceOwner
    redirect_uri: str
    challenge: str


def save_code(*, by: Actor, new: NewCode) -> AuthorizationCode:
    """Keep a fresh authorization code, and return it."""
    now = clock.now()
    with tenancy.organization(new.user.organization_id):
        code = AuthorizationCode.objects.create(
            digest=digest_of(new.code),
            application=new.application,
            user=new.user,
            owner_type=new.owner.type,
            owner_id=new.owner.id,
            scopes=rules.granted_scopes(new.application.scopes),
            redirect_uri=new.redirect_uri,
            challenge=new.challenge,
            created_at=now,
            expires_at=now + CODE_LIFETIME,
        )
        trail.record(
            by=by,
            action="accounts.application_authorized",
            subject=new.application,
            organization_id=new.user.organization_id,
        )
    return code


def use_code(*, by: Actor, code: AuthorizationCode) -> Grant:
    """Turn a code into a grant, once, and return the grant. The caller holds the code's lock."""
    now = clock.now()
    organization_id = code.user.organization_id
    with tenancy.organization(organization_id):
        integration, is_new = Integration.objects.get_or_create(
            organization_id=organization_id,
            application=code.application,
            defaults={"activated_at": now},
        )
        _take_turns(integration)
        is_first = is_new or not integration.grants.filter(revoked_at=None).exists()
        grant = Grant.objects.create(
            integration=integration,
            user=code.user,
            owner_type=code.owner_type,
            owner_id=code.owner_id,
            scopes=code.scopes,
            created_at=now,
        )
        code.used_at, code.grant = now, grant
        code.save(update_fields=["used_at", "grant"])
        trail.record(by=by, action="accounts.grant_created", subject=grant, organization_id=organization_id)
        events.publish(GrantCreated(organization_id, code.application_id, integration.pk, grant.pk, is_first))
    return grant


def save_pair(*, grant: Grant, access: str, refresh: str, previous: TokenPair | None) -> TokenPair:
    """Keep a new access token with its refresh token, as digests, and return the pair."""
    now = clock.now()
    return TokenPair.objects.create(
        grant=grant,
        previous=previous,
        access_digest=digest_of(access),
        refresh_digest=digest_of(refresh),
        created_at=now,
        expires_at=now + timedelta(seconds=ACCESS_SECONDS),
    )


def note_first_use(*, pair: TokenPair) -> bool:
    """Mark the access token as used, which ends the pair it was refreshed from, and that one's, and so on.

    A pair refreshed from the same one stays: two workers of a program may each refresh before either has used what
    it got. Returns False when the pair itself was ended a moment ago, by the use of one refreshed from it.
    """
    now = clock.now()
    with transaction.atomic():
        # Whatever is done to a grant's pairs is done under the lock of the grant.
        Grant.objects.select_for_update(of=("self",)).get(pk=pair.grant_id)
        live = dict(
            TokenPair.objects.filter(grant_id=pair.grant_id, ended_at=None).values_list("pk", "previous_id")
        )
        if pair.pk not in live:
            return False
        TokenPair.objects.filter(pk__in=rules.replaced_by(pair.pk, live)).update(ended_at=now)
        TokenPair.objects.filter(pk=pair.pk, used_at=None).update(used_at=now)
    return True


def revoke_grant(*, by: Actor, grant: Grant, reason: str = "") -> None:
    """End a grant with all its tokens; nothing happens when it has ended already."""
    now = clock.now()
    integration = grant.integration
    with tenancy.organization(integration.organization_id):
        _take_turns(integration)
        if not Grant.objects.filter(pk=grant.pk, revoked_at=None).update(revoked_at=now):
            return
        is_last = not integration.grants.filter(revoked_at=None).exists()
        trail.record(
            by=by,
            action="accounts.grant_revoked",
            subject=grant,
            reason=reason,
            organization_id=integration.organization_id,
        )
        events.publish(
            GrantRevoked(
                organization_id=integration.organization_id,
                application_id=integration.application_id,
                integration_id=integration.pk,
                grant_id=grant.pk,
                is_last=is_last,
                is_by_application=by.kind == "application",
            )
        )


def _take_turns(integration: Integration) -> None:
    """Let grants of an application at a dispensary be made or ended one after the other: one is first, one last."""
    Integration.objects.select_for_update(of=("self",)).get(pk=integration.pk)
