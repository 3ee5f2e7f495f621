"""What every page of the shop is made with."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from betony.dispensary.accounts.models import Organization
from betony.dispensary.storefront import doors
from betony.kit.requests import actor_of


def shop_of(request: HttpRequest) -> Organization:
    """The dispensary whose shop this is. Raises Http404 when there is none of that name."""
    shop = doors.shop_of(request)
    if shop is None:
        raise Http404
    return shop


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Draw a page with the shop's name, its menu, and who is signed in."""
    shop, actor = shop_of(request), actor_of(request)
    frame: dict[str, Any] = {
        "shop": shop, "shop_name": shop.name, "navigation": [], "account": None,
        "language_url": reverse("shop:language", args=[shop.slug]),
    }  # fmt: skip
    if actor.is_signed_in:
        entries = ((_("My plans"), "shop:plans"), (_("Cart"), "shop:cart"), (_("Orders"), "shop:orders"))
        for label, name in entries:
            url = reverse(name, args=[shop.slug])
            frame["navigation"].append({"label": label, "url": url, "current": request.path.startswith(url)})
        frame["home_url"] = reverse("shop:plans", args=[shop.slug])
        frame["account"] = {
            "name": actor.name, "id": actor.id, "sign_out_url": reverse("shop:sign_out", args=[shop.slug])
        }  # fmt: skip
    return render(request, f"dispensary_storefront/{template}", {**frame, **context}, status=status)
