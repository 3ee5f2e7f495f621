"""Mail to who signs in, sent by a worker. Links are made here, so that the queue never holds one."""

from uuid import UUID

from betony.dispensary.accounts import mails
from betony.dispensary.accounts.models import User
from betony.kit import jobs

MAIL_RETRY = jobs.Retry(attempts=12, first_wait_seconds=5, longest_wait_seconds=600)


@jobs.job("accounts.send_password_reset", retry=MAIL_RETRY)
def send_password_reset(*, user_id: UUID | None) -> None:
    """Mail a link; queued without a person for an email nobody has, so that both take the same time."""
    user = User.objects.filter(pk=user_id, is_active=True).first() if user_id else None
    if user is not None:
        mails.password_reset(user).send()


@jobs.job("accounts.send_confirmation", retry=MAIL_RETRY)
def send_confirmation(*, user_id: UUID) -> None:
    """Ask a founder whether the email is theirs; tell its owner when somebody else has confirmed it already."""
    user = User.objects.filter(pk=user_id, is_active=True, is_email_confirmed=False).first()
    if user is None:
        return
    is_taken = User.objects.filter(email=user.email, is_email_confirmed=True, is_active=True).exists()
    mail = mails.already_signs_in(user) if is_taken else mails.confirmation(user)
    mail.send()
