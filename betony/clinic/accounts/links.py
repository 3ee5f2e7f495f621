"""The links in our mails: what stands in them, and reading them back."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.urls import reverse

from betony.clinic.accounts.models import Invitation, User

_INVITATION = signing.Signer(salt="betony.clinic.accounts.invitation")


@dataclass(frozen=True, slots=True)
class InvitationLink:
    """Which invitation a link names, and which of its mails it came with."""

    invitation_id: UUID
    nonce: str


def password_reset(user: User) -> str:
    """Return an address for one new password, valid for settings.PASSWORD_RESET_TIMEOUT seconds."""
    token = default_token_generator.make_token(user)
    return settings.BETONY_PUBLIC_URL + reverse("reset_password_link", args=[user.pk, token])


def invitation(one: Invitation) -> str:
    """Return the address by which the invitation is accepted."""
    token = _INVITATION.sign(f"{one.pk.hex}.{one.nonce}")
    return settings.BETONY_PUBLIC_URL + reverse("accept_invitation", args=[token])


def read_invitation(token: str) -> InvitationLink | None:
    """Return what an invitation link names, or None when it is not ours."""
    try:
        hexadecimal, _, nonce = _INVITATION.unsign(token).partition(".")
        return InvitationLink(invitation_id=UUID(hex=hexadecimal), nonce=nonce)
    except (signing.BadSignature, ValueError):
        return None
