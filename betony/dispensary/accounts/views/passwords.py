"""Forgotten passwords: asking for a link, and following it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from betony.dispensary.accounts import actions, guessing
from betony.dispensary.accounts.forms import EmailForm
from betony.kit import routes
from betony.kit.requests import actor_of, client_network
from betony.kit.ui.password_field import NewPasswordForm


@require_http_methods(["GET", "HEAD", "POST"])
@routes.without_transaction
@routes.public
def reset_password(request: HttpRequest) -> HttpResponse:
    """Ask where to send a link; the answer is the same whether or not anybody has the email."""
    form = EmailForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if guessing.may_ask_for_link(email=email, network=client_network(request)):
            actions.request_reset(email=email)
            return redirect("reset_password_sent")
        form.add_error(None, _("Too many attempts. Wait an hour and try again."))
        status = 429
    return render(request, "dispensary_accounts/reset_password.html", {"form": form}, status=status)


@require_safe
@routes.public
def reset_password_sent(request: HttpRequest) -> HttpResponse:
    """Say that a link is on its way, if anybody has that email."""
    return render(request, "dispensary_accounts/reset_password_sent.html")


@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
@routes.public
def reset_password_link(request: HttpRequest, token: str) -> HttpResponse:
    """Let the holder of a link set a new password."""
    origin = actor_of(request)
    form = NewPasswordForm(request.POST or None)
    try:
        actions.person_of_reset_link(token)
        if request.method == "POST" and form.is_valid():
            actions.set_password_by_link(by=origin, token=token, password=form.cleaned_data["password"])
            messages.success(request, _("Your new password is set. Sign in with it."))
            return redirect("sign_in")
    except actions.PasswordTooWeak as error:
        form.add_error("password", error.messages)
    except actions.LinkNotValid:
        return render(request, "dispensary_accounts/link_not_valid.html", status=404)
    status = 422 if request.method == "POST" else 200
    return render(request, "dispensary_accounts/set_password.html", {"form": form}, status=status)
