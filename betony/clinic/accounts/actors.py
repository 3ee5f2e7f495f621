"""From a membership to the actor that actions and the trail know."""

from uuid import UUID

from betony.clinic.accounts import permissions
from betony.clinic.accounts.models import Membership
from betony.kit.actor import Actor, NotPermitted


def staff(membership: Membership, *, ip: str = "", request_id: str = "") -> Actor:
    """Return the member as an actor. The membership's user must be loaded."""
    return Actor(
        kind="staff",
        id=membership.user_id,
        name=membership.user.get_full_name(),
        organization_id=membership.organization_id,
        membership_id=membership.pk,
        role=membership.role,
        permissions=permissions.of_role(membership.role),
        ip=ip,
        request_id=request_id,
    )


def organization_of(by: Actor) -> UUID:
    """Return the actor's organization; raise NotPermitted for who has none."""
    return _known(by.organization_id)


def person_of(by: Actor) -> UUID:
    """Return the actor's user; raise NotPermitted for who is nobody's."""
    return _known(by.id)


def membership_of(by: Actor) -> UUID:
    """Return the actor's membership; raise NotPermitted for who has none."""
    return _known(by.membership_id)


def _known(value: UUID | None) -> UUID:
    if value is None:
        raise NotPermitted("Only for members of an organization.")
    return value
