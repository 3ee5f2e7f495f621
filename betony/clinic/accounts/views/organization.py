"""Settings, Organization; and where Settings begins."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from betony.clinic.accounts import access, editing
from betony.clinic.accounts.actions import organization as actions
from betony.clinic.accounts.forms import settings as forms
from betony.clinic.accounts.requests import StaffRequest
from betony.kit import routes


@routes.requires("settings.view")
@require_safe
def settings_home(request: StaffRequest) -> HttpResponse:
    """Go to the first page of Settings this person has."""
    return redirect("settings:organization" if request.actor.may("settings.manage") else "settings:profile")


@routes.requires("settings.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def organization(request: StaffRequest) -> HttpResponse:
    """Show and change the clinic's own settings."""
    record = access.own_organization(request.actor)
    form = forms.OrganizationForm(request.POST or None, instance=record)
    newer: list[tuple[str, str]] = []
    is_conflict = False
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_organization(
                by=request.actor, version=form.cleaned_data["version"], values=form.values()
            )
        except editing.ChangedMeanwhile as error:
            newer, is_conflict = form.take_newer(error.record), True
        else:
            messages.success(request, _("Saved."))
            return redirect("settings:organization")
    context = {"form": form, "newer": newer, "conflict": is_conflict, "country": record.get_country_display()}
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/settings/organization.html", context, status=status)
