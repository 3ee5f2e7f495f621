"""Writing a plan and handing it to the patient at once."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from betony.dispensary.patients.models import Patient
from betony.dispensary.treatment_plans import actions
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.dispensary.treatment_plans.rules import RecommendationValues
from betony.kit.actor import Actor


@transaction.atomic
def write_plan(
    *,
    by: Actor,
    patient: Patient,
    practitioner_id: UUID,
    recommendations: Sequence[RecommendationValues],
    personal_message: str = "",
    metadata_id: str = "",
    is_active: bool,
    is_mailed: bool = True,
) -> TreatmentPlan:
    """Make a plan, and activate it when `is_active`: all of it or nothing. Raises InvalidPlan."""
    plan = actions.create_plan(
        by=by, patient=patient, practitioner_id=practitioner_id, recommendations=recommendations,
        personal_message=personal_message, metadata_id=metadata_id,
    )  # fmt: skip
    return actions.activate_plan(by=by, plan_id=plan.pk, is_mailed=is_mailed) if is_active else plan
