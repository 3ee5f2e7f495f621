"""The link by which an invited person chooses a password: signed, single-use, good for a week."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse

from betony.dispensary.accounts.models import User

_tokens = PasswordResetTokenGenerator()


def address_for(user: User) -> str:
    """Return the whole address that goes into the mail. It stops working when a password is chosen."""
    path = reverse("people:join", kwargs={"user_id": user.pk, "token": _tokens.make_token(user)})
    return f"{settings.BETONY_PUBLIC_URL}{path}"


def invited(user_id: UUID, token: str) -> User | None:
    """Return the person whose unused link this is, or None."""
    user = User.objects.select_related("organization").filter(pk=user_id, is_active=True).first()
    if user is None or user.has_usable_password() or not _tokens.check_token(user, token):
        return None
    return user
