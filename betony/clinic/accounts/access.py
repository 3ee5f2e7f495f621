"""The only roads from a signed-in person and an id to a record of accounts. Unknown and forbidden are both 404."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from betony.clinic.accounts import actors, queries
from betony.clinic.accounts.models import Invitation, Membership, Organization, StaffSession, User
from betony.kit.actor import Actor
from betony.kit.identifiers import read_uuid


def own_organization(by: Actor) -> Organization:
    """Return the organization the actor works in; raise NotPermitted for who has none."""
    return get_object_or_404(Organization, pk=actors.organization_of(by))


def own_user(by: Actor) -> User:
    """Return the actor's own sign-in; raise NotPermitted for who is nobody's."""
    return get_object_or_404(User, pk=actors.person_of(by))


def member(by: Actor, membership_id: UUID) -> Membership:
    """Return a member of the actor's organization; needs users.manage."""
    by.require("users.manage")
    return get_object_or_404(queries.members(actors.organization_of(by)), pk=membership_id)


def invitation(by: Actor, invitation_id: UUID) -> Invitation:
    """Return an open invitation of the actor's organization; needs users.manage."""
    by.require("users.manage")
    return get_object_or_404(queries.open_invitations(actors.organization_of(by)), pk=invitation_id)


def own_session(by: Actor, session_id: UUID) -> StaffSession:
    """Return one of the actor's own open sessions, in whatever organization it works."""
    return get_object_or_404(queries.open_sessions(actors.person_of(by)), pk=session_id)


def own_membership(by: Actor, membership_id: str) -> Membership:
    """Return one of the actor's own active memberships, to switch to."""
    known = queries.active_memberships(actors.person_of(by))
    return get_object_or_404(known, pk=read_uuid(membership_id))
