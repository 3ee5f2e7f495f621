"""Signing in and out, and choosing among one's clinics."""

from typing import Any

from django.contrib import auth
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from betony.clinic.accounts import access, actors, adapter, queries
from betony.clinic.accounts.actions import sessions, sign_in
from betony.clinic.accounts.forms import doors as forms
from betony.clinic.accounts.requests import AnyRequest, StaffRequest
from betony.kit import routes


def wrong_pair() -> str:
    """Return the one sentence for everything that can be wrong."""
    return _("That email and password do not match.")


def wait_sentence(minutes: int) -> str:
    """Return what somebody reads who tried too often."""
    return ngettext(
        "Too many tries from this network. Wait %(count)d minute, then try again.",
        "Too many tries from this network. Wait %(count)d minutes, then try again.",
        minutes,
    ) % {"count": minutes}


def place_to_go(request: AnyRequest) -> str:
    """Return the page asked for before signing in, if it is one of ours; else the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else reverse("home")


@routes.public
@routes.without_transaction
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: AnyRequest) -> HttpResponseBase:
    """Ask for e-mail and password, and let the person in."""
    if request.actor.is_signed_in:
        return redirect(place_to_go(request))
    form = forms.SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _let_in(request, form.cleaned_data)
            except sign_in.WrongPair:
                form.add_error(None, wrong_pair())
            except sign_in.TooManyTries as error:
                form.add_error(None, wait_sentence(error.minutes))
                status = 429
    context = {"form": form, "next": place_to_go(request)}
    return render(request, "accounts/sign_in.html", context, status=status)


def _let_in(request: AnyRequest, values: dict[str, Any]) -> HttpResponseBase:
    membership = sign_in.check_password(
        request=request,
        by=request.actor,
        email=values["email"],
        password=values["password"],
    )
    return adapter.let_in(request, membership=membership, redirect_to=place_to_go(request))


@routes.public
@require_POST
def sign_out(request: AnyRequest) -> HttpResponse:
    """End this session."""
    session = request.staff_session
    if session is not None:
        sessions.end_session(
            by=request.actor,
            session=session,
            reason="signed out",
        )
    auth.logout(request)
    return redirect("sign_in")


@routes.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def organizations(request: StaffRequest) -> HttpResponse:
    """Let a person who works for several clinics choose one."""
    actor = request.actor
    if request.method == "POST":
        membership = access.own_membership(actor, request.POST.get("membership", ""))
        sessions.switch_organization(
            by=actor,
            session=request.staff_session,
            membership=membership,
        )
        return redirect("home")
    context = {
        "memberships": queries.active_memberships(actors.person_of(actor)),
        "present": actor.membership_id,
    }
    return render(request, "accounts/organizations.html", context)
