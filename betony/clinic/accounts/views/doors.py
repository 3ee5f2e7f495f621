"""Signing in and out, and choosing among one's clinics."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import auth, messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from betony.clinic.accounts import access, actors, adapter, kept_forms, queries
from betony.clinic.accounts.actions import sessions, sign_in
from betony.clinic.accounts.forms import doors as forms
from betony.clinic.accounts.requests import AnyRequest, StaffRequest
from betony.kit import routes
from betony.kit.requests import FRESH_TOKEN, PAGE_OF, page_before


def wrong_pair() -> str:
    """Return the one sentence for everything that can be wrong."""
    return _("That email and password do not match.")


def wait_sentence(minutes: int) -> str:
    """Return what somebody reads who tried too often."""
    return ngettext(
        "Too many attempts from this network. Wait %(count)d minute, then try again.",
        "Too many attempts from this network. Wait %(count)d minutes, then try again.",
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
    """Ask for email and password, and let the person in; a form of theirs that waits is given back."""
    kept = kept_forms.read(request.POST.get("kept", ""))
    if request.actor.is_signed_in:
        return _give_back(request, kept, request.actor.membership_id) or redirect(place_to_go(request))
    form = forms.SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _let_in(request, form.cleaned_data, kept)
            except sign_in.WrongPair:
                form.add_error(None, wrong_pair())
            except sign_in.TooManyTries as error:
                form.add_error(None, wait_sentence(error.minutes))
                status = 429
    context = {"form": form, "next": place_to_go(request), "kept": request.POST.get("kept", "")}
    return render(request, "accounts/sign_in.html", context, status=status)


def _let_in(
    request: AnyRequest, values: dict[str, Any], kept: kept_forms.KeptForm | None
) -> HttpResponseBase:
    found = sign_in.check_password(
        request=request,
        by=request.actor,
        email=values["email"],
        password=values["password"],
    )
    membership = queries.own_membership(found, kept.member_id if kept else None)
    answer = adapter.let_in(request, membership=membership, redirect_to=place_to_go(request))
    return _give_back(request, kept, membership.pk) or answer


def answer_signed_out_form(request: AnyRequest) -> HttpResponseBase:
    """Ask somebody to sign in who sent a form after their session had ended; the form waits, if it may."""
    back_to = page_before(request)
    kept = kept_forms.seal(request)
    if not kept:
        messages.warning(request, _("You were signed out, so nothing was saved."))
        return routes.to_sign_in(back_to=back_to)
    context = {"form": forms.SignInForm(), "next": back_to or reverse("home"), "kept": kept}
    return render(request, "accounts/sign_in.html", context, status=401)


def _give_back(
    request: AnyRequest, kept: kept_forms.KeptForm | None, member_id: UUID | None
) -> HttpResponse | None:
    """Show that a form waits, to be sent once more; None when there is none of this member's."""
    if kept is None or kept.member_id != member_id:
        return None
    context = {"kept": kept, "next": place_to_go(request)}
    return render(request, "accounts/kept_form.html", context)


@routes.public
@require_safe
def show_session(request: AnyRequest) -> HttpResponse:
    """Tell an open page whether its person is still signed in here, and the token for forms that holds now.

    Asking is use of the session, unless it is said to be in the background.
    """
    answer = HttpResponse(status=204 if request.actor.is_signed_in else 401)
    answer[FRESH_TOKEN] = get_token(request)
    return answer


@routes.public
@routes.without_transaction
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_again(request: AnyRequest) -> HttpResponseBase:
    """Ask for email and password over a page whose session has ended; the same person goes on where they were.

    Anybody else is let in as well, and led away from the page: it is not theirs.
    """
    if not request.htmx:
        return redirect("sign_in")
    form = forms.SignInForm(
        request.POST or None, initial={"email": _email_before(request)}, auto_id="again_%s"
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _let_in_again(request, form.cleaned_data)
            except sign_in.WrongPair:
                form.add_error(None, wrong_pair())
            except sign_in.TooManyTries as error:
                form.add_error(None, wait_sentence(error.minutes))
    other = request.others_session
    context = {"form": form, "other": other.membership.user.get_full_name() if other else ""}
    return render(request, "accounts/sign_in_again.html", context, status=status)


def _email_before(request: AnyRequest) -> str:
    """Return the email of whoever's page this is, when their session ended in this browser."""
    was = kept_forms.was_signed_in(request)
    if was is None or str(was) != request.headers.get(PAGE_OF):
        return ""
    return queries.email_of_member(was)


def _let_in_again(request: AnyRequest, values: dict[str, Any]) -> HttpResponseBase:
    found = sign_in.check_password(
        request=request, by=request.actor, email=values["email"], password=values["password"]
    )
    asks_as = request.headers.get(PAGE_OF, "")
    membership = queries.own_membership(found, asks_as)
    answer = adapter.let_in(request, membership=membership, redirect_to=reverse("home"))
    if request.others_session is not None:
        sessions.end_session(
            by=actors.staff(membership), session=request.others_session, reason="somebody else signed in here"
        )
    if str(membership.pk) != asks_as:
        taken = HttpResponseClientRedirect(reverse("home"))
        return trigger_client_event(taken, "session:taken", {})
    if answer.status_code != HTTPStatus.FOUND:
        return answer
    resumed = HttpResponse(status=204)
    return trigger_client_event(resumed, "session:resumed", {"token": get_token(request)})


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
