"""Confirming that the email of who opened a dispensary is their own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from betony.dispensary.accounts import actions, guessing, links, permissions
from betony.dispensary.accounts.forms import OwnPasswordForm
from betony.dispensary.accounts.models import User
from betony.kit import routes
from betony.kit.requests import actor_of, client_network


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@routes.without_transaction
@routes.public
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the holder of the link to confirm: opening it is not enough, for mail programs open links too.

    Only who opened the dispensary can: signed in, or by its password. Else somebody could open one with a
    stranger's email and have the stranger confirm it.
    """
    user = links.whose_confirmation(token)
    if user is None:
        return _not_valid(request)
    typed = request.POST if request.method == "POST" else None
    form = None if request.user.pk == user.pk else OwnPasswordForm(typed)
    problem = ""
    if request.method == "POST" and (form is None or _is_the_founder(request, user, form)):
        try:
            actions.confirm_email(by=actor_of(request), token=token)
        except actions.LinkNotValid:
            return _not_valid(request)
        except actions.EmailAlreadyTaken:
            problem = _("This email belongs to a sign-in at another dispensary. It was not confirmed here.")
        else:
            messages.success(request, _("Your email is confirmed. You can invite people now."))
            return redirect("home" if form is None else "sign_in")
    context = {"email": user.email, "place": user.organization.name, "problem": problem, "form": form}
    status = 409 if problem else 422 if form is not None and form.errors else 200
    return render(request, "dispensary_accounts/confirm_email.html", context, status=status)


def _not_valid(request: HttpRequest) -> HttpResponse:
    return render(request, "dispensary_accounts/confirmation_not_valid.html", status=404)


def _is_the_founder(request: HttpRequest, user: User, form: OwnPasswordForm) -> bool:
    """Tell whether the password is that of who opened the dispensary; say on the form when it is not."""
    if not form.is_valid():
        return False
    network = client_network(request)
    if not guessing.may_try(email=user.email, network=network):
        form.add_error(None, _("Too many attempts. Wait fifteen minutes and try again."))
        return False
    if not user.check_password(form.cleaned_data["password"]):
        guessing.note_failure(network=network)
        form.add_error("password", _("This is not the password the dispensary was created with."))
        return False
    guessing.note_success(email=user.email, network=network)
    return True


@require_POST
@routes.requires(permissions.MANAGE)
def send_confirmation_again(request: HttpRequest) -> HttpResponse:
    """Mail the link to confirm once more, to the owner's own email."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  (the route asks for a signed-in person)
    if not guessing.may_ask_for_link(email=user.email, network=client_network(request)):
        messages.error(request, _("Too many attempts. Wait an hour and try again."))
    else:
        actions.ask_for_confirmation(by=actor_of(request), user=user)
        messages.success(request, _("A link is on its way to %(email)s.") % {"email": user.email})
    return redirect("people:everybody")
