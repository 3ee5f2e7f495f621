"""Mail to patients. It names the practice and links to a page behind a sign-in or a single-use link.

No letter names a product, a diagnosis or a practitioner's message, subject included.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from betony.dispensary.accounts import queries
from betony.dispensary.accounts.models import Organization
from betony.dispensary.patients.models import Patient


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says, in one language: the subject, the paragraphs, and the words that its link stands under."""

    subject: str
    paragraphs: Sequence[str]
    link_words: str


def send(
    *,
    patient: Patient,
    organization: Organization,
    link: str,
    write: Callable[[], Letter],
    asked_in: str = "",
) -> None:
    """Send one letter in plain text and HTML, in the practice's name. Raises what SMTP raises.

    `write` writes it in the language that is active: the reader's own, else that of the page where the letter was
    asked for, else, in Canada, English and French one below the other. The name of a practice whose owner has not
    confirmed the email does not stand as the sender's: anybody may have chosen it.
    """
    parts = [
        _part(one, organization, write) for one in _languages(patient.language or asked_in, organization)
    ]
    text = "\n\n\n".join(_as_text(part, link) for part in parts) + "\n"
    subject = " / ".join(_one_line(part["letter"].subject) for part in parts)
    html = render_to_string(
        "dispensary_patients/letter.html", {"subject": subject, "parts": parts, "link": link}
    )
    letter = EmailMultiAlternatives(
        subject=subject, body=text, from_email=_sender(organization), to=[patient.email]
    )
    letter.attach_alternative(html, "text/html")
    letter.send()


def _languages(language: str, organization: Organization) -> tuple[str, ...]:
    """Return the languages a letter is written in, the first one first."""
    if language:
        return (language,)
    return ("en", "fr-ca") if organization.country == "CA" else ("en",)


def _part(language: str, organization: Organization, write: Callable[[], Letter]) -> dict[str, Any]:
    with translation.override(language):
        return {
            "language": language,
            "letter": write(),
            "copy_words": gettext("If the link does not open, copy this address into your browser:"),
            "footer": gettext("Sent by Betony Dispensary for %(practice)s.")
            % {"practice": organization.name},
        }


def _as_text(part: Mapping[str, Any], link: str) -> str:
    letter: Letter = part["letter"]
    return "\n\n".join([*letter.paragraphs, f"{letter.link_words}:\n{link}", part["footer"]])


def send_welcome(*, patient: Patient, token: str, days: int) -> None:
    """Send the letter with which a new patient chooses a password."""
    practice = {"practice": patient.organization.name, "days": days}

    def write() -> Letter:
        return Letter(
            subject=gettext("%(practice)s has set up an account for you") % practice,
            paragraphs=[
                gettext("%(practice)s has set up an account for you at its dispensary.") % practice,
                gettext("Choose a password to sign in. The link works once, within %(days)s days.")
                % practice,
            ],
            link_words=gettext("Choose your password"),
        )

    organization = patient.organization
    send(patient=patient, organization=organization, link=password_address(organization, token), write=write)


def send_password_link(*, patient: Patient, token: str, asked_in: str) -> None:
    """Send the letter with which a patient chooses a new password."""
    practice = {"practice": patient.organization.name}

    def write() -> Letter:
        return Letter(
            subject=gettext("Choose a new password for %(practice)s") % practice,
            paragraphs=[
                gettext("Somebody, we hope you, asked for a new password at %(practice)s.") % practice,
                gettext(
                    "The link works once, within one hour. If that was not you, you can ignore this email."
                ),
            ],
            link_words=gettext("Choose a new password"),
        )

    organization = patient.organization
    send(
        patient=patient, organization=organization, link=password_address(organization, token), write=write,
        asked_in=asked_in,
    )  # fmt: skip


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
