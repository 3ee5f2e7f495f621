"""Mails that leave the server, and putting away what is over."""

from uuid import UUID

from betony.clinic.accounts import mails, queries
from betony.clinic.accounts.actions import upkeep
from betony.clinic.accounts.models import Invitation, User
from betony.kit import clock, jobs

MAIL_RETRY = jobs.Retry(attempts=12, first_wait_seconds=5, longest_wait_seconds=600)


@jobs.job("accounts.send_password_reset", retry=MAIL_RETRY)
def send_password_reset(*, user_id: UUID | None) -> None:
    """Mail a link; queued without a person for an email nobody has, so that both take the same time.

    The link is made here, so that the queue never holds one.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first() if user_id else None
    if user is not None:
        mails.password_reset(user).send()


@jobs.job("accounts.send_invitation", retry=MAIL_RETRY)
def send_invitation(*, invitation_id: UUID, nonce: str) -> None:
    """Mail an invitation unless a newer mail has taken its place or it is closed."""
    invitation = (
        Invitation.objects.select_related("organization").filter(pk=invitation_id, nonce=nonce).first()
    )
    if invitation is not None and queries.is_invitation_open(invitation, clock.now()):
        mails.invitation(invitation).send()


@jobs.every("17 * * * *", "accounts.sweep")
def sweep() -> None:
    """Put away, every hour, sessions that are long over."""
    upkeep.sweep()
