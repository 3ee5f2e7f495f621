"""Writing a plan: at once through the API, product by product in the practice's pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from betony.dispensary.catalog import actions as catalog
from betony.dispensary.catalog.models import Variant
from betony.dispensary.catalog.rules import Dosage
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices.models import Practitioner
from betony.dispensary.treatment_plans import access, actions, queries, shapes
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.dispensary.treatment_plans.rules import RecommendationValues
from betony.kit.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """A whole plan, and whether it is active at once and the patient told of it."""

    patient: Patient
    practitioner_id: UUID
    recommendations: Sequence[RecommendationValues]
    personal_message: str = ""
    metadata_id: str = ""
    is_active: bool = True
    is_mailed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenProduct:
    """A product as a practitioner has put it on a plan; `keeps_dosage` makes the dosage their own default."""

    variant: Variant
    values: RecommendationValues
    keeps_dosage: bool = False


@transaction.atomic
def write_plan(*, by: Actor, new: NewPlan) -> TreatmentPlan:
    """Make a plan, and activate it when that is wanted: all of it or nothing. Raises InvalidPlan."""
    plan = actions.create_plan(
        by=by, patient=new.patient, practitioner_id=new.practitioner_id, recommendations=new.recommendations,
        personal_message=new.personal_message, metadata_id=new.metadata_id,
    )  # fmt: skip
    if not new.is_active:
        return plan
    return actions.activate_plan(by=by, plan_id=plan.pk, is_mailed=new.is_mailed)


@transaction.atomic
def put_on_plan(
    *, by: Actor, plan_id: UUID, patient: Patient, practitioner: Practitioner, chosen: ChosenProduct
) -> TreatmentPlan:
    """Put a product on the patient's plan of this id, which is made when there is none, and return the plan.

    The same product with the same dosage is put on it once, however often it is asked for. Raises InvalidPlan and
    MoveRefused.
    """
    if chosen.keeps_dosage:
        catalog.save_dosage(
            by=by, practitioner=practitioner, product=chosen.variant.product, dosage=_dosage(chosen.values)
        )
    plan = access.plans(by=by).filter(pk=plan_id, patient=patient).first()
    if plan is None:
        try:
            return actions.create_plan(
                by=by, patient=patient, practitioner_id=practitioner.pk, recommendations=[chosen.values],
                plan_id=plan_id,
            )  # fmt: skip
        except actions.AlreadyMade:
            # The other of two presses at once has made it, with this product.
            return access.plan(by=by, plan_id=plan_id)
    before = [shapes.values_of(one) for one in queries.recommendations(plan)]
    if chosen.values in before:
        return plan
    return actions.change_plan(by=by, plan_id=plan.pk, recommendations=[*before, chosen.values])


def _dosage(values: RecommendationValues) -> Dosage:
    return Dosage(
        amount=values.dosage_amount,
        frequency=values.dosage_frequency,
        duration=values.dosage_duration,
        format=values.dosage_format,
        additional_info=values.dosage_additional_info,
    )
