"""Reading treatment plans."""

from uuid import UUID

from django.db.models import Count, QuerySet

from betony.dispensary.treatment_plans.models import Recommendation, TreatmentPlan
from betony.kit.tenancy.models import TenantQuerySet


def recommendations(plan: TreatmentPlan) -> QuerySet[Recommendation]:
    """What the plan recommends, in its order, with product and brand."""
    return plan.recommendations.select_related("variant__product__brand").order_by("position")


def with_counts(plans: TenantQuerySet[TreatmentPlan]) -> QuerySet[TreatmentPlan]:
    """The plans with `product_count`."""
    return plans.annotate(product_count=Count("recommendations"))


def known_by(*, organization_id: UUID, application_id: UUID, metadata_id: str) -> QuerySet[TreatmentPlan]:
    """The plan an application knows by this id: none or one."""
    rows = TreatmentPlan.objects.for_organization(organization_id).select_related("organization")
    return rows.filter(application_id=application_id, metadata_id=metadata_id)
