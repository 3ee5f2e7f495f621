"""Records for tests: plans made the way the practice makes them. Call inside `tenancy.organization(…)`."""

from itertools import count
from typing import Any

from betony.dispensary.catalog import factories as catalog
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices.models import Practitioner
from betony.dispensary.treatment_plans import actions
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.dispensary.treatment_plans.rules import RecommendationValues
from betony.kit.actor import Actor

_numbers = count(1)


def recommendation(**values: Any) -> RecommendationValues:
    """Return values for one product on a plan: two packs of a new product unless told otherwise."""
    if "variant_id" not in values:
        values["variant_id"] = catalog.variant(name=values.pop("name", f"Zinc {next(_numbers)}")).pk
    return RecommendationValues(**{
        "units_to_purchase": 2, "dosage_amount": "1-2", "dosage_frequency": "once per day",
        "dosage_format": "capsule", "take_with": "food", "dosage_time_of_day": ("morning",), **values,
    })  # fmt: skip


def draft(*, by: Actor, patient: Patient, practitioner: Practitioner, **values: Any) -> TreatmentPlan:
    """Return a draft with one product."""
    return actions.create_plan(
        by=by, patient=patient, practitioner_id=practitioner.pk,
        recommendations=values.pop("recommendations", None) or [recommendation()], **values,
    )  # fmt: skip


def active(*, by: Actor, patient: Patient, practitioner: Practitioner, **values: Any) -> TreatmentPlan:
    """Return an active plan with one product."""
    plan = draft(by=by, patient=patient, practitioner=practitioner, **values)
    return actions.activate_plan(by=by, plan_id=plan.pk)
