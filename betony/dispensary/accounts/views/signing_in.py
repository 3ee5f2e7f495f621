"""Signing in and out, and the applications a person is connected to."""

from uuid import UUID

from django.contrib import auth, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from betony.dispensary.accounts import guessing, permissions, sessions
from betony.dispensary.accounts.forms import SignInForm
from betony.dispensary.accounts.models import Grant, User
from betony.dispensary.accounts.oauth import access, actions
from betony.kit import routes
from betony.kit.requests import actor_of, client_network


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@routes.without_transaction
@routes.public
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for email and password, whoever is signed in already, and go on to `next`."""
    going_to = sessions.next_address(request)
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        email, network = form.cleaned_data["email"], client_network(request)
        if guessing.may_try(email=email, network=network):
            user = auth.authenticate(request, username=email, password=form.cleaned_data["password"])
            if isinstance(user, User):
                guessing.note_success(email=email, network=network)
                sessions.start(request, user, going_to=going_to)
                return redirect(going_to)
            guessing.note_failure(network=network)
            form.add_error(None, _("That email and password do not match."))
        else:
            status = 429
            form.add_error(None, _("Too many attempts. Wait fifteen minutes and try again."))
    return render(
        request, "dispensary_accounts/sign_in.html", {"form": form, "next": going_to}, status=status
    )


@require_POST
@routes.public
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    auth.logout(request)
    return redirect("sign_in")


@require_GET
@routes.signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Go to the first page of the practice."""
    return redirect("back_office:patients")


@require_GET
@routes.requires(permissions.APPLICATIONS)
def connected_applications(request: HttpRequest) -> HttpResponse:
    """List who has let which application act for them; owners see everybody's."""
    return render(
        request,
        "dispensary_accounts/connected_applications.html",
        {"grants": access.grants(by=actor_of(request)), "actor": actor_of(request)},
    )


@require_POST
@routes.requires(permissions.APPLICATIONS)
def disconnect(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """End one of the grants that the list shows."""
    try:
        grant = access.grants(by=actor_of(request)).get(pk=grant_id)
    except Grant.DoesNotExist as error:
        raise Http404 from error
    actions.revoke_grant(by=actor_of(request), grant=grant, reason="Disconnected in the practice's pages.")
    messages.success(
        request, _("%(application)s is disconnected.") % {"application": grant.integration.application.name}
    )
    return redirect("connected_applications")
