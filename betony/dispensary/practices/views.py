"""The page an invitation leads to."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from betony.dispensary.accounts import sessions
from betony.dispensary.accounts.actions import PasswordTooWeak
from betony.dispensary.accounts.middleware import actor_of
from betony.dispensary.practices import actions, invitations
from betony.dispensary.practices.forms import JoinForm
from betony.kit import routes


@sensitive_post_parameters("password", "repeated")
@require_http_methods(["GET", "POST"])
@routes.without_transaction
@routes.public
def join(request: HttpRequest, user_id: UUID, token: str) -> HttpResponse:
    """Let an invited person choose a password, once, and sign them in."""
    user = invitations.invited(user_id, token)
    if user is None:
        raise Http404
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.join(by=actor_of(user), user=user, password=form.cleaned_data["password"])
        except PasswordTooWeak as error:
            form.add_error("password", error.messages)
        else:
            sessions.start(request, user, going_to="")
            return redirect("home")
    return render(request, "dispensary_practices/join.html", {"form": form, "user": user})
