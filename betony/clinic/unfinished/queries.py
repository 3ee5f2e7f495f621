"""Reading unfinished forms: their own member's, and nobody else's."""

from datetime import datetime
from uuid import UUID

from betony.clinic.unfinished import rules
from betony.clinic.unfinished.models import UnfinishedForm


def latest(*, membership_id: UUID, path: str, now: datetime) -> UnfinishedForm | None:
    """Return what this member typed last into the form at this address and did not save, or None."""
    rows = UnfinishedForm.objects.of(membership_id).still_typed()
    return rows.filter(path=path, typed_at__gt=now - rules.KEPT_FOR).order_by("-typed_at", "-id").first()
