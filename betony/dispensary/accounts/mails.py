"""Mails to who signs in for a practice. They repeat nothing that a stranger may have typed."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _

from betony.dispensary.accounts import links
from betony.dispensary.accounts.models import User


def password_reset(user: User) -> EmailMessage:
    """Return the mail with the link to set a new password."""
    body = _(
        "Somebody asked for a new password for your sign-in at Betony Dispensary.\n\n"
        "Set it here within one hour; the link works once:\n%(link)s\n\n"
        "If that was not you, you can ignore this email: your password has not changed."
    )
    return EmailMessage(
        subject=_("Set a new password"), body=body % {"link": links.password_reset(user)}, to=[user.email]
    )


def confirmation(user: User) -> EmailMessage:
    """Return the mail that asks whether the email is the founder's own."""
    body = _(
        "Somebody, we hope you, opened a dispensary with this email.\n\n"
        "Confirm within seven days that the email is yours:\n%(link)s\n\n"
        "If that was not you, you can ignore this email: until it is confirmed nobody is invited in your name."
    )
    return EmailMessage(
        subject=_("Confirm your email"), body=body % {"link": links.confirmation(user)}, to=[user.email]
    )


def already_signs_in(user: User) -> EmailMessage:
    """Return the mail to somebody with whose email another dispensary was opened."""
    body = _(
        "Somebody, we hope you, opened a new dispensary with this email, which already has a sign-in.\n\n"
        "Your sign-in has not changed:\n%(sign_in)s\n\n"
        "If you have forgotten its password, you can set a new one:\n%(reset)s\n\n"
        "If that was not you, you can ignore this email: nobody is invited in your name."
    )
    addresses = {
        "sign_in": settings.BETONY_PUBLIC_URL + reverse("sign_in"),
        "reset": settings.BETONY_PUBLIC_URL + reverse("reset_password"),
    }
    return EmailMessage(subject=_("This email already has a sign-in"), body=body % addresses, to=[user.email])
