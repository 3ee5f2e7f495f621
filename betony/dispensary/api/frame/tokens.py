"""From the bearer token to the application, the dispensary and the person behind it."""

from django.http import HttpRequest

from betony.dispensary.accounts.models import TokenPair
from betony.dispensary.accounts.oauth import access, actions
from betony.dispensary.api.frame.answers import Refused, Unauthorized
from betony.dispensary.api.frame.calls import Call
from betony.kit import clock
from betony.kit.actor import Actor
from betony.kit.rate_limits import counting
from betony.kit.requests import client_ip

LIMIT = counting.Limit("dispensary.api", most=5000, window_seconds=300)
MOST_CHARACTERS = 512


def authenticate(request: HttpRequest) -> TokenPair:
    """Return the pair of the request's access token, and count the call against its limit.

    The first use of an access token ends the other pairs of its grant. Raises Unauthorized, and Refused
    (429) when the limit is used up.
    """
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if kind.lower() != "bearer" or not token or len(token) > MOST_CHARACTERS:
        raise Unauthorized
    pair = access.live_pair(token, now=clock.now())
    if pair is None:
        raise Unauthorized
    if pair.used_at is None and not actions.note_first_use(pair=pair):
        raise Unauthorized
    if seconds := counting.hit_rolling(LIMIT, str(pair.grant_id)):
        raise Refused(429, "rate_limit_exceeded", {"Retry-After": str(seconds)})
    return pair


def call_of(request: HttpRequest, pair: TokenPair, body: dict[str, object]) -> Call:
    """Return the call that the request is, made by the owner of the token."""
    grant = pair.grant
    application, organization = grant.integration.application, grant.user.organization
    return Call(
        actor=program_of(request, pair),
        application=application,
        organization=organization,
        integration_id=grant.integration_id,
        owner=actions.ResourceOwner(grant.owner_type, grant.owner_id),
        query=request.GET,
        body=body,
    )


def program_of(request: HttpRequest, pair: TokenPair) -> Actor:
    """Return the application as an actor: its permissions are the token's scopes."""
    grant = pair.grant
    application = grant.integration.application
    return Actor(
        kind="application",
        id=application.pk,
        name=application.name,
        organization_id=grant.integration.organization_id,
        membership_id=grant.owner_id,
        role=grant.owner_type.lower(),
        permissions=frozenset(grant.scopes),
        ip=client_ip(request),
        request_id=getattr(request, "request_id", ""),
    )
