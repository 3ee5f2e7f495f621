"""Reading who signs in."""

from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q

from betony.dispensary.accounts.models import User

# Whose passwords are looked at when somebody signs in: always so many, or the time would tell how many there are.
MOST_WITH_ONE_EMAIL = 2


def people_with_email(email: str) -> list[User]:
    """Return who can sign in with this email: who has confirmed it first, then the oldest.

    Neither who has left a practice nor who was only invited is among them.
    """
    rows = User.objects.select_related("organization").filter(email=email.strip().lower(), is_active=True)
    rows = rows.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return list(rows.order_by("-is_email_confirmed", "created_at", "pk")[:MOST_WITH_ONE_EMAIL])


def is_email_taken(email: str, *, organization_id: UUID, except_for: UUID | None = None) -> bool:
    """Tell whether somebody of any dispensary has confirmed the email, or anybody of this one has it.

    `except_for` is the sign-in of the person in question.
    """
    rows = User.objects.filter(email=email.strip().lower(), is_active=True)
    rows = rows.filter(Q(is_email_confirmed=True) | Q(organization_id=organization_id))
    if except_for is not None:
        rows = rows.exclude(pk=except_for)
    return rows.exists()


def owner_has_confirmed(organization_id: UUID) -> bool:
    """Tell whether the dispensary's owner has confirmed the email, and mail may go out in the practice's name."""
    waiting = User.objects.filter(organization_id=organization_id, is_owner=True, is_email_confirmed=False)
    return not waiting.exists()
