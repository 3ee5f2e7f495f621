"""Forgotten passwords: asking for a link, and following it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from betony.clinic.accounts.actions import passwords, sign_in
from betony.clinic.accounts.forms import doors as forms
from betony.clinic.accounts.requests import AnyRequest
from betony.clinic.accounts.views import doors
from betony.kit import routes
from betony.kit.ui.password_field import NewPasswordForm


@routes.public
@routes.without_transaction
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password(request: AnyRequest) -> HttpResponse:
    """Ask where to send a link; the answer is the same whether or not anybody has the email."""
    form = forms.EmailForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                passwords.request_reset(by=request.actor, email=form.cleaned_data["email"])
            except sign_in.TooManyTries as error:
                form.add_error(None, doors.wait_sentence(error.minutes))
                status = 429
            else:
                return redirect("reset_password_sent")
    return render(request, "accounts/reset_password.html", {"form": form}, status=status)


@routes.public
@require_safe
def reset_password_sent(request: AnyRequest) -> HttpResponse:
    """Say that a link is on its way, if anybody has that email."""
    return render(request, "accounts/reset_password_sent.html")


@routes.public
@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password_link(request: AnyRequest, user_id: UUID, token: str) -> HttpResponse:
    """Let the holder of a link set a new password."""
    try:
        user = passwords.person_of_link(user_id=user_id, token=token)
        form = NewPasswordForm(request.POST or None, owner=user)
        if request.method == "POST" and form.is_valid():
            passwords.set_password_by_link(
                by=request.actor, user_id=user_id, token=token, password=form.cleaned_data["password"]
            )
            messages.success(request, _("Your new password is set. Sign in with it."))
            return redirect("sign_in")
    except passwords.LinkNotValid:
        return render(request, "accounts/link_not_valid.html", status=404)
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/set_password.html", {"form": form}, status=status)
