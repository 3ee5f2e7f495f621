"""Create a new dispensary."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from betony.dispensary.accounts import guessing, sessions
from betony.dispensary.accounts.actions import PasswordTooWeak
from betony.dispensary.accounts.models import User
from betony.dispensary.back_office.joining.forms import NewDispensaryForm
from betony.dispensary.workflows import create_dispensary as workflow
from betony.kit import routes
from betony.kit.rate_limits import counting
from betony.kit.requests import actor_of, client_network

LIMIT = counting.Limit("dispensary.create", most=30, window_seconds=60 * 60)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@routes.without_transaction
@routes.public
def create_dispensary(request: HttpRequest) -> HttpResponse:
    """Open a dispensary, sign its owner in, and go on to `next`."""
    going_to = sessions.next_address(request)
    form = NewDispensaryForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        user = _created(request, form)
        if user is not None:
            sessions.start(request, user, going_to=going_to)
            return redirect(going_to)
    context = {"form": form, "next": going_to}
    return render(request, "dispensary_back_office/create_dispensary.html", context, status=status)


def _created(request: HttpRequest, form: NewDispensaryForm) -> User | None:
    """Return the owner of the new dispensary; None when the form now says what is wrong."""
    email, network = form.cleaned_data["email"], client_network(request)
    if not counting.hit(LIMIT, network):
        form.add_error(None, _("Too many new dispensaries from here. Wait an hour and try again."))
        return None
    # A second click is let in by its password, so this door is guarded as the other one is.
    if not guessing.may_try(email=email, network=network):
        form.add_error(None, _("Too many attempts. Wait fifteen minutes and try again."))
        return None
    values = {name: value for name, value in form.cleaned_data.items() if name != "terms"}
    try:
        owner = workflow.create_dispensary(
            by=actor_of(request),
            new=workflow.NewDispensary(**values),
        )
        guessing.note_success(email=email, network=network)
        return owner
    except workflow.AlreadySent:
        guessing.note_failure(network=network)
        form.add_error(None, _("This page was already sent. Sign in, or open the page again."))
    except PasswordTooWeak as error:
        form.add_error("password", error.messages)
    return None
