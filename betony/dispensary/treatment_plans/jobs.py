"""The letter about a plan, sent by a worker."""

from uuid import UUID

from betony.dispensary.patients import postage
from betony.dispensary.treatment_plans import actions, letters
from betony.kit import jobs, tenancy
from betony.kit.actor import system


@jobs.job("treatment_plans.send_plan_mail", retry=jobs.Retry(attempts=8, first_wait_seconds=5))
def send_plan_mail(*, organization_id: UUID, plan_id: UUID) -> None:
    """Send the letter about an active plan, once; it may have to wait until the owner has confirmed the email."""
    if postage.is_short(organization_id):
        return
    by = system("treatment_plans.send_plan_mail", organization_id=organization_id)
    with tenancy.organization(organization_id):
        plan = actions.plan_to_mail(by=by, plan_id=plan_id)
    if plan is None:
        return
    letters.send_plan(plan)
    postage.note_sent(organization_id)
    with tenancy.organization(organization_id):
        actions.note_mailed(by=by, plan_id=plan_id)


@jobs.job("treatment_plans.send_held_mails")
def send_held_mails(*, organization_id: UUID) -> None:
    """Send the letters that waited, now that the practice's owner has confirmed the email."""
    with tenancy.organization(organization_id):
        actions.queue_held_mails(organization_id=organization_id)
