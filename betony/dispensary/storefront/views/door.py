"""Coming in: the welcome address, signing in and out, asking for a link, choosing a password."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from betony.dispensary.accounts.forms import SignInForm
from betony.dispensary.patients import actions, queries
from betony.dispensary.patients.models import Patient
from betony.dispensary.storefront import doors, guessing
from betony.dispensary.storefront.forms import LinkForm
from betony.dispensary.storefront.views import language
from betony.dispensary.storefront.views.pages import page, shop_of
from betony.dispensary.treatment_plans import access as plans
from betony.kit import routes, tenancy
from betony.kit.requests import actor_of, client_network
from betony.kit.ui.password_field import NewPasswordForm


@require_GET
@routes.public
def welcome(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to the plans; who is not signed in is asked to there."""
    return redirect("shop:plans", slug=shop_of(request).slug)


@require_GET
@routes.signed_in
def invitation(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Lead from the address in a letter to the plan, when it is the patient's own; else to the plans."""
    shop = shop_of(request)
    plan = plans.own_plan_by_token(by=actor_of(request), token=token)
    if plan is None:
        return redirect("shop:plans", slug=shop.slug)
    return redirect("shop:plan", slug=shop.slug, plan_id=plan.pk)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@routes.without_transaction
@routes.public
def sign_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for email and password, and go on to `next` within the shop."""
    shop = shop_of(request)
    going_to = doors.next_address(request, shop)
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            email, network = form.cleaned_data["email"], client_network(request)
            if not guessing.may_try(shop_id=shop.pk, email=email, network=network):
                status = 429
                form.add_error(None, _("Too many attempts. Wait fifteen minutes and try again."))
            elif patient := _signed_in(request, email, form.cleaned_data["password"]):
                guessing.note_success(shop_id=shop.pk, email=email, network=network)
                return language.speak_with(request, redirect(going_to), patient)
            else:
                guessing.note_failure(network=network)
                form.add_error(None, _("That email and password do not match."))
    return page(request, "sign_in.html", {"form": form, "next": going_to}, status=status)


def _signed_in(request: HttpRequest, email: str, password: str) -> Patient | None:
    """Sign in whose email and password these are, and return them; None when they are nobody's."""
    shop = shop_of(request)
    with tenancy.organization(shop.pk):
        patient = queries.with_password(organization_id=shop.pk, email=email, password=password)
        if patient is None:
            return None
        actions.note_sign_in(by=doors.patient_actor(request, patient))
    doors.start(request, patient)
    return patient


@require_POST
@routes.public
def sign_out(request: HttpRequest, slug: str) -> HttpResponse:
    """End the session."""
    doors.end(request)
    return redirect("shop:sign_in", slug=shop_of(request).slug)


@require_http_methods(["GET", "POST"])
@routes.without_transaction
@routes.public
def ask_for_link(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a link for a new password; the answer is the same whether or not the email is known."""
    shop = shop_of(request)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if guessing.may_ask_for_letter(shop_id=shop.pk, email=email, network=client_network(request)):
            with tenancy.organization(shop.pk):
                actions.request_password_link(
                    organization_id=shop.pk, email=email, language=translation.get_language() or ""
                )
        return page(request, "link_asked.html", {})
    return page(request, "ask_for_link.html", {"form": form}, status=422 if form.errors else 200)


@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "POST"])
@routes.without_transaction
@routes.public
def choose_password(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Let the patient whose link this is choose a password, and sign them in."""
    shop = shop_of(request)
    try:
        if not guessing.may_try_link(network=client_network(request)):
            raise actions.LinkSpent
        with tenancy.organization(shop.pk):
            link = actions.open_link(organization_id=shop.pk, token=token)
        form = NewPasswordForm(request.POST or None, owner=link.patient)
        if request.method != "POST" or not form.is_valid():
            context = {"form": form, "email": link.patient.email}
            return page(request, "choose_password.html", context, status=422 if form.errors else 200)
        with tenancy.organization(shop.pk):
            patient = actions.choose_password(
                by=doors.patient_actor(request, link.patient), organization_id=shop.pk, token=token,
                password=form.cleaned_data["password"],
            )  # fmt: skip
    except actions.LinkSpent:
        ask_url = reverse("shop:ask_for_link", args=[shop.slug])
        return page(request, "link_spent.html", {"ask_url": ask_url}, status=410)
    doors.start(request, patient)
    messages.success(request, _("Your password is set, and you are signed in."))
    return language.speak_with(request, redirect("shop:plans", slug=shop.slug), patient)
