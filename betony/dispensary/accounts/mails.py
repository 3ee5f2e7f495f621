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
        "If it was not you, you need not do anything: your password stays as it is."
    )
    return EmailMessage(
        subject=_("Set a new password"), body=body % {"link": links.password_reset(user)}, to=[user.email]
    )


def confirmation(user: User) -> EmailMessage:
    """Return the mail that asks whether the e-mail is the founder's own."""
    body = _(
        "Somebody, we hope you, opened a dispensary with this e-mail.\n\n"
        "Confirm within seven days that the e-mail is yours:\n%(link)s\n\n"
        "If it was not you, you need not do anything: until it is confirmed nobody is invited in your name."
    )
    return EmailMessage(
        subject=_("Confirm your e-mail"), body=body % {"link": links.confirmation(user)}, to=[user.email]
    )


def already_signs_in(user: User) -> EmailMessage:
    """Return the mail to somebody with whose e-mail another dispensary was opened."""
    body = _(
        "Somebody, we hope you, opened a new dispensary with this e-mail, which has a sign-in already.\n\n"
        "Your sign-in is as it was:\n%(sign_in)s\n\n"
        "If you have forgotten its password, you can set a new one:\n%(reset)s\n\n"
        "If it was not you, you need not do anything: nobody is invited in your name."
    )
    addresses = {
        "sign_in": settings.BETONY_PUBLIC_URL + reverse("sign_in"),
        "reset": settings.BETONY_PUBLIC_URL + reverse("reset_password"),
    }
    return EmailMessage(
        subject=_("This e-mail has a sign-in already"), body=body % addresses, to=[user.email]
    )
