"""Every change of a treatment plan: one function, one transaction, one audit event."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from betony.dispensary.accounts.models import Organization
from betony.dispensary.catalog import queries as catalog
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices.models import Practitioner
from betony.dispensary.treatment_plans import jobs, rules, shapes
from betony.dispensary.treatment_plans.models import PlanReference, Recommendation, TreatmentPlan
from betony.dispensary.webhooks import actions as webhooks
from betony.dispensary.webhooks.rules import PLAN_CREATED, PLAN_RECOMMENDATION_UPDATED, PLAN_UPDATED
from betony.kit import clock, identifiers
from betony.kit.actor import Actor, NotPermitted
from betony.kit.audit import trail

METADATA_ONCE = "plan_reference_once_an_application"
Values = rules.RecommendationValues


class InvalidPlan(Exception):
    """The plan cannot be kept; `problems` says what and why."""

    def __init__(self, problems: Iterable[rules.Problem]) -> None:
        self.problems = list(problems)
        super().__init__(", ".join(f"{one.field} {one.code}" for one in self.problems))


class AlreadyMade(Exception):
    """The id that was drawn for the plan has one by now: the same page was sent before."""


class MoveRefused(Exception):
    """A plan in this state does not become the other one; `state` is the one it is in."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


@transaction.atomic
def create_plan(
    *,
    by: Actor,
    patient: Patient,
    practitioner_id: UUID,
    recommendations: Sequence[Values],
    personal_message: str = "",
    metadata_id: str = "",
    plan_id: UUID | None = None,
) -> TreatmentPlan:
    """Make a draft, under the id that was drawn for it, if one was. Raises InvalidPlan and AlreadyMade."""
    _check(patient.organization, patient, practitioner_id, personal_message, recommendations)
    application_id = by.id if by.kind == "application" else None
    now = clock.now()
    try:
        with transaction.atomic():
            plan = TreatmentPlan.objects.create(
                id=plan_id or identifiers.uuid7(), organization=patient.organization, patient=patient,
                practitioner_id=practitioner_id, application_id=application_id,
                source=TreatmentPlan.Source.API if application_id else TreatmentPlan.Source.APP,
                personal_message=personal_message, created_at=now, updated_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise AlreadyMade from error
    if metadata_id:
        set_reference(by=by, plan=plan, value=metadata_id)
    _put(plan, recommendations)
    trail.record(
        by=by, action="treatment_plans.plan_created", subject=plan, patient_ids=[patient.pk],
        changes={"recommendations": [[], [_brief(one) for one in recommendations]]},
    )  # fmt: skip
    return plan


@transaction.atomic
def change_plan(
    *,
    by: Actor,
    plan_id: UUID,
    recommendations: Sequence[Values] | None = None,
    personal_message: str | None = None,
    metadata_id: str | None = None,
) -> TreatmentPlan:
    """Replace what is given and leave the rest; `metadata_id` is the asking application's own mark and no change.

    Raises InvalidPlan, MoveRefused for a cancelled plan.
    """
    plan = locked(by=by, plan_id=plan_id)
    if metadata_id is not None:
        set_reference(by=by, plan=plan, value=metadata_id)
    if recommendations is None and personal_message is None:
        return plan
    if plan.state == rules.CANCELLED:
        raise MoveRefused(plan.state)
    before = [shapes.values_of(one) for one in plan.recommendations.order_by("position")]
    wanted = before if recommendations is None else list(recommendations)
    message = plan.personal_message if personal_message is None else personal_message
    _check(plan.organization, plan.patient, plan.practitioner_id, message, wanted)
    changes: dict[str, Any] = {}
    if message != plan.personal_message:
        changes["personal_message"] = [plan.personal_message, message]
    if wanted != before:
        changes["recommendations"] = [[_brief(one) for one in before], [_brief(one) for one in wanted]]
        plan.recommendations.all().delete()
        _put(plan, wanted)
    plan.personal_message, plan.updated_at = message, clock.now()
    plan.save(update_fields=["personal_message", "updated_at"])
    trail.record(
        by=by, action="treatment_plans.plan_changed", subject=plan, patient_ids=[plan.patient_id],
        changes=changes,
    )  # fmt: skip
    if changes and plan.state == rules.ACTIVE:
        _tell(by, plan, PLAN_RECOMMENDATION_UPDATED)
    return plan


@transaction.atomic
def set_reference(*, by: Actor, plan: TreatmentPlan, value: str) -> None:
    """Keep the id the acting application knows the plan by; an empty one forgets it.

    Raises InvalidPlan, NotPermitted.
    """
    if by.kind != "application" or by.id is None:
        raise NotPermitted("plan")
    wanted = _metadata(value)
    rows = PlanReference.objects.filter(plan=plan, application_id=by.id)
    before = rows.select_for_update(of=("self",)).values_list("value", flat=True).first() or ""
    if wanted == before:
        return
    try:
        with transaction.atomic():
            if wanted:
                PlanReference.objects.update_or_create(
                    organization_id=plan.organization_id, plan=plan, application_id=by.id,
                    defaults={"value": wanted},
                )  # fmt: skip
            else:
                rows.delete()
    except IntegrityError as error:
        raise _metadata_taken(error) from error
    trail.record(
        by=by, action="treatment_plans.reference_set", subject=plan, patient_ids=[plan.patient_id],
        changes={"reference": [before, wanted]},
    )  # fmt: skip


@transaction.atomic
def activate_plan(*, by: Actor, plan_id: UUID, is_mailed: bool = True) -> TreatmentPlan:
    """Make a draft active, tell the applications and queue the letter to the patient.

    An active plan stays as it is, without a second letter. Since the draft was written its practitioner may have
    left, or a product may not be sold here any more: it is checked again. Raises MoveRefused and InvalidPlan.
    """
    plan = locked(by=by, plan_id=plan_id)
    if plan.state == rules.ACTIVE:
        return plan
    if not rules.may_become(plan.state, rules.ACTIVE):
        raise MoveRefused(plan.state)
    recommended = [shapes.values_of(one) for one in plan.recommendations.order_by("position")]
    _check(plan.organization, plan.patient, plan.practitioner_id, plan.personal_message, recommended)
    now = clock.now()
    plan.state, plan.activated_at, plan.updated_at = rules.ACTIVE, now, now
    plan.available_date = now.astimezone(ZoneInfo(plan.organization.time_zone)).date()
    plan.is_mail_wanted = is_mailed
    plan.save(update_fields=["state", "activated_at", "updated_at", "available_date", "is_mail_wanted"])
    trail.record(by=by, action="treatment_plans.plan_activated", subject=plan, patient_ids=[plan.patient_id])
    _tell(by, plan, PLAN_CREATED)
    if is_mailed:
        jobs.send_plan_mail.queue(organization_id=plan.organization_id, plan_id=plan.pk)
    return plan


@transaction.atomic
def cancel_plan(*, by: Actor, plan_id: UUID, reason: str = "") -> TreatmentPlan:
    """Cancel a plan; a cancelled one stays as it is. Raises MoveRefused."""
    plan = locked(by=by, plan_id=plan_id)
    if plan.state == rules.CANCELLED:
        return plan
    if not rules.may_become(plan.state, rules.CANCELLED):
        raise MoveRefused(plan.state)
    was_active = plan.state == rules.ACTIVE
    plan.state, plan.cancelled_at = rules.CANCELLED, clock.now()
    plan.updated_at = plan.cancelled_at
    plan.save(update_fields=["state", "cancelled_at", "updated_at"])
    trail.record(
        by=by, action="treatment_plans.plan_cancelled", subject=plan, patient_ids=[plan.patient_id],
        reason=reason,
    )  # fmt: skip
    if was_active:
        _tell(by, plan, PLAN_UPDATED)
    return plan


@transaction.atomic
def note_opened(*, by: Actor, plan: TreatmentPlan) -> None:
    """Remember when the patient first saw the plan, and tell the applications that asked to hear of it."""
    now = clock.now()
    rows = TreatmentPlan.objects.for_organization(plan.organization_id).filter(pk=plan.pk, opened_at=None)
    if not rows.update(opened_at=now, updated_at=now):
        return
    plan.opened_at = plan.updated_at = now
    trail.record(by=by, action="treatment_plans.plan_opened", subject=plan, patient_ids=[plan.patient_id])
    _tell(by, plan, PLAN_UPDATED, is_opening=True)


def plan_to_mail(*, by: Actor, plan_id: UUID) -> TreatmentPlan | None:
    """The plan whose letter is still to be sent; None when it was sent, or must not be (any more)."""
    plan = locked(by=by, plan_id=plan_id)
    patient = plan.patient
    is_wanted = plan.state == rules.ACTIVE and plan.mailed_at is None
    is_possible = bool(patient.email) and not patient.email_refused and not patient.is_archived
    return plan if is_wanted and is_possible else None


@transaction.atomic
def queue_held_mails(*, organization_id: UUID) -> None:
    """Queue the letters about plans that waited until the practice's owner had confirmed the email."""
    rows = TreatmentPlan.objects.for_organization(organization_id)
    held = rows.filter(state=rules.ACTIVE, is_mail_wanted=True, mailed_at=None).order_by("pk")
    for plan_id in held.values_list("pk", flat=True):
        jobs.send_plan_mail.queue(organization_id=organization_id, plan_id=plan_id)


@transaction.atomic
def note_mailed(*, by: Actor, plan_id: UUID) -> None:
    """Remember that the letter about the plan has left."""
    plan = locked(by=by, plan_id=plan_id)
    plan.mailed_at = clock.now()
    plan.save(update_fields=["mailed_at"])
    trail.record(by=by, action="treatment_plans.plan_mailed", subject=plan, patient_ids=[plan.patient_id])


def locked(*, by: Actor, plan_id: UUID) -> TreatmentPlan:
    """The plan of the actor's own dispensary, held until the transaction ends. Raises NotPermitted."""
    if by.organization_id is None:
        raise NotPermitted("plan")
    rows = TreatmentPlan.objects.for_organization(by.organization_id)
    rows = rows.select_related("organization", "patient", "practitioner")
    found = rows.select_for_update(of=("self",)).filter(pk=plan_id).first()
    if found is None:
        raise NotPermitted("plan")
    return found


def _check(
    organization: Organization,
    patient: Patient,
    practitioner_id: UUID,
    message: str,
    recommendations: Sequence[Values],
) -> None:
    found = rules.problems(message=message, recommendations=recommendations)
    if patient.is_archived:
        found.append(rules.Problem("patient", "archived"))
    practitioners = Practitioner.objects.for_organization(organization.pk)
    if not practitioners.filter(pk=practitioner_id, archived_at=None).exists():
        found.append(rules.Problem("practitioner", "invalid"))
    ids = {one.variant_id for one in recommendations}
    known = {row.pk: row.is_permitted_here for row in catalog.variants(organization).filter(pk__in=ids)}
    for position, one in enumerate(recommendations, start=1):
        if one.variant_id not in known:
            found.append(rules.Problem("variant", "invalid", position))
        elif not known[one.variant_id]:
            found.append(rules.Problem("variant", "not_permitted", position))
    if found:
        raise InvalidPlan(found)


def _put(plan: TreatmentPlan, recommendations: Sequence[Values]) -> None:
    Recommendation.objects.bulk_create(
        Recommendation(
            organization_id=plan.organization_id, plan=plan, position=position,
            **{**asdict(one), "dosage_time_of_day": list(one.dosage_time_of_day)},
        )
        for position, one in enumerate(recommendations, start=1)
    )  # fmt: skip


def _brief(one: Values) -> dict[str, Any]:
    return {key: value for key, value in asdict(one).items() if value not in ("", (), False)}


def _tell(by: Actor, plan: TreatmentPlan, event_type: str, *, is_opening: bool = False) -> None:
    webhooks.record_event(
        by=by, organization_id=plan.organization_id, event_type=event_type, subject_id=plan.pk,
        data={"treatment_plan": shapes.in_event(plan)}, is_opening=is_opening,
    )  # fmt: skip


def _metadata(text: str) -> str:
    kept = text.strip()
    if len(kept) > rules.LONGEST_METADATA:
        raise InvalidPlan([rules.Problem("metadata", "too_long")])
    return kept


def _metadata_taken(error: IntegrityError) -> Exception:
    diagnosis = getattr(error.__cause__, "diag", None)
    if getattr(diagnosis, "constraint_name", "") == METADATA_ONCE:
        return InvalidPlan([rules.Problem("metadata", "taken")])
    return error
