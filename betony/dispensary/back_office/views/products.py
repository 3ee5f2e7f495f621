"""What the dispensary sells: finding a product to stop selling it, and what is not sold here."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from betony.dispensary.accounts.permissions import MANAGE
from betony.dispensary.accounts.sessions import user_of
from betony.dispensary.back_office.views import lists
from betony.dispensary.catalog import access, queries
from betony.dispensary.workflows import keep_catalogue
from betony.kit import routes
from betony.kit.requests import actor_of

MOST_RESULTS = 20


@require_GET
@routes.requires(MANAGE)
def list_products(request: HttpRequest) -> HttpResponse:
    """Show what is not sold here, and find a product to stop selling it."""
    practice = user_of(request).organization
    filters = lists.chosen(request, "q")
    found = queries.searched(practice, text=filters["q"])[:MOST_RESULTS] if filters["q"] else []
    refused = lists.page(request, queries.refused(practice), keys=("name", "id"), filters=filters)
    context = {**refused, "text": filters["q"], "found": found}
    return render(request, "dispensary_back_office/products.html", context)


@require_POST
@routes.requires(MANAGE)
def set_permission(request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Stop selling a product, or sell it again."""
    practice, wanted = user_of(request).organization, request.POST.get("sell")
    if wanted not in ("yes", "no"):
        raise Http404
    product = access.product(practice, product_id=product_id)
    keep_catalogue.set_permission(
        by=actor_of(request), organization=practice, product=product, is_permitted=wanted == "yes"
    )
    words = _("%(product)s is sold here.") if wanted == "yes" else _("%(product)s is not sold here any more.")
    messages.success(request, words % {"product": product.name})
    return redirect("back_office:products")
