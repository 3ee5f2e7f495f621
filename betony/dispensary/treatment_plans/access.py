"""The only roads from a person or program and an id to a treatment plan. Unknown and foreign look the same."""

from uuid import UUID

from betony.dispensary.treatment_plans import rules
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.kit.actor import Actor, NotPermitted
from betony.kit.tenancy.models import TenantQuerySet


def plans(*, by: Actor, is_api_made_only: bool = False) -> TenantQuerySet[TreatmentPlan]:
    """The plans of the actor's own dispensary. Raises NotPermitted for patients and strangers.

    `is_api_made_only` is for applications without the scope of the whole history.
    """
    if by.organization_id is None or by.kind not in ("staff", "application", "system"):
        raise NotPermitted("plans")
    rows = TreatmentPlan.objects.for_organization(by.organization_id)
    if is_api_made_only:
        rows = rows.filter(source=TreatmentPlan.Source.API)
    return rows.select_related("organization", "patient", "practitioner")


def plan(*, by: Actor, plan_id: UUID, is_api_made_only: bool = False) -> TreatmentPlan:
    """The plan of this id. Raises NotPermitted."""
    return _known(plans(by=by, is_api_made_only=is_api_made_only).filter(pk=plan_id).first())


def own_plans(*, by: Actor) -> TenantQuerySet[TreatmentPlan]:
    """The plans a patient may see at the shop: their own, without drafts. Raises NotPermitted."""
    if by.kind != "patient" or by.organization_id is None or by.id is None:
        raise NotPermitted("plans")
    rows = TreatmentPlan.objects.for_organization(by.organization_id).filter(patient_id=by.id)
    return rows.exclude(state=rules.DRAFT).select_related("organization", "patient", "practitioner")


def own_plan(*, by: Actor, plan_id: UUID) -> TreatmentPlan:
    """The patient's own plan of this id. Raises NotPermitted."""
    return _known(own_plans(by=by).filter(pk=plan_id).first())


def own_plan_by_token(*, by: Actor, token: str) -> TreatmentPlan | None:
    """The patient's own plan that this invitation leads to, or None."""
    return own_plans(by=by).filter(invitation_token=token).first()


def _known(found: TreatmentPlan | None) -> TreatmentPlan:
    if found is None:
        raise NotPermitted("plan")
    return found
