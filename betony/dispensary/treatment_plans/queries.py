"""Reading treatment plans."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, QuerySet

from betony.dispensary.treatment_plans.models import PlanReference, Recommendation, TreatmentPlan
from betony.kit.tenancy.models import TenantQuerySet


def recommendations(plan: TreatmentPlan) -> QuerySet[Recommendation]:
    """What the plan recommends, in its order, with product and brand."""
    return plan.recommendations.select_related("variant__product__brand").order_by("position")


def with_counts(plans: TenantQuerySet[TreatmentPlan]) -> QuerySet[TreatmentPlan]:
    """The plans with `product_count`."""
    return plans.annotate(product_count=Count("recommendations"))


def references(*, application_id: UUID, plans: Iterable[TreatmentPlan]) -> dict[UUID, str]:
    """The ids the application knows these plans by, by plan."""
    rows = PlanReference.objects.filter(
        application_id=application_id, plan_id__in=[plan.pk for plan in plans]
    )
    return dict(rows.values_list("plan_id", "value"))


def referred_to(
    plans: TenantQuerySet[TreatmentPlan], *, application_id: UUID, value: str
) -> QuerySet[TreatmentPlan]:
    """Those of the plans that the application knows by this id; all it has an id for when none is given."""
    known = PlanReference.objects.filter(application_id=application_id)
    known = known.filter(value=value) if value else known
    return plans.filter(pk__in=known.values("plan_id"))
