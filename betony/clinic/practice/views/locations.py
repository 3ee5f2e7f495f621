"""Settings, Locations."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from betony.clinic.accounts import editing
from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.practice import access, actions, forms, queries
from betony.clinic.practice.models import Location
from betony.kit import pagination, routes


def name_taken() -> str:
    """Return why a location needs another name."""
    return _("Another location has this name. Choose one that staff can tell apart.")


@routes.requires("settings.manage")
@require_safe
def locations(request: StaffRequest) -> HttpResponse:
    """List the locations."""
    page = pagination.page_by_key(
        queries.locations(request.membership.organization_id), keys=queries.LOCATION_KEYS,
        cursor=pagination.asked_for(request.GET),
    )  # fmt: skip
    context = {"locations": page.rows, "pages": pagination.links(request.GET, page)}
    return render(request, "practice/locations.html", context)


@routes.requires("settings.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def add_location(request: StaffRequest) -> HttpResponse:
    """Add a location."""
    start = Location(time_zone=request.membership.organization.time_zone)
    form = forms.LocationForm(request.POST or None, instance=start)
    if request.method == "POST" and form.is_valid():
        try:
            location = actions.add_location(by=request.actor, values=form.values())
        except actions.NameTaken:
            form.add_error("name", name_taken())
        else:
            messages.success(request, _("%(name)s was added.") % {"name": location.name})
            return redirect("settings:locations")
    status = 422 if request.method == "POST" else 200
    return render(request, "practice/location.html", {"form": form}, status=status)


@routes.requires("settings.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def location(request: StaffRequest, location_id: UUID) -> HttpResponse:
    """Show and change a location."""
    record = access.location(request.actor, location_id)
    form = forms.LocationForm(request.POST or None, instance=record)
    newer: list[tuple[str, str]] = []
    is_conflict = False
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_location(
                by=request.actor, location_id=location_id, version=form.cleaned_data["version"],
                values=form.values(),
            )  # fmt: skip
        except actions.NameTaken:
            form.add_error("name", name_taken())
        except editing.ChangedMeanwhile as error:
            newer, is_conflict = form.take_newer(error.record), True
        else:
            messages.success(request, _("Saved."))
            return redirect("settings:locations")
    context = {"form": form, "location_id": location_id, "is_active": record.is_active,
               "newer": newer, "conflict": is_conflict}  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "practice/location.html", context, status=status)


@routes.requires("settings.manage")
@require_POST
def close_location(request: StaffRequest, location_id: UUID) -> HttpResponse:
    """Close a location."""
    record = access.location(request.actor, location_id)
    actions.set_location_active(by=request.actor, location_id=record.pk, is_active=False)
    messages.success(request, _("%(name)s is closed. What happened there stays.") % {"name": record.name})
    return redirect("settings:locations")


@routes.requires("settings.manage")
@require_POST
def reopen_location(request: StaffRequest, location_id: UUID) -> HttpResponse:
    """Open a closed location again."""
    record = access.location(request.actor, location_id)
    actions.set_location_active(by=request.actor, location_id=record.pk, is_active=True)
    messages.success(request, _("%(name)s is open again.") % {"name": record.name})
    return redirect("settings:locations")
