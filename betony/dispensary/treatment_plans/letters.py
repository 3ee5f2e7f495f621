"""The letter that tells a patient of a plan. It names the practice and nothing that is on the plan."""

from django.utils.translation import gettext

from betony.dispensary.patients import letters
from betony.dispensary.treatment_plans import shapes
from betony.dispensary.treatment_plans.models import TreatmentPlan


def send_plan(plan: TreatmentPlan) -> None:
    """Send the letter with the plan's link. Raises what SMTP raises."""
    practice = {"practice": plan.organization.name}

    def write() -> letters.Letter:
        return letters.Letter(
            subject=gettext("%(practice)s has something new for you") % practice,
            paragraphs=[
                gettext("Your practitioner at %(practice)s has shared something with you.") % practice,
                gettext("Sign in to see it. If you have no password yet, you can ask for one there."),
            ],
            link_words=gettext("See what is new"),
        )

    link = shapes.invitation_url(plan)
    letters.send(patient=plan.patient, organization=plan.organization, link=link, write=write)
