"""The only roads from something a program sent to an application or a token."""

from datetime import datetime

from django.db.models import QuerySet

from betony.dispensary.accounts import permissions
from betony.dispensary.accounts.models import Application, AuthorizationCode, Grant, TokenPair
from betony.dispensary.accounts.secrets import digest_of, matches
from betony.kit.actor import Actor


def application(client_id: str) -> Application | None:
    """Return the active application of this client id, or None."""
    return Application.objects.filter(client_id=client_id, is_active=True).first()


def authenticated_application(client_id: str, client_secret: str) -> Application | None:
    """Return the active application whose id and secret these are, or None."""
    found = application(client_id)
    if found is None or not matches(client_secret, found.client_secret_digest):
        return None
    return found


def code_for_exchange(code: str, application: Application) -> AuthorizationCode | None:
    """Return and lock the application's code, whatever its state.

    The grant is not loaded along: after waiting for the lock, a join would still show the time before.
    """
    return (
        AuthorizationCode.objects.select_for_update(of=("self",))
        .select_related("user__organization", "application")
        .filter(digest=digest_of(code), application=application)
        .first()
    )


def _pairs() -> QuerySet[TokenPair]:
    return TokenPair.objects.select_related("grant__integration__application", "grant__user__organization")


def pair_of_refresh_token(token: str, application: Application) -> TokenPair | None:
    """Return the application's pair with this refresh token, whatever its state, under its grant's lock; or None."""
    mine = _pairs().filter(refresh_digest=digest_of(token), grant__integration__application=application)
    grant_id = mine.values_list("grant_id", flat=True).first()
    if grant_id is None:
        return None
    Grant.objects.select_for_update(of=("self",)).get(pk=grant_id)
    # Read after the lock, so that what another request did meanwhile is seen.
    return mine.first()


def pair_of_any_token(token: str, application: Application) -> TokenPair | None:
    """Return the pair of this access or refresh token of the application, whatever its state, or None."""
    digest = digest_of(token)
    mine = _pairs().filter(grant__integration__application=application)
    return mine.filter(access_digest=digest).first() or mine.filter(refresh_digest=digest).first()


def live_pair(access_token: str, *, now: datetime) -> TokenPair | None:
    """Return the pair of an access token that is good now, or None."""
    return (
        _pairs()
        .filter(
            access_digest=digest_of(access_token),
            ended_at=None,
            expires_at__gt=now,
            grant__revoked_at=None,
            grant__user__is_active=True,
            grant__integration__application__is_active=True,
        )
        .first()
    )


def grants(*, by: Actor) -> QuerySet[Grant]:
    """Return the live grants a person may see and end: their own, and for those who manage, everybody's."""
    if by.organization_id is None or by.id is None:
        return Grant.objects.none()
    found = Grant.objects.filter(
        integration__organization_id=by.organization_id, revoked_at=None
    ).select_related("integration__application", "user")
    if not by.may(permissions.MANAGE):
        found = found.filter(user_id=by.id)
    return found.order_by("-created_at", "-pk")
