"""Reading who signs in."""

from uuid import UUID

from betony.dispensary.accounts.models import User

# Whose passwords are looked at when somebody signs in: always so many, or the time would tell how many there are.
MOST_WITH_ONE_EMAIL = 2


def people_with_email(email: str) -> list[User]:
    """Return who signs in with this e-mail: who has confirmed it first, then the oldest."""
    rows = User.objects.select_related("organization").filter(email=email.strip().lower())
    return list(rows.order_by("-is_email_confirmed", "created_at", "pk")[:MOST_WITH_ONE_EMAIL])


def owner_has_confirmed(organization_id: UUID) -> bool:
    """Tell whether the dispensary's owner has confirmed the e-mail, and mail may go out in the practice's name."""
    waiting = User.objects.filter(organization_id=organization_id, is_owner=True, is_email_confirmed=False)
    return not waiting.exists()
