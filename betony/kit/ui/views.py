"""The gallery: every component in every state. It stands in the demo and in tests only."""

import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from betony.kit import clock, routes
from betony.kit.ui import forms, icons

LOOKS = ("betony", "betony-dark", "shop", "shop-dark")
PRODUCTS = (
    ("Magnesium Glycinate 120 mg", "Alder & Ash · 180 capsules", Decimal("31.90"), True),
    ("Magnesium Citrate Powder", "Fernway Labs · 240 g", Decimal("26.40"), True),
    ("Magnesium L-Threonate", "Northlight · 90 capsules", Decimal("44.00"), False),
)
PEOPLE = (
    ("Hartley, June", "June Hartley", datetime.date(1979, 3, 14), "june.hartley@example.com"),
    ("Nakamura-O'Brien, Zoë", "Zoë Nakamura-O'Brien", datetime.date(1992, 2, 29), "zoe@example.com"),
    ("Pike, Harold", "Harold Pike", datetime.date(1951, 8, 30), ""),
    ("Raman, Mia", "Mia Raman", datetime.date(2015, 1, 23), "raman.family@example.com"),
)


def _only_where_shown() -> None:
    if settings.BETONY_ENV not in ("demo", "test"):
        raise Http404


@routes.public
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component; `?look=` chooses among the themes."""
    _only_where_shown()
    look = request.GET.get("look", "")
    return render(request, "ui/gallery/page.html", {**_frame(look), **_samples()})


@routes.public
def gallery_menu(request: HttpRequest) -> HttpResponse:
    """Answer the items of a menu that loads them when it opens."""
    _only_where_shown()
    return render(request, "ui/gallery/menu_items.html")


@routes.public
def gallery_dialog(request: HttpRequest) -> HttpResponse:
    """Show a dialog with a form; POST answers its errors, or closes it with a toast."""
    _only_where_shown()
    form = forms.ShortForm(request.POST or None, auto_id="dialog_%s")
    if request.method == "POST" and form.is_valid():
        saved = _("Saved as %(name)s.") % {"name": form.cleaned_data["nickname"]}
        response = HttpResponse(status=204)
        trigger_client_event(response, "dialog:close", {})
        return trigger_client_event(response, "toast", {"message": saved, "tone": "ok"})
    status = 422 if request.method == "POST" else 200
    return render(request, "ui/gallery/dialog.html", {"form": form}, status=status)


@routes.public
def gallery_results(request: HttpRequest) -> HttpResponse:
    """Answer the products whose name holds what was typed."""
    _only_where_shown()
    typed = request.GET.get("q", "").lower()
    found = [product for product in PRODUCTS if typed in product[0].lower()]
    return render(request, "ui/gallery/results.html", {"products": found})


def _frame(look: str) -> dict[str, Any]:
    sections = (_("Patients"), _("Scheduling"), _("Settings"))
    return {
        "look": look if look in LOOKS else "",
        "looks": [{"label": name, "url": f"?look={name}", "current": name == look} for name in LOOKS],
        "navigation": [
            {"label": label, "url": "#", "current": number == 0} for number, label in enumerate(sections)
        ],
        "account": {"name": "Nina Alvarez, ND", "place": "Meadowlark, Main Street", "id": "nina"},
    }


def _samples() -> dict[str, Any]:
    now = clock.now()
    return {
        "form": forms.GalleryForm(initial={"sex": "f", "contact": "email", "birth_date": PEOPLE[0][2]}),
        "wrong_form": forms.GalleryForm({"email": "nobody", "birth_date": "03/04/2015"}, auto_id="wrong_%s"),
        "icon_names": icons.names(),
        "people": PEOPLE,
        "products": PRODUCTS,
        "price": Decimal("1234.5"),
        "unit": "kg",
        "client_id": "betony-sandbox-client-id",
        "now": now,
        "a_while_ago": now - datetime.timedelta(minutes=2),
        "tabs": [
            {"label": _("Chart"), "url": "#", "current": True},
            {"label": _("Prescriptions"), "url": "#", "current": False},
        ],
        "choices": [("", _("All practitioners")), ("1", "Nina Alvarez, ND"), ("2", "Dana Whitfield, DC")],
    }
