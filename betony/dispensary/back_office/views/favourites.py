"""The practice's favourites: categories and their products."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from betony.dispensary.accounts.permissions import MANAGE, PRACTICE
from betony.dispensary.accounts.sessions import user_of
from betony.dispensary.back_office.forms import CategoryForm
from betony.dispensary.back_office.views import lists
from betony.dispensary.catalog import access, actions, queries
from betony.kit import routes
from betony.kit.identifiers import read_uuid
from betony.kit.requests import actor_of

MOST_RESULTS = 20


@require_http_methods(["GET", "POST"])
@routes.requires(PRACTICE)
def list_categories(request: HttpRequest) -> HttpResponse:
    """Show the categories, and add one."""
    form = CategoryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_category(by=actor_of(request), name=form.cleaned_data["name"])
            return redirect("back_office:category", category_id=made.pk)
        except (actions.CategoryNameTaken, actions.CategoryNameMissing) as error:
            form.add_error("name", error.sentence)
    may_manage = actor_of(request).may(MANAGE)
    context = {
        "form": form, "categories": queries.categories(user_of(request).organization), "may_manage": may_manage
    }  # fmt: skip
    return render(
        request, "dispensary_back_office/favourites.html", context, status=422 if form.errors else 200
    )


@require_GET
@routes.requires(PRACTICE)
def show_category(request: HttpRequest, category_id: UUID) -> HttpResponse:
    """Show a category's products, and find others to add."""
    return _category_page(request, category_id, CategoryForm())


@require_POST
@routes.requires(PRACTICE)
def rename_category(request: HttpRequest, category_id: UUID) -> HttpResponse:
    """Give a category another name."""
    by = actor_of(request)
    category = access.category(by=by, category_id=category_id)
    form = CategoryForm(request.POST)
    if form.is_valid():
        try:
            actions.rename_category(by=by, category=category, name=form.cleaned_data["name"])
            messages.success(request, _("Saved."))
            return redirect("back_office:category", category_id=category_id)
        except (actions.CategoryNameTaken, actions.CategoryNameMissing) as error:
            form.add_error("name", error.sentence)
    return _category_page(request, category_id, form)


@require_POST
@routes.requires(PRACTICE)
def remove_category(request: HttpRequest, category_id: UUID) -> HttpResponse:
    """Remove a category; its products stay in the catalogue."""
    by = actor_of(request)
    actions.remove_category(by=by, category=access.category(by=by, category_id=category_id))
    messages.success(request, _("The category is removed. Its products stay in the catalogue."))
    return redirect("back_office:favourites")


@require_POST
@routes.requires(PRACTICE)
def change_products(request: HttpRequest, category_id: UUID) -> HttpResponse:
    """Put a product in the category, or take it out."""
    by = actor_of(request)
    category = access.category(by=by, category_id=category_id)
    wanted = read_uuid(request.POST.get("add") or request.POST.get("remove") or "")
    if wanted is None:
        raise Http404
    product = access.product(user_of(request).organization, product_id=wanted)
    try:
        if "add" in request.POST:
            actions.add_to_category(by=by, category=category, product=product)
        else:
            actions.remove_from_category(by=by, category=category, product=product)
        messages.success(request, _("Saved."))
    except (actions.AlreadyInCategory, actions.NotInCategory) as error:
        messages.info(request, error.sentence)
    return redirect("back_office:category", category_id=category_id)


def _category_page(request: HttpRequest, category_id: UUID, form: CategoryForm) -> HttpResponse:
    practice = user_of(request).organization
    category = access.category(by=actor_of(request), category_id=category_id)
    text = lists.chosen(request, "q")["q"]
    products = list(queries.category_products(practice, category))
    kept = {product.pk for product in products}
    found = queries.searched(practice, text=text)[:MOST_RESULTS] if text else []
    if not form.is_bound:
        form = CategoryForm(initial={"name": category.name})
    context = {
        "category": category, "products": products, "text": text, "form": form,
        "found": [product for product in found if product.pk not in kept],
    }  # fmt: skip
    return render(
        request, "dispensary_back_office/category.html", context, status=422 if form.errors else 200
    )
