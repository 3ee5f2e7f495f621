"""Following the link of an invitation."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from betony.clinic.accounts import adapter, queries
from betony.clinic.accounts.actions import invitations, sign_in
from betony.clinic.accounts.forms import doors as forms
from betony.clinic.accounts.models import Invitation, User
from betony.clinic.accounts.requests import AnyRequest
from betony.clinic.accounts.views import doors
from betony.kit import routes


@routes.public
@routes.without_transaction
@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: AnyRequest, token: str) -> HttpResponseBase:
    """Let somebody who was invited choose a password, or give the one they have, and join."""
    try:
        invitation = invitations.invitation_of_link(token)
        form = _form(request, invitation)
        status = 422 if request.method == "POST" else 200
        if request.method == "POST" and form.is_valid():
            try:
                return _join(request, token, form.cleaned_data)
            except invitations.WrongPassword:
                form.add_error("password", _("That is not the password for this sign-in."))
            except sign_in.TooManyTries as error:
                form.add_error(None, doors.wait_sentence(error.minutes))
                status = 429
    except invitations.InvitationNotValid:
        if request.actor.is_signed_in:
            return redirect("home")
        return render(request, "accounts/invitation_not_valid.html", status=404)
    context = {
        "form": form,
        "invitation": invitation,
        "has_sign_in": isinstance(form, forms.JoinWithPasswordForm),
    }
    return render(request, "accounts/accept_invitation.html", context, status=status)


def _form(request: AnyRequest, invitation: Invitation) -> forms.JoinForm | forms.JoinWithPasswordForm:
    data: Any = request.POST or None
    if queries.user_with_email(invitation.email) is not None:
        return forms.JoinWithPasswordForm(data)
    names = {"first_name": invitation.first_name, "last_name": invitation.last_name}
    return forms.JoinForm(data, initial=names, owner=User(email=invitation.email, **names))


def _join(request: AnyRequest, token: str, values: dict[str, Any]) -> HttpResponseBase:
    membership = invitations.accept(
        by=request.actor,
        token=token,
        first_name=values.get("first_name", ""),
        last_name=values.get("last_name", ""),
        password=values["password"],
    )
    return adapter.let_in(request, membership=membership, redirect_to=reverse("home"))
