"""Treatment plans at the practice: the list, one, written product by product, activated, cancelled."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from betony.dispensary.accounts.models import Organization
from betony.dispensary.accounts.permissions import PRACTICE, PRESCRIBE
from betony.dispensary.accounts.sessions import user_of
from betony.dispensary.back_office import sentences
from betony.dispensary.back_office.forms import MessageForm, RecommendationForm
from betony.dispensary.back_office.views import lists
from betony.dispensary.catalog import access as catalog_access
from betony.dispensary.catalog import actions as catalog_actions
from betony.dispensary.catalog import queries as catalog
from betony.dispensary.catalog.models import CustomDosage
from betony.dispensary.orders import actions as orders
from betony.dispensary.patients import access as patients
from betony.dispensary.patients.models import Patient
from betony.dispensary.practices import access as practices
from betony.dispensary.practices.models import Practitioner
from betony.dispensary.treatment_plans import access, actions, queries, rules, shapes, words
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.dispensary.workflows import prescribe
from betony.kit import identifiers, routes
from betony.kit.audit import trail
from betony.kit.requests import actor_of

MOST_RESULTS = 20


@require_GET
@routes.requires(PRACTICE)
def list_plans(request: HttpRequest) -> HttpResponse:
    """Show the plans, the newest first, narrowed to one state."""
    by = actor_of(request)
    filters = lists.chosen(request, "state")
    rows: QuerySet[TreatmentPlan] = access.plans(by=by)
    if filters["state"] in rules.PLAN_MOVES:
        rows = rows.filter(state=filters["state"])
    shown = lists.page(request, rows, keys=("-created_at", "-id"), filters=filters)
    trail.record_read(
        by=by, action="treatment_plans.list_shown", patient_ids=[plan.patient_id for plan in shown["rows"]]
    )
    context = {**shown, "filters": filters, "states": TreatmentPlan.State.choices}
    return render(request, "dispensary_back_office/plans.html", context)


@require_GET
@routes.requires(PRACTICE)
def show_plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Show a plan and what can be done with it."""
    by = actor_of(request)
    plan = access.plan(by=by, plan_id=plan_id)
    trail.record_read(by=by, action="treatment_plans.plan_shown", patient_ids=[plan.patient_id], subject=plan)
    products = [
        {"recommendation": one, "dosage": words.dosage(shapes.values_of(one))}
        for one in queries.recommendations(plan)
    ]
    may_change = by.may(PRESCRIBE) and plan.state != rules.CANCELLED
    context = {
        "plan": plan,
        "products": products,
        "may_change": may_change,
        "can_remove": may_change and len(products) > 1,
        "is_draft": plan.state == rules.DRAFT,
        "is_active": plan.state == rules.ACTIVE,
        "form": MessageForm(initial={"personal_message": plan.personal_message}),
    }
    return render(request, "dispensary_back_office/plan.html", context)


@require_http_methods(["GET", "POST"])
@routes.requires(PRESCRIBE)
def new_plan(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Find the first product, say how it is taken, and make the draft."""
    patient = patients.patient(by=actor_of(request), patient_id=patient_id)
    return _choose_product(request, patient, None)


@require_http_methods(["GET", "POST"])
@routes.requires(PRESCRIBE)
def add_product(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Find another product and put it on the plan."""
    plan = access.plan(by=actor_of(request), plan_id=plan_id)
    return _choose_product(request, plan.patient, plan)


@require_POST
@routes.requires(PRESCRIBE)
def remove_product(request: HttpRequest, plan_id: UUID, position: int) -> HttpResponse:
    """Take a product off the plan; the last one stays."""
    by = actor_of(request)
    plan = access.plan(by=by, plan_id=plan_id)
    kept = [shapes.values_of(one) for one in queries.recommendations(plan) if one.position != position]
    return _tried(
        request,
        plan_id,
        lambda: actions.change_plan(by=by, plan_id=plan_id, recommendations=kept),
        _("Saved."),
    )


@require_POST
@routes.requires(PRESCRIBE)
def save_message(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Keep the message to the patient."""
    form = MessageForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The message is too long, so it was not saved."))
        return redirect("back_office:plan", plan_id=plan_id)
    message = form.cleaned_data["personal_message"]
    by = actor_of(request)
    return _tried(
        request, plan_id, lambda: actions.change_plan(by=by, plan_id=plan_id, personal_message=message),
        _("Saved."),
    )  # fmt: skip


@require_POST
@routes.requires(PRESCRIBE)
def activate_plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Give the plan to the patient, who is told by mail."""
    by = actor_of(request)
    return _tried(
        request, plan_id, lambda: actions.activate_plan(by=by, plan_id=plan_id), _("The plan is active.")
    )


@require_POST
@routes.requires(PRESCRIBE)
def cancel_plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Cancel the plan; it stays readable and cannot be ordered any more."""
    by = actor_of(request)
    return _tried(
        request, plan_id, lambda: actions.cancel_plan(by=by, plan_id=plan_id), _("The plan is cancelled.")
    )


@require_POST
@routes.requires(PRACTICE)
def start_checkout(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Fill the practice's own checkout from the plan and go there."""
    by = actor_of(request)
    plan = access.plan(by=by, plan_id=plan_id)
    try:
        orders.start_office_cart(by=by, plan=plan)
    except orders.PlanNotActive:
        messages.error(request, _("Only an active plan can be ordered."))
        return redirect("back_office:plan", plan_id=plan_id)
    return redirect("back_office:checkout", number=plan.patient.number)


def _choose_product(request: HttpRequest, patient: Patient, plan: TreatmentPlan | None) -> HttpResponse:
    """Find a product for the plan, or for a new one, and ask for its directions; both forms lead here."""
    practice = user_of(request).organization
    wanted = request.POST.get("variant") or request.GET.get("variant") or ""
    if not wanted:
        return _find_product(request, practice, patient, plan)
    variant = _variant(practice, wanted)
    own = _own_practitioner(request)
    saved = catalog.custom_dosage(practice, product_id=variant.product_id, practitioner_id=own.pk)
    if request.method == "POST" and "forget" in request.POST:
        return _forget_dosage(request, own, variant)
    form = RecommendationForm(request.POST or None, initial=_dosage(variant, saved))
    drawn = _drawn(request)
    if request.method == "POST" and form.is_valid():
        chosen = prescribe.ChosenProduct(
            variant=variant, values=form.values(variant.pk), keeps_dosage=form.cleaned_data["keeps_dosage"]
        )
        try:
            made = prescribe.put_on_plan(
                by=actor_of(request), plan_id=plan.pk if plan else drawn, patient=patient, practitioner=own,
                chosen=chosen,
            )  # fmt: skip
            return redirect("back_office:plan", plan_id=made.pk)
        except actions.InvalidPlan as error:
            form.add_error(None, sentences.of_plan(error.problems))
        except actions.MoveRefused:
            form.add_error(None, sentences.REFUSED)
    context = {
        "patient": patient, "plan": plan, "form": form, "variant": variant, "drawn": drawn, "is_own": bool(saved)
    }  # fmt: skip
    return render(
        request, "dispensary_back_office/recommendation.html", context, status=422 if form.errors else 200
    )


def _find_product(
    request: HttpRequest, practice: Organization, patient: Patient, plan: TreatmentPlan | None
) -> HttpResponse:
    text = lists.chosen(request, "q")["q"]
    found = catalog.searched(practice, text=text)[:MOST_RESULTS] if text else []
    context = {
        "patient": patient, "plan": plan, "text": text, "found": found, "currency": practice.currency,
    }  # fmt: skip
    return render(request, "dispensary_back_office/choose_product.html", context)


def _forget_dosage(request: HttpRequest, own: Practitioner, variant: catalog.SeenVariant) -> HttpResponse:
    """Let the label's dosage count again for this practitioner."""
    with suppress(catalog_actions.NoDosageSaved):
        catalog_actions.forget_dosage(by=actor_of(request), practitioner=own, product=variant.product)
    messages.success(request, _("The label's dosage is back."))
    return redirect(f"{request.path}?{urlencode({'variant': variant.pk})}")


def _drawn(request: HttpRequest) -> UUID:
    """The id that was drawn with the page for the plan it makes, or a fresh one."""
    return identifiers.read_uuid(request.POST.get("plan", "")) or identifiers.uuid7()


def _dosage(variant: catalog.SeenVariant, saved: CustomDosage | None) -> dict[str, Any]:
    """The practitioner's own dosage of the product, or the label's."""
    names = ("amount", "frequency", "duration", "format", "additional_info")
    if saved:
        return {f"dosage_{name}": getattr(saved, name) for name in names}
    return {f"dosage_{name}": getattr(variant.product, f"dosage_{name}") for name in names}


def _variant(practice: Organization, wanted: str) -> catalog.SeenVariant:
    variant_id = identifiers.read_uuid(wanted)
    if variant_id is None:
        raise Http404
    return catalog_access.variant(practice, variant_id=variant_id)


def _own_practitioner(request: HttpRequest) -> Practitioner:
    found = practices.practitioner_of(user_of(request))
    if found is None:
        raise Http404
    return found


def _tried(request: HttpRequest, plan_id: UUID, act: Any, done: str) -> HttpResponse:
    """Do it and go back to the plan with a sentence, also when it is refused."""
    try:
        act()
        messages.success(request, done)
    except actions.InvalidPlan as error:
        for sentence in sentences.of_plan(error.problems):
            messages.error(request, sentence)
    except actions.MoveRefused:
        messages.error(request, sentences.REFUSED)
    return redirect("back_office:plan", plan_id=plan_id)
