"""Reading accounts: members, invitations, sessions."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from betony.clinic.accounts.models import Invitation, Membership, StaffSession, User


def active_memberships(user_id: UUID) -> QuerySet[Membership]:
    """Return where this person may work now, oldest first, organization and person loaded."""
    return (
        Membership.objects.filter(user_id=user_id, is_active=True, user__is_active=True)
        .select_related("organization", "user")
        .order_by("joined_at", "id")
    )


def is_active_member(membership_id: UUID) -> bool:
    """Tell whether a member may work for the organization now."""
    return Membership.objects.filter(pk=membership_id, is_active=True, user__is_active=True).exists()


def membership_to_start_with(user_id: UUID) -> Membership | None:
    """Return where the person's next session works; None for who may work nowhere.

    That is the clinic joined since the latest session, else the one worked for last.
    """
    memberships = list(active_memberships(user_id))
    if len(memberships) < 2:
        return memberships[0] if memberships else None
    latest = StaffSession.objects.filter(user_id=user_id).order_by("-started_at", "-id").first()
    newest = memberships[-1]
    if latest is None or (newest.joined_at is not None and newest.joined_at > latest.started_at):
        return newest
    return next((one for one in memberships if one.pk == latest.membership_id), newest)


def own_membership(membership: Membership, wanted: UUID | str | None) -> Membership:
    """Return the wanted one of the same person's active memberships, or else the one that is given."""
    mine = {str(one.pk): one for one in active_memberships(membership.user_id)}
    return mine.get(str(wanted), membership)


def email_of_member(membership_id: UUID) -> str:
    """Return the email a member signs in with, or "" for one who may not (any more)."""
    rows = Membership.objects.filter(pk=membership_id, is_active=True, user__is_active=True)
    return rows.values_list("user__email", flat=True).first() or ""


def session_with_membership(session_id: UUID, user_id: UUID) -> StaffSession | None:
    """Return the person's session unless it was ended or the membership was, with what a request needs.

    `has_other_memberships` on the result tells whether the person can switch organization.
    """
    others = Membership.objects.filter(user_id=OuterRef("user_id"), is_active=True).exclude(
        pk=OuterRef("membership_id")
    )
    return (
        StaffSession.objects.filter(
            pk=session_id, user_id=user_id, ended_at__isnull=True,
            membership__is_active=True, membership__user__is_active=True,
        )
        .select_related("membership__organization", "membership__user")
        .annotate(has_other_memberships=Exists(others))
        .first()
    )  # fmt: skip


def membership_of_session(session_id: str) -> UUID | None:
    """Return where a session worked, whether or not it has ended."""
    return StaffSession.objects.filter(pk=session_id).values_list("membership_id", flat=True).first()


def open_sessions(user_id: UUID) -> QuerySet[StaffSession]:
    """Return the person's sessions that were not ended, the one used last first."""
    return (
        StaffSession.objects.filter(user_id=user_id, ended_at__isnull=True)
        .select_related("membership__organization")
        .order_by(*SESSION_KEYS)
    )


# The orders in which the settings' lists are paged; the last column is unique.
MEMBER_KEYS = ("-is_active", "user__last_name", "user__first_name", "id")
INVITATION_KEYS = ("last_name", "first_name", "id")
SESSION_KEYS = ("-seen_at", "-id")


def members(organization_id: UUID) -> QuerySet[Membership]:
    """Return everybody who works or worked here, active ones first, then by name."""
    return (
        Membership.objects.filter(organization_id=organization_id)
        .select_related("user")
        .order_by(*MEMBER_KEYS)
    )


def open_invitations(organization_id: UUID) -> QuerySet[Invitation]:
    """Return the invitations nobody has accepted or withdrawn, by name; also those past their time."""
    return Invitation.objects.filter(
        organization_id=organization_id, accepted_at__isnull=True, withdrawn_at__isnull=True
    ).order_by(*INVITATION_KEYS)


def is_invitation_open(invitation: Invitation, now: datetime) -> bool:
    """Tell whether the invitation can still be accepted."""
    return invitation.accepted_at is None and invitation.withdrawn_at is None and now < invitation.expires_at


def user_with_email(email: str) -> User | None:
    """Return the person with this email, compared as stored; None when nobody has it."""
    return User.objects.filter(email=email).first()
