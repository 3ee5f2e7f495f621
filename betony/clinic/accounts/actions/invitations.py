"""Inviting somebody by mail, and accepting."""

import secrets
from uuid import UUID

from django.db import IntegrityError

from betony.clinic.accounts import actors, jobs, links, queries, rules
from betony.clinic.accounts.actions import sign_in
from betony.clinic.accounts.models import Invitation, Membership, Organization, User
from betony.clinic.accounts.permissions import Role
from betony.kit import clock, requests, tenancy
from betony.kit.actor import Actor
from betony.kit.audit import trail
from betony.kit.rate_limits import counting
from betony.kit.rate_limits.counting import Limit

ACCEPT = Limit("clinic.invitation", most=8, window_seconds=15 * 60)


class AlreadyMember(Exception):
    """The email is that of somebody who works here, or did: then they are reactivated instead."""


class AlreadyInvited(Exception):
    """An invitation to this email is open; it can be sent again."""


class InvitationNotValid(Exception):
    """The link was used, withdrawn, replaced by a newer mail, or is past its seven days."""


class WrongPassword(Exception):
    """The person has a sign-in already, and this is not its password."""


def invite(*, by: Actor, email: str, first_name: str, last_name: str, role: Role) -> Invitation:
    """Invite somebody; a job sends the mail. Raises AlreadyMember, AlreadyInvited."""
    by.require("users.manage")
    with tenancy.organization(by.organization_id) as organization_id:
        Organization.objects.select_for_update(of=("self",)).get(pk=organization_id)
        if queries.members(organization_id).filter(user__email=email).exists():
            raise AlreadyMember
        if queries.open_invitations(organization_id).filter(email=email).exists():
            raise AlreadyInvited
        now = clock.now()
        invitation = Invitation.objects.create(
            organization_id=organization_id, email=email, first_name=first_name, last_name=last_name,
            role=role.value, nonce=secrets.token_hex(16), sent_at=now,
            expires_at=now + rules.INVITATION_LASTS,
        )  # fmt: skip
        _send(invitation)
        trail.record(
            by=by, action="accounts.member_invited", subject=invitation, changes={"role": ["", role.value]}
        )
    return invitation


def send_again(*, by: Actor, invitation_id: UUID) -> Invitation:
    """Send a fresh link, valid for seven days from now; the earlier link stops working."""
    by.require("users.manage")
    with tenancy.organization(by.organization_id):
        invitation = _lock_open(by, invitation_id)
        invitation.nonce = secrets.token_hex(16)
        invitation.sent_at = clock.now()
        invitation.expires_at = invitation.sent_at + rules.INVITATION_LASTS
        invitation.save(update_fields=["nonce", "sent_at", "expires_at"])
        _send(invitation)
        trail.record(by=by, action="accounts.invitation_sent_again", subject=invitation)
    return invitation


def withdraw(*, by: Actor, invitation_id: UUID) -> Invitation:
    """Take the invitation back; its link stops working."""
    by.require("users.manage")
    with tenancy.organization(by.organization_id):
        invitation = _lock_open(by, invitation_id)
        invitation.withdrawn_at = clock.now()
        invitation.save(update_fields=["withdrawn_at"])
        trail.record(by=by, action="accounts.invitation_withdrawn", subject=invitation)
    return invitation


def invitation_of_link(token: str) -> Invitation:
    """Return the invitation a link is for; raise InvitationNotValid when it cannot be accepted (any more)."""
    link = links.read_invitation(token)
    rows = Invitation.objects.select_related("organization")
    invitation = rows.filter(pk=link.invitation_id, nonce=link.nonce).first() if link else None
    if invitation is None or not queries.is_invitation_open(invitation, clock.now()):
        raise InvitationNotValid
    return invitation


def accept(*, by: Actor, token: str, first_name: str, last_name: str, password: str) -> Membership:
    """Make the person a member, and return the membership with its user.

    A person who already has a sign-in proves it by its password, and keeps name and password. Raises
    InvitationNotValid, WrongPassword, sign_in.TooManyTries. Runs outside any transaction.
    """
    invitation = invitation_of_link(token)
    user = queries.user_with_email(invitation.email)
    if user is not None:
        _prove(by, invitation, user, password)
        return _join(by, token, invitation, user)
    fresh = User(email=invitation.email, first_name=first_name, last_name=last_name)
    fresh.set_password(password)
    try:
        return _join(by, token, invitation, fresh)
    except IntegrityError:
        # At this moment the person accepted another clinic's invitation, and has a sign-in by now.
        user = queries.user_with_email(invitation.email)
        if user is None:
            raise
    _prove(by, invitation, user, password)
    return _join(by, token, invitation, user)


def _prove(by: Actor, invitation: Invitation, user: User, password: str) -> None:
    limited = f"{requests.network_of(by.ip)} {invitation.pk}"
    sign_in.count_try(ACCEPT, limited)
    if not user.is_active or not user.check_password(password):
        raise WrongPassword
    counting.forget(ACCEPT, limited)


def _join(by: Actor, token: str, invitation: Invitation, user: User) -> Membership:
    """Make the user, who may be a new one, a member."""
    with tenancy.organization(invitation.organization_id):
        Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        invitation = invitation_of_link(token)
        if user._state.adding:
            user.save(force_insert=True)
        now = clock.now()
        membership = Membership.objects.create(
            organization_id=invitation.organization_id, user=user, role=invitation.role,
            invited_at=invitation.sent_at, joined_at=now,
        )  # fmt: skip
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        trail.record(
            by=actors.staff(membership, ip=by.ip, request_id=by.request_id),
            action="accounts.invitation_accepted", subject=membership,
            changes={"role": ["", membership.role]},
        )  # fmt: skip
    return membership


def _lock_open(by: Actor, invitation_id: UUID) -> Invitation:
    """Lock an invitation of the actor's organization; raise InvitationNotValid when it is closed."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .filter(pk=invitation_id, organization_id=actors.organization_of(by))
        .first()
    )
    if invitation is None or invitation.accepted_at or invitation.withdrawn_at:
        raise InvitationNotValid
    return invitation


def _send(invitation: Invitation) -> None:
    jobs.send_invitation.queue(invitation_id=invitation.pk, nonce=invitation.nonce)
