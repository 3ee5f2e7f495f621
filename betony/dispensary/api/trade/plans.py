"""Treatment plans: one patient's list, one, new, changed, activated, cancelled, and paid at the practice."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from betony.dispensary.accounts.models import OwnerType
from betony.dispensary.api import frame
from betony.dispensary.api.trade import sentences
from betony.dispensary.catalog import queries as catalog
from betony.dispensary.orders import actions as orders
from betony.dispensary.patients import access as patients
from betony.dispensary.treatment_plans import access, actions, queries, rules, shapes
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.dispensary.workflows import prescribe
from betony.kit.audit import trail

HISTORY = "patients:treatment_plan_history"
READERS = (HISTORY, "patients:read")


@frame.operation(any_of=READERS)
def list_plans(call: frame.Call, patient_id: UUID) -> frame.Body:
    """Answer the plans of a patient, oldest first; without the scope of the history, those made by programs."""
    patient = patients.patient(by=call.actor, patient_id=patient_id)
    rows = access.plans(by=call.actor, is_api_made_only=not call.actor.may(HISTORY)).filter(patient=patient)
    allowed = {"created_at": "created_at", "updated_at": "updated_at"}
    return frame.page(
        call, "treatment_plans", frame.sort(call, rows, allowed, default="created_at"), shapes.row,
        shown=lambda found: _note_read(call, "treatment_plans.list_shown", patient.pk),
    )  # fmt: skip


@frame.operation(any_of=READERS)
def show_plan(call: frame.Call, plan_id: UUID) -> frame.Body:
    """Answer one plan."""
    plan = access.plan(by=call.actor, plan_id=plan_id, is_api_made_only=not call.actor.may(HISTORY))
    _note_read(call, "treatment_plans.plan_shown", plan.patient_id)
    return _answer(call, plan)


@frame.operation("clinic:write", "patients:read")
def create_plan(call: frame.Call, patient_id: UUID) -> frame.Answer:
    """Make a plan, active unless `state` is draft; an active one is mailed unless the body says no."""
    patient = patients.patient(by=call.actor, patient_id=patient_id)
    fields = call.fields()
    practitioner_id = _practitioner_id(call, fields)
    state = fields.choice("state", (rules.DRAFT, rules.ACTIVE), default=rules.ACTIVE)
    is_mailed = fields.boolean("send_to_patient", default=True)
    is_mailed = is_mailed and not fields.boolean("skip_email_notification")
    message = fields.text("personal_message", most=rules.LONGEST_MESSAGE)
    metadata_id = fields.inside("metadata").text("id", most=rules.LONGEST_METADATA)
    recommendations = _recommendations(call, fields)
    fields.check()
    plan = _refusing(
        lambda: prescribe.write_plan(
            by=call.actor,
            new=prescribe.NewPlan(
                patient=patient, practitioner_id=practitioner_id, recommendations=recommendations,
                personal_message=message, metadata_id=metadata_id, is_active=state == rules.ACTIVE,
                is_mailed=is_mailed,
            ),
        )
    )  # fmt: skip
    return frame.created(_answer(call, plan))


@frame.operation("clinic:write")
def change_plan(call: frame.Call, plan_id: UUID) -> frame.Body:
    """Replace the message, the recommendations or the metadata, whichever were sent."""
    fields = call.fields()
    message = fields.text("personal_message", most=rules.LONGEST_MESSAGE)
    metadata_id = fields.inside("metadata").text("id", most=rules.LONGEST_METADATA)
    recommendations = _recommendations(call, fields) if fields.has("recommendations") else None
    fields.check()
    plan = _refusing(
        lambda: actions.change_plan(
            by=call.actor, plan_id=_reachable(call, plan_id), recommendations=recommendations,
            personal_message=message if fields.has("personal_message") else None,
            metadata_id=metadata_id if fields.has("metadata") else None,
        )
    )  # fmt: skip
    return _answer(call, plan)


@frame.operation("clinic:write")
def activate_plan(call: frame.Call, plan_id: UUID) -> frame.Body:
    """Activate a draft; an active plan is answered as it is."""
    return _answer(
        call,
        _refusing(lambda: actions.activate_plan(by=call.actor, plan_id=_reachable(call, plan_id))),
    )


@frame.operation("clinic:write")
def cancel_plan(call: frame.Call, plan_id: UUID) -> frame.Body:
    """Cancel a plan; a cancelled one is answered as it is."""
    plan = _refusing(lambda: actions.cancel_plan(by=call.actor, plan_id=_reachable(call, plan_id)))
    # The public API answers a cancelled plan without its recommendations.
    return {"treatment_plan": {**_full(call, plan), "recommendations": []}}


@frame.operation("clinic:write")
def start_in_office_checkout(call: frame.Call, plan_id: UUID) -> frame.Answer:
    """Fill the cart of the practice's own checkout from the plan, and answer the checkout's address."""
    plan = access.plan(by=call.actor, plan_id=_reachable(call, plan_id))
    try:
        orders.start_office_cart(by=call.actor, plan=plan)
    except orders.PlanNotActive as error:
        raise frame.Invalid(["Treatment plan is not active"]) from error
    url = f"{settings.BETONY_PUBLIC_URL}/o/patients/{plan.patient.number}/checkout"
    return frame.created({"in_office_checkout": {"url": url}})


def referred_to(call: frame.Call, reference: str) -> QuerySet[TreatmentPlan]:
    """The plans the calling application knows by this id (by any, when it is empty), for GET /api/clinic/metadata."""
    rows = access.plans(by=call.actor, is_api_made_only=not call.actor.may(HISTORY))
    found = queries.referred_to(rows, application_id=call.application.pk, value=reference)
    return found.order_by("created_at", "pk")


def write_found(call: frame.Call, found: Sequence[TreatmentPlan]) -> list[dict[str, Any]]:
    """The whole form of plans that were found by their metadata."""
    known = queries.references(application_id=call.application.pk, plans=found)
    for plan in found:
        _note_read(call, "treatment_plans.found_by_metadata", plan.patient_id)
    return [shapes.full(plan, reference=known.get(plan.pk)) for plan in found]


def _reachable(call: frame.Call, plan_id: UUID) -> UUID:
    """The id, when the token may know of the plan: one without the history's scope knows programs' plans only."""
    return access.plan(by=call.actor, plan_id=plan_id, is_api_made_only=not call.actor.may(HISTORY)).pk


def _answer(call: frame.Call, plan: TreatmentPlan) -> dict[str, Any]:
    return {"treatment_plan": _full(call, plan)}


def _full(call: frame.Call, plan: TreatmentPlan) -> dict[str, Any]:
    known = queries.references(application_id=call.application.pk, plans=[plan])
    return shapes.full(plan, reference=known.get(plan.pk))


def _practitioner_id(call: frame.Call, fields: frame.Fields) -> UUID:
    """Who prescribes: the one named, else the practitioner behind the token; staff must name one."""
    is_staff = call.owner.type != OwnerType.PRACTITIONER
    named = fields.uuid("practitioner_id", required=is_staff)
    return named or call.owner.id


def _recommendations(call: frame.Call, fields: frame.Fields) -> Sequence[rules.RecommendationValues]:
    rows = fields.items("recommendations", most=rules.MOST_RECOMMENDATIONS)
    names = [row.text("variant_id") for row in rows]
    known = catalog.variants_named(call.organization, names)
    found = []
    for position, (row, name) in enumerate(zip(rows, names, strict=True), start=1):
        variant = known.get(name)
        if variant is None:
            problem = rules.Problem("variant", "invalid" if name else "blank", position)
            fields.problems.append(sentences.of_plan([problem])[0])
        units = row.integer("units_to_purchase", required=True, least=1, most=rules.MOST_UNITS)
        # Every field of every row is read, so that all problems are told at once: where there is no variant, an id
        # that no variant has stands in, in values that are thrown away when `check` raises.
        found.append(_values(row, variant.pk if variant else call.organization_id, units or 1))
    return found


def _values(row: frame.Fields, variant_id: UUID, units: int) -> rules.RecommendationValues:
    dosage, most = row.inside("dosage"), rules.LONGEST
    return rules.RecommendationValues(
        variant_id=variant_id,
        units_to_purchase=units,
        refill=row.boolean("refill"),
        take_with=row.text("take_with", most=most["take_with"]),
        dosage_amount=dosage.text("amount", most=most["dosage_amount"]),
        dosage_frequency=dosage.text("frequency", most=most["dosage_frequency"]),
        dosage_duration=dosage.text("duration", most=most["dosage_duration"]),
        dosage_format=dosage.text("format", most=most["dosage_format"]),
        dosage_time_of_day=tuple(dosage.texts("time_of_day", most=8)),
        dosage_additional_info=dosage.text("additional_info", most=most["dosage_additional_info"]),
    )


def _refusing(run: Callable[[], TreatmentPlan]) -> TreatmentPlan:
    """Do it, with what is refused told in the API's sentences."""
    try:
        return run()
    except actions.InvalidPlan as error:
        raise frame.Invalid(sentences.of_plan(error.problems)) from error
    except actions.MoveRefused as error:
        raise frame.Invalid([f"State cannot change from {error.state}"]) from error


def _note_read(call: frame.Call, action: str, patient_id: UUID) -> None:
    trail.record_read(by=call.actor, action=action, patient_ids=[patient_id])
