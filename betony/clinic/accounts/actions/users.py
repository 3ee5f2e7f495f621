"""Who works here: inviting, roles, deactivating. The last active owner always stays one."""

from uuid import UUID

from betony.clinic.accounts import actors, queries
from betony.clinic.accounts import events as account_events
from betony.clinic.accounts.actions import sessions
from betony.clinic.accounts.models import Membership, Organization, User
from betony.clinic.accounts.permissions import Role
from betony.kit import clock, events, tenancy
from betony.kit.actor import Actor
from betony.kit.audit import trail


class LastOwner(Exception):
    """Nobody could manage the clinic any more."""


def change_role(*, by: Actor, membership_id: UUID, role: Role) -> Membership:
    """Give a member another role, from their next request on. Raises LastOwner."""
    by.require("users.manage")
    with tenancy.organization(by.organization_id):
        membership = _lock(by, membership_id)
        if membership.role == role.value:
            return membership
        if role is not Role.OWNER:
            _check_another_owner_stays(membership)
        before, membership.role = membership.role, role.value
        membership.save(update_fields=["role"])
        trail.record(
            by=by, action="accounts.role_changed", subject=membership, changes={"role": [before, role.value]}
        )
    return membership


def deactivate(*, by: Actor, membership_id: UUID) -> Membership:
    """Let a member in no more and end their sessions here at once. Raises LastOwner."""
    by.require("users.manage")
    with tenancy.organization(by.organization_id):
        membership = _lock(by, membership_id)
        if not membership.is_active:
            return membership
        _check_another_owner_stays(membership)
        membership.is_active = False
        membership.deactivated_at = clock.now()
        membership.save(update_fields=["is_active", "deactivated_at"])
        count = sessions.end_sessions_of_membership(membership=membership)
        trail.record(
            by=by, action="accounts.member_deactivated", subject=membership,
            changes={"is_active": [True, False], "sessions": [count, 0]},
        )  # fmt: skip
        events.publish(
            account_events.MembershipDeactivated(
                organization_id=membership.organization_id,
                membership_id=membership.pk,
                user_id=membership.user_id,
            )
        )
    return membership


def reactivate(*, by: Actor, membership_id: UUID) -> Membership:
    """Let a deactivated member in again, with the role they had."""
    by.require("users.manage")
    with tenancy.organization(by.organization_id):
        membership = _lock(by, membership_id)
        if membership.is_active:
            return membership
        membership.is_active = True
        membership.deactivated_at = None
        membership.save(update_fields=["is_active", "deactivated_at"])
        trail.record(
            by=by, action="accounts.member_reactivated", subject=membership,
            changes={"is_active": [False, True]},
        )  # fmt: skip
    return membership


def change_own_name(*, by: Actor, first_name: str, last_name: str) -> User:
    """Change how the actor is called everywhere."""
    with tenancy.organization(by.organization_id):
        user = User.objects.select_for_update(of=("self",)).get(pk=actors.person_of(by))
        values = {"first_name": first_name, "last_name": last_name}
        changes = trail.changed_fields(user, values)
        user.first_name, user.last_name = first_name, last_name
        user.save(update_fields=["first_name", "last_name"])
        trail.record(by=by, action="accounts.name_changed", subject=user, changes=changes)
    return user


def _lock(by: Actor, membership_id: UUID) -> Membership:
    """Lock the organization, so that changes of its members come one after the other, and load the member."""
    Organization.objects.select_for_update(of=("self",)).get(pk=actors.organization_of(by))
    return Membership.objects.select_related("user").get(
        pk=membership_id, organization_id=actors.organization_of(by)
    )


def _check_another_owner_stays(membership: Membership) -> None:
    if membership.role != Role.OWNER.value or not membership.is_active:
        return
    owners = queries.members(membership.organization_id).filter(
        role=Role.OWNER.value, is_active=True, user__is_active=True
    )
    if not owners.exclude(pk=membership.pk).exists():
        raise LastOwner
