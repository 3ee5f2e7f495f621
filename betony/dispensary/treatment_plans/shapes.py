"""A treatment plan as the API and events show it, in the public API's own words."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from betony.dispensary.treatment_plans import queries, rules, words
from betony.dispensary.treatment_plans.models import Recommendation, TreatmentPlan
from betony.dispensary.webhooks.rules import instant

Json = dict[str, Any]


def invitation_url(plan: TreatmentPlan) -> str:
    """The address that is mailed to the patient: it leads to the plan, behind a sign-in."""
    return f"{settings.BETONY_PUBLIC_URL}/welcome/{plan.organization.slug}/{plan.invitation_token}"


def checkout_url(plan: TreatmentPlan) -> str:
    """The address of the plan in the shop, where the patient orders."""
    return f"{settings.BETONY_PUBLIC_URL}/shop/{plan.organization.slug}/plans/{plan.pk}/"


def row(plan: TreatmentPlan) -> Json:
    """The short form of lists."""
    return {
        "id": str(plan.pk),
        "state": plan.state,
        "patient": {"id": str(plan.patient_id)},
        "practitioner": {"id": str(plan.practitioner_id)},
        "available_at": plan.available_date.isoformat() if plan.available_date else None,
        "created_at": instant(plan.created_at),
        "updated_at": instant(plan.updated_at),
    }


def full(plan: TreatmentPlan, *, reference: str | None) -> Json:
    """The whole form; `reference` is the id the asking application knows the plan by."""
    found = list(queries.recommendations(plan))
    return {
        **row(plan),
        "source": plan.source,
        "invitation_url": invitation_url(plan),
        "checkout_url": checkout_url(plan),
        "practitioner_pay_url": None,
        "personal_message": plan.personal_message or None,
        "treatment_plan_text": _text(found),
        "recommendations": [_recommendation(one) for one in found],
        "resources": [],
        "lab_recommendations": [],
        "lab_checkout_status": None,
        "patient_lab_fields_needed": [],
        "metadata": {"id": reference},
        **_opened(plan),
    }


def in_event(plan: TreatmentPlan) -> Json:
    """The form in events, with the older and the newer names of states and dosages side by side."""
    return {
        "id": str(plan.pk),
        "state": plan.state,
        "active": "true" if plan.state == rules.ACTIVE else "false",
        "patient": {"id": str(plan.patient_id)},
        "practitioner": {"id": str(plan.practitioner_id)},
        "available_at": instant(plan.activated_at) if plan.activated_at else None,
        "recommendations": [_recommendation_in_event(one) for one in queries.recommendations(plan)],
        "resources": [],
        "lab_recommendations": [],
        **_opened(plan),
    }


def values_of(one: Recommendation) -> rules.RecommendationValues:
    """A kept recommendation as the values it was made from."""
    return rules.RecommendationValues(
        variant_id=one.variant_id,
        units_to_purchase=one.units_to_purchase,
        refill=one.refill,
        take_with=one.take_with,
        dosage_amount=one.dosage_amount,
        dosage_frequency=one.dosage_frequency,
        dosage_duration=one.dosage_duration,
        dosage_format=one.dosage_format,
        dosage_time_of_day=tuple(one.dosage_time_of_day),
        dosage_additional_info=one.dosage_additional_info,
    )


def _opened(plan: TreatmentPlan) -> Json:
    """Our own addition to the public shape: it stands there only once the patient has seen the plan."""
    return {"opened_at": instant(plan.opened_at)} if plan.opened_at else {}


def _recommendation(one: Recommendation) -> Json:
    return {
        "variant_id": str(one.variant_id),
        "refill": one.refill,
        "units_to_purchase": one.units_to_purchase,
        "take_with": one.take_with or None,
        "dosage": {
            "amount": one.dosage_amount or None,
            "frequency": one.dosage_frequency or None,
            "duration": one.dosage_duration or None,
            "format": one.dosage_format or None,
            "time_of_day": list(one.dosage_time_of_day),
            "additional_info": one.dosage_additional_info or None,
        },
    }


def _recommendation_in_event(one: Recommendation) -> Json:
    shape = _recommendation(one)
    dosage = shape["dosage"]
    for name in ("amount", "frequency", "duration"):
        dosage[f"recommended_{name}"] = dosage[name]
    return shape


def _text(found: Iterable[Recommendation]) -> str:
    lines = []
    for one in found:
        product, dosage = one.variant.product, words.dosage(values_of(one))
        lines.append(f"{product.brand.name} {product.name}" + (f": {dosage}" if dosage else ""))
    return "\n".join(lines)
