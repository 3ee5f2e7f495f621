"""The pages of people who register applications."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from betony.dispensary.accounts import permissions
from betony.dispensary.accounts.models import Application
from betony.dispensary.developers import access
from betony.dispensary.webhooks import actions
from betony.dispensary.webhooks.models import Endpoint
from betony.kit import routes
from betony.kit.actor import Actor


@require_GET
@routes.requires(permissions.DEVELOPERS)
def list_applications(request: HttpRequest) -> HttpResponse:
    """List the person's applications."""
    found = access.applications(by=_actor(request))
    return render(request, "dispensary_developers/applications.html", {"applications": found})


@require_GET
@routes.requires(permissions.DEVELOPERS)
def show_application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Show one application: its addresses, its webhook, and the last deliveries."""
    try:
        application = access.applications(by=_actor(request)).get(pk=application_id)
    except Application.DoesNotExist as error:
        raise Http404 from error
    return render(
        request,
        "dispensary_developers/application.html",
        {
            "application": application,
            "endpoint": access.endpoint_of(application),
            "attempts": access.last_attempts(application, by=_actor(request)),
        },
    )


@require_POST
@routes.requires(permissions.DEVELOPERS)
def enable_webhook(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Switch the webhook on again after it was switched off for failing."""
    try:
        endpoint = access.endpoint(application_id, by=_actor(request))
    except Endpoint.DoesNotExist as error:
        raise Http404 from error
    try:
        actions.enable_endpoint(by=_actor(request), endpoint=endpoint)
    except actions.AddressNotAllowed:
        messages.error(request, _("The webhook stays off: its address may not be called from here."))
    else:
        messages.success(request, _("The webhook is on again."))
    return redirect("developers:application", application_id=application_id)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the middleware
    return actor
