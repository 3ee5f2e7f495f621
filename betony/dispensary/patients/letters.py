"""Mail to patients. It names the practice and links to a page behind a sign-in or a single-use link.

No letter names a product, a diagnosis or a practitioner's message, subject included.
"""

from collections.abc import Sequence
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext

from betony.dispensary.accounts import queries
from betony.dispensary.accounts.models import Organization


def send(
    *,
    to: str,
    organization: Organization,
    subject: str,
    paragraphs: Sequence[str],
    link_words: str,
    link: str,
) -> None:
    """Send one letter in plain text and HTML, in the practice's name. Raises what SMTP raises.

    The name of a practice whose owner has not confirmed the e-mail does not stand as the sender's: anybody may have
    chosen it.
    """
    footer = gettext("Sent by Betony Dispensary for %(practice)s.") % {"practice": organization.name}
    text = "\n\n".join([*paragraphs, f"{link_words}:\n{link}", footer]) + "\n"
    html = render_to_string(
        "dispensary_patients/letter.html",
        {
            "subject": subject, "paragraphs": paragraphs, "link": link, "link_words": link_words,
            "footer": footer,
        },
    )  # fmt: skip
    letter = EmailMultiAlternatives(
        subject=_one_line(subject), body=text, from_email=_sender(organization), to=[to]
    )
    letter.attach_alternative(html, "text/html")
    letter.send()


def send_welcome(*, to: str, organization: Organization, token: str, days: int) -> None:
    """Send the letter with which a new patient chooses a password."""
    practice = {"practice": organization.name, "days": days}
    send(
        to=to,
        organization=organization,
        subject=gettext("%(practice)s has set up an account for you") % practice,
        paragraphs=[
            gettext("%(practice)s has set up an account for you at its dispensary.") % practice,
            gettext("Choose a password to sign in. The link works once, for %(days)s days.") % practice,
        ],
        link_words=gettext("Choose your password"),
        link=password_address(organization, token),
    )


def send_password_link(*, to: str, organization: Organization, token: str) -> None:
    """Send the letter with which a patient chooses a new password."""
    practice = {"practice": organization.name}
    send(
        to=to,
        organization=organization,
        subject=gettext("Choose a new password for %(practice)s") % practice,
        paragraphs=[
            gettext("Somebody, we hope you, asked for a new password at %(practice)s.") % practice,
            gettext("The link works once, for one hour. If it was not you, nothing needs to be done."),
        ],
        link_words=gettext("Choose a new password"),
        link=password_address(organization, token),
    )


def password_address(organization: Organization, token: str) -> str:
    """The address of the page where a password is chosen."""
    return f"{settings.BETONY_PUBLIC_URL}/shop/{organization.slug}/password/{token}/"


def _sender(organization: Organization) -> str:
    if not queries.owner_has_confirmed(organization.pk):
        return str(settings.DEFAULT_FROM_EMAIL)
    return formataddr((_one_line(organization.name), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def _one_line(text: str) -> str:
    """The text as a header can hold it: a name with a line break in it would never be sent."""
    return " ".join(text.split())
