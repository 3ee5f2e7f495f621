"""A patient's plans: the list, and one with its products and prices."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from betony.dispensary.catalog import queries as catalog
from betony.dispensary.catalog import rules as catalog_rules
from betony.dispensary.orders import actions as orders
from betony.dispensary.orders import rules as order_rules
from betony.dispensary.patients import access as patients
from betony.dispensary.patients.rules import total_discount
from betony.dispensary.storefront.views.pages import page, shop_of
from betony.dispensary.treatment_plans import access, actions, queries, rules, shapes, words
from betony.dispensary.treatment_plans.models import TreatmentPlan
from betony.kit import routes
from betony.kit.audit import trail
from betony.kit.money import Money
from betony.kit.requests import actor_of

MOST_PLANS = 100


@require_GET
@routes.signed_in
def list_plans(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the patient's plans, the newest first."""
    by = actor_of(request)
    rows = queries.with_counts(access.own_plans(by=by)).order_by("-activated_at", "-pk")[:MOST_PLANS]
    trail.record_read(by=by, action="treatment_plans.own_list_shown", patient_ids=[by.id] if by.id else [])
    return page(request, "plans.html", {"plans": list(rows)})


@require_GET
@routes.signed_in
def show_plan(request: HttpRequest, slug: str, plan_id: UUID) -> HttpResponse:
    """Show a plan with its products, and remember that the patient has seen it."""
    by = actor_of(request)
    plan = access.own_plan(by=by, plan_id=plan_id)
    actions.note_opened(by=by, plan=plan)
    trail.record_read(
        by=by, action="treatment_plans.own_plan_shown", patient_ids=[plan.patient_id], subject=plan
    )
    discount = _discount(request)
    return page(
        request,
        "plan.html",
        {"plan": plan, "products": _products(plan, discount), "discount": discount,
         "is_active": plan.state == rules.ACTIVE},
    )  # fmt: skip


@require_POST
@routes.signed_in
def add_to_cart(request: HttpRequest, slug: str, plan_id: UUID) -> HttpResponse:
    """Put the plan's products in the cart, and go to the checkout when **Order** was pressed."""
    by, shop = actor_of(request), shop_of(request)
    plan = access.own_plan(by=by, plan_id=plan_id)
    try:
        orders.add_plan_to_cart(by=by, plan=plan)
    except orders.PlanNotActive:
        messages.error(request, _("This plan was cancelled, so nothing was added to the cart."))
        return redirect("shop:plan", slug=shop.slug, plan_id=plan.pk)
    if "order" in request.POST:
        return redirect("shop:checkout", slug=shop.slug)
    messages.success(request, _("Added to your cart."))
    return redirect("shop:cart", slug=shop.slug)


def _discount(request: HttpRequest) -> int:
    shop, patient = shop_of(request), patients.own_record(by=actor_of(request))
    return total_discount(own=patient.discount, practice=shop.discount_percent, country=shop.country)


def _products(plan: TreatmentPlan, discount: int) -> list[dict[str, object]]:
    shop = plan.organization
    found = list(queries.recommendations(plan))
    seen = catalog.variants(shop).filter(pk__in=[one.variant_id for one in found])
    permitted = {one.pk for one in seen if one.is_permitted_here}
    products = []
    for one in found:
        msrp = Money(one.variant.msrp, shop.currency)
        can_be_ordered = catalog_rules.can_be_ordered(one.variant.status) and one.variant_id in permitted
        products.append({
            "recommendation": one,
            "dosage": words.dosage(shapes.values_of(one)),
            "msrp": msrp,
            "price": order_rules.price(msrp, discount_percent=discount),
            "can_be_ordered": can_be_ordered,
        })  # fmt: skip
    return products
