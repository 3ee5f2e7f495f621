"""Mails to staff: who wrote, what to open, nothing about anybody's health.

Plain text made here, because templates escape and a mail must not be escaped.
"""

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from betony.clinic.accounts import links, rules
from betony.clinic.accounts.models import Invitation, User


def password_reset(user: User) -> EmailMessage:
    """Return the mail with the link to set a new password."""
    body = _(
        "Somebody asked for a new password for your Betony sign-in.\n\n"
        "Set it here within one hour; the link works once:\n%(link)s\n\n"
        "If that was not you, you can ignore this email: your password has not changed."
    )
    return EmailMessage(
        subject=_("Set a new password"), body=body % {"link": links.password_reset(user)}, to=[user.email]
    )


def invitation(one: Invitation) -> EmailMessage:
    """Return the mail that asks somebody to join a clinic."""
    clinic = rules.one_line(one.organization.name)
    body = _(
        "%(clinic)s has invited you to work with them in Betony.\n\n"
        "Accept within seven days; the link works once:\n%(link)s\n\n"
        "If you do not know %(clinic)s, you can ignore this email."
    )
    return EmailMessage(
        subject=_("%(clinic)s invites you to Betony") % {"clinic": clinic},
        body=body % {"clinic": clinic, "link": links.invitation(one)},
        to=[one.email],
    )
