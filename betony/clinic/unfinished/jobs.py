"""Putting unfinished forms away."""

from betony.clinic.accounts.models import Organization
from betony.clinic.unfinished import actions
from betony.kit import jobs


@jobs.every("43 * * * *", "unfinished.sweep")
def sweep() -> None:
    """Put away, every hour, what is too old to be offered."""
    for organization_id in Organization.objects.order_by("pk").values_list("pk", flat=True):
        actions.sweep(organization_id=organization_id)
