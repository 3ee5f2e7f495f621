"""What practice does when something happens to an account."""

from uuid import UUID

from betony.clinic.accounts import queries
from betony.clinic.practice import actions
from betony.kit import actor, jobs


@jobs.job("practice.end_delegations")
def end_delegations(*, organization_id: UUID, membership_id: UUID, user_id: UUID) -> None:
    """End the delegations of a member who was deactivated, so that a return does not bring them back.

    Who was made active again before this could run stays as they were.
    """
    if queries.is_active_member(membership_id):
        return
    by = actor.system("practice.end_delegations", organization_id=organization_id)
    actions.end_delegations_of_member(by=by, membership_id=membership_id)
