"""The cart, the checkout, and the orders that were placed."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from betony.dispensary.orders import access, actions, queries, rules
from betony.dispensary.orders.models import Cart
from betony.dispensary.patients import access as patients
from betony.dispensary.storefront.forms import CheckoutForm
from betony.dispensary.storefront.views.pages import page, shop_of
from betony.dispensary.workflows import place_order
from betony.kit import routes
from betony.kit.audit import trail
from betony.kit.identifiers import read_uuid
from betony.kit.requests import actor_of

MOST_ORDERS = 100


@require_http_methods(["GET", "POST"])
@routes.signed_in
def cart(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the cart; changed quantities are kept, and 0 takes a product out."""
    by = actor_of(request)
    found = access.own_cart(by=by)
    if request.method == "POST" and found is not None:
        actions.set_quantities(by=by, cart=found, quantities=rules.quantities(request.POST))
        if "checkout" in request.POST:
            return redirect("shop:checkout", slug=shop_of(request).slug)
        return redirect("shop:cart", slug=shop_of(request).slug)
    seen = queries.seen(found, is_shipped=True) if found else None
    return page(request, "cart.html", {"seen": seen})


@sensitive_post_parameters("card_number")
@require_http_methods(["GET", "POST"])
@routes.signed_in
def checkout(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for address and card, and place the order; the same page sent twice places one order."""
    by, shop = actor_of(request), shop_of(request)
    form = CheckoutForm(request.POST) if request.method == "POST" else None
    cart_id = read_uuid(request.POST.get("cart", "")) if form else None
    found = access.own_cart(by=by, cart_id=cart_id)
    if form is not None and found is not None and found.state == rules.ORDERED:
        return redirect("shop:order", slug=shop.slug, number=_order_number(request, found))
    seen = queries.seen(found, is_shipped=True) if found else None
    if found is None or seen is None or not seen.lines:
        return redirect("shop:cart", slug=shop.slug)
    if form is None:
        form = CheckoutForm(initial=_initial(request, found, seen.totals.payment.amount))
    elif form.is_valid() and form.cleaned_data["total"] == seen.totals.payment.amount:
        try:
            order = place_order.order_at_the_shop(
                by=by, cart=found, shipped_to=form.shipped_to(country=shop.country),
                agreed=form.cleaned_data["total"],
            )  # fmt: skip
            return redirect("shop:order", slug=shop.slug, number=order.number)
        except actions.CannotBeOrdered:
            messages.error(request, _("Something in the cart cannot be ordered now. Nothing was charged."))
            return redirect("shop:cart", slug=shop.slug)
        except actions.TotalChanged:
            messages.error(request, _("The total has changed since you saw it. Please look at it again."))
            return redirect("shop:checkout", slug=shop.slug)
    elif form.is_valid():
        form = _with_new_total(form, seen.totals.payment.amount)
    return page(request, "checkout.html", {"form": form, "seen": seen}, status=422 if form.errors else 200)


@require_GET
@routes.signed_in
def list_orders(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the patient's orders, the newest first."""
    by = actor_of(request)
    rows = access.own_orders(by=by).order_by("-completed_at", "-pk")[:MOST_ORDERS]
    trail.record_read(by=by, action="orders.own_list_shown", patient_ids=[by.id] if by.id else [])
    return page(request, "orders.html", {"orders": list(rows)})


@require_GET
@routes.signed_in
def show_order(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Show one order."""
    by = actor_of(request)
    order = access.own_order(by=by, number=number)
    trail.record_read(by=by, action="orders.own_order_shown", patient_ids=[order.patient_id], subject=order)
    return page(request, "order.html", {"order": order, "lines": list(queries.lines(order))})


def _order_number(request: HttpRequest, found: Cart) -> str:
    return access.own_orders(by=actor_of(request)).get(cart=found).number


def _initial(request: HttpRequest, found: Cart, total: Decimal) -> dict[str, Any]:
    """The address of the last time, and what is being agreed to."""
    patient = patients.own_record(by=actor_of(request))
    last = patient.addresses.order_by("-created_at", "-pk").first()
    names = ("address1", "address2", "city", "state", "zipcode")
    address = {name: getattr(last, name) for name in names} if last else {}
    return {**address, "cart": found.pk, "total": total}


def _with_new_total(form: CheckoutForm, total: Decimal) -> CheckoutForm:
    """The form again, for the total as it is now: prices or the cart changed since it was shown."""
    data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict copies itself
    data["total"] = str(total)
    again = CheckoutForm(data)
    again.add_error(None, _("The total has changed since you saw it. Please look at it again."))
    return again
