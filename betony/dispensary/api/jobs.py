"""Forgetting kept answers when their day is over."""

from betony.dispensary.accounts.models import Organization
from betony.dispensary.api import actions
from betony.kit import jobs, tenancy


@jobs.every("17 * * * *", "api.forget_old_answers")
def forget_old_answers() -> None:
    """Delete answers older than a day, one dispensary after the other."""
    for organization_id in Organization.objects.order_by("pk").values_list("pk", flat=True):
        with tenancy.organization(organization_id):
            actions.forget_old_answers()
