"""**Work at …**: the place one works at from now on."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.practice import actions, forms, queries
from betony.kit import routes
from betony.kit.ui import toasts

INVALID = 422


@routes.requires("settings.view")
@require_http_methods(["GET", "HEAD", "POST"])
def work_at(request: StaffRequest) -> HttpResponse:
    """Ask where the member works, and draw everything as it is shown there."""
    session = request.staff_session
    locations = list(queries.open_locations(request.membership.organization_id))
    form = forms.WorkAtForm(
        request.POST if request.method == "POST" else None,
        locations=locations, initial={"location": str(session.location_id)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            chosen = actions.work_at(
                by=request.actor, session=session, location_id=form.cleaned_data["location"]
            )
        except actions.PlaceIsClosed:
            form.add_error("location", _("That location has been closed. Choose another one."))
        else:
            toasts.say(request, _("You now work at %(name)s.") % {"name": chosen.name})
            return HttpResponseClientRefresh() if request.htmx else redirect("home")
    template = "practice/work_at.html" if request.htmx else "practice/work_at_page.html"
    return render(request, template, {"form": form}, status=INVALID if form.errors else 200)
