"""In-office checkout, and an order as the practice sees it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from betony.dispensary.accounts.permissions import PRACTICE
from betony.dispensary.back_office.forms import PaymentForm
from betony.dispensary.orders import access, actions, queries, rules
from betony.dispensary.orders.models import Cart
from betony.dispensary.patients import access as patients
from betony.dispensary.patients.models import Patient
from betony.kit import routes
from betony.kit.audit import trail
from betony.kit.identifiers import read_uuid
from betony.kit.requests import actor_of


@require_http_methods(["GET", "POST"])
@routes.requires(PRACTICE)
def checkout(request: HttpRequest, number: int) -> HttpResponse:
    """Show the cart the practice filled, and place its order; the same page sent twice places one order."""
    by = actor_of(request)
    patient = patients.patient_by_number(by=by, number=number)
    if request.method == "POST":
        return _act(request, patient)
    trail.record_read(by=by, action="orders.office_cart_shown", patient_ids=[patient.pk])
    cart = access.office_cart(by=by, patient_id=patient.pk)
    return _page(request, patient, cart)


@require_GET
@routes.requires(PRACTICE)
def show_order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Show one order."""
    by = actor_of(request)
    order = access.order(by=by, order_id=order_id)
    trail.record_read(by=by, action="orders.order_shown", patient_ids=[order.patient_id], subject=order)
    context = {"order": order, "lines": list(queries.lines(order))}
    return render(request, "dispensary_back_office/order.html", context)


def _act(request: HttpRequest, patient: Patient) -> HttpResponse:
    by = actor_of(request)
    cart = access.office_cart(by=by, patient_id=patient.pk, cart_id=read_uuid(request.POST.get("cart", "")))
    if cart is None:
        return redirect("back_office:checkout", number=patient.number)
    if "place" not in request.POST:
        actions.set_quantities(by=by, cart=cart, quantities=rules.quantities(request.POST))
        return redirect("back_office:checkout", number=patient.number)
    form = PaymentForm(request.POST)
    try:
        if not form.is_valid():
            raise actions.TotalChanged
        order = actions.place_order(
            by=by, cart=cart, payment=form.cleaned_data["payment"], agreed=form.cleaned_data["total"]
        )
    except actions.TotalChanged:
        messages.error(request, _("The total has changed since you saw it. Please look at it again."))
        return redirect("back_office:checkout", number=patient.number)
    except actions.CannotBeOrdered:
        messages.error(request, _("Something in the cart cannot be ordered now. Nothing was charged."))
        return redirect("back_office:checkout", number=patient.number)
    return redirect("back_office:order", order_id=order.pk)


def _page(request: HttpRequest, patient: Patient, cart: Cart | None) -> HttpResponse:
    seen = queries.seen(cart, is_shipped=False) if cart else None
    form = seen and PaymentForm(initial={"cart": seen.cart.pk, "total": seen.totals.payment.amount})
    context = {"patient": patient, "seen": seen, "form": form}
    return render(request, "dispensary_back_office/checkout.html", context)
