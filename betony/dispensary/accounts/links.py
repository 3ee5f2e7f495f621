"""The links in mails to the people of practices: signed, and bound to how the account stands, so each works once."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from betony.dispensary.accounts.models import User

RESET_LASTS = timedelta(hours=1)
CONFIRMATION_LASTS = timedelta(days=7)

_RESET = "betony.dispensary.accounts.reset"
_CONFIRMATION = "betony.dispensary.accounts.confirmation"


def password_reset(user: User) -> str:
    """Return an address for one new password."""
    return _address("reset_password_link", signing.dumps(_kept(_RESET, user), salt=_RESET))


def confirmation(user: User) -> str:
    """Return an address that says: this email is mine."""
    return _address("confirm_email", signing.dumps(_kept(_CONFIRMATION, user), salt=_CONFIRMATION))


def whose_reset(token: str) -> User | None:
    """Return whose unused link for a new password this is, or None."""
    return _whose(_RESET, token, RESET_LASTS)


def whose_confirmation(token: str) -> User | None:
    """Return whose unused link this is, or None."""
    return _whose(_CONFIRMATION, token, CONFIRMATION_LASTS)


def _address(name: str, token: str) -> str:
    return f"{settings.BETONY_PUBLIC_URL}{reverse(name, args=[token])}"


def _whose(kind: str, token: str, lasts: timedelta) -> User | None:
    try:
        user_id, _ = kept = signing.loads(token, salt=kind, max_age=lasts)
        user = User.objects.select_related("organization").filter(pk=UUID(user_id), is_active=True).first()
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return user if user and constant_time_compare(kept[1], _kept(kind, user)[1]) else None


def _kept(kind: str, user: User) -> list[str]:
    """Whose it is, and a digest of what the link changes: once changed, the link fits no more."""
    stands = user.password if kind == _RESET else str(user.is_email_confirmed)
    return [str(user.pk), salted_hmac(kind, f"{user.email}\x1f{stands}", algorithm="sha256").hexdigest()]
