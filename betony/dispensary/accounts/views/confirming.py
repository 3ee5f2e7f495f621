"""Confirming that the e-mail of who opened a dispensary is their own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from betony.dispensary.accounts import actions, guessing, links, permissions
from betony.dispensary.accounts.models import User
from betony.kit import routes
from betony.kit.actor import Actor
from betony.kit.requests import client_network


@require_http_methods(["GET", "HEAD", "POST"])
@routes.public
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the holder of the link to confirm: opening it is not enough, for mail programs open links too."""
    user = links.whose_confirmation(token)
    problem = ""
    if user is not None and request.method == "POST":
        try:
            actions.confirm_email(by=_actor(request), token=token)
        except actions.LinkNotValid:
            user = None
        except actions.EmailAlreadyTaken:
            problem = _("This email signs in at another dispensary. It was not confirmed here.")
        else:
            messages.success(request, _("Your email is confirmed. You can invite people now."))
            return redirect("home")
    if user is None:
        return render(request, "dispensary_accounts/confirmation_not_valid.html", status=404)
    context = {"email": user.email, "problem": problem}
    return render(request, "dispensary_accounts/confirm_email.html", context, status=409 if problem else 200)


@require_POST
@routes.requires(permissions.MANAGE)
def send_confirmation_again(request: HttpRequest) -> HttpResponse:
    """Mail the link to confirm once more, to the owner's own e-mail."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  (the route asks for a signed-in person)
    if not guessing.may_ask_for_link(email=user.email, network=client_network(request)):
        messages.error(request, _("Too many attempts. Wait an hour and try again."))
    else:
        actions.ask_for_confirmation(by=_actor(request), user=user)
        messages.success(request, _("A link is on its way to %(email)s.") % {"email": user.email})
    return redirect("practices:people")


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the middleware
    return actor
