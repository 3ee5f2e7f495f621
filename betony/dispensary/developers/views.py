"""The pages of people who register applications."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from betony.dispensary.accounts import permissions, secrets
from betony.dispensary.accounts.models import Application
from betony.dispensary.developers import access
from betony.dispensary.developers.forms import WebhookForm
from betony.dispensary.webhooks import actions, sending
from betony.dispensary.webhooks.models import Endpoint
from betony.kit import clock, routes, secrets_box
from betony.kit.requests import actor_of

_SHOWN_ONCE = "betony_shown_once"


@require_GET
@routes.requires(permissions.DEVELOPERS)
def list_applications(request: HttpRequest) -> HttpResponse:
    """List the person's applications."""
    found = access.applications(by=actor_of(request))
    return render(request, "dispensary_developers/applications.html", {"applications": found})


@require_GET
@routes.requires(permissions.DEVELOPERS)
def show_application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show one application: its addresses, its webhook, and the last deliveries."""
    application = _application(request, application_id)
    return render(
        request,
        "dispensary_developers/application.html",
        {
            "application": application,
            "endpoint": access.endpoint_of(application),
            "secret": _shown_once(request),
            "attempts": access.last_attempts(application, by=actor_of(request)),
        },
    )


@require_http_methods(["GET", "POST"])
@routes.without_transaction
@routes.requires(permissions.DEVELOPERS)
def edit_webhook(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Save where the application hears of events, and try the address at once."""
    by = actor_of(request)
    application = _application(request, application_id)
    endpoint = access.endpoint_of(application)
    form = WebhookForm(request.POST or None, endpoint=endpoint)
    if request.method == "POST" and form.is_valid():
        secret = "" if endpoint else secrets.new_token()
        try:
            saved = actions.save_endpoint(by=by, application=application, values=form.values(), secret=secret)
        except actions.AddressNotAllowed as error:
            form.add_error("url", error.reason)
        else:
            if secret:
                _keep_to_show(request, secret)
            _try(request, saved, _("The webhook is saved and on."))
            return redirect("developers:application", application_id=application_id)
    context = {"application": application, "form": form}
    return render(request, "dispensary_developers/webhook.html", context, status=422 if form.errors else 200)


@require_POST
@routes.without_transaction
@routes.requires(permissions.DEVELOPERS)
def try_webhook(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Try the address, as when it is saved."""
    _try(request, _endpoint(request, application_id), "")
    return redirect("developers:application", application_id=application_id)


@require_POST
@routes.requires(permissions.DEVELOPERS)
def add_secret(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Sign with a new secret too, which is shown once; the ones before it go on signing."""
    secret = secrets.new_token()
    actions.add_secret(by=actor_of(request), endpoint=_endpoint(request, application_id), secret=secret)
    _keep_to_show(request, secret)
    messages.success(
        request, _("The new secret signs alongside the old one. Put it in place, then drop the old one.")
    )
    return redirect("developers:application", application_id=application_id)


@require_POST
@routes.requires(permissions.DEVELOPERS)
def drop_old_secrets(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Sign with the newest secret alone."""
    actions.drop_old_secrets(by=actor_of(request), endpoint=_endpoint(request, application_id))
    messages.success(request, _("Only the newest secret signs now."))
    return redirect("developers:application", application_id=application_id)


@require_POST
@routes.requires(permissions.DEVELOPERS)
def enable_webhook(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Switch the webhook on again after it was switched off."""
    try:
        actions.enable_endpoint(by=actor_of(request), endpoint=_endpoint(request, application_id))
    except actions.AddressNotAllowed:
        messages.error(request, _("The webhook stays off: its address may not be called from here."))
    else:
        messages.success(request, _("The webhook is on again."))
    return redirect("developers:application", application_id=application_id)


@require_POST
@routes.requires(permissions.DEVELOPERS)
def disable_webhook(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Switch the webhook off: nothing is sent until it is on again."""
    actions.disable_endpoint(by=actor_of(request), endpoint=_endpoint(request, application_id))
    messages.success(
        request, _("The webhook is off. What happens in the meantime is in the lists of events.")
    )
    return redirect("developers:application", application_id=application_id)


def _application(request: HttpRequest, application_id: UUID) -> Application:
    try:
        return access.applications(by=actor_of(request)).get(pk=application_id)
    except Application.DoesNotExist as error:
        raise Http404 from error


def _endpoint(request: HttpRequest, application_id: UUID) -> Endpoint:
    try:
        return access.endpoint(application_id, by=actor_of(request))
    except Endpoint.DoesNotExist as error:
        raise Http404 from error


def _try(request: HttpRequest, endpoint: Endpoint, done: str) -> None:
    """Send the address an empty body, and say whether the challenge came back."""
    outcome = sending.ping(actions.receiver_of(endpoint), at=clock.now())
    if outcome.is_success:
        messages.success(request, f"{done} {_('The address answered with the challenge.')}".strip())
        return
    words = _("The address did not answer as it should: %(problem)s") % {"problem": outcome.problem}
    messages.warning(request, f"{done} {words}".strip())


def _keep_to_show(request: HttpRequest, secret: str) -> None:
    """Keep a fresh secret, sealed, for the one page that shows it."""
    request.session[_SHOWN_ONCE] = secrets_box.seal(secret)


def _shown_once(request: HttpRequest) -> str:
    sealed = request.session.pop(_SHOWN_ONCE, "")
    return secrets_box.open_sealed(sealed) if sealed else ""
