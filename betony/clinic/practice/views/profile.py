"""Settings, My profile: one's name, and for who treats people what they are known by."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from betony.clinic.accounts import access as accounts_access
from betony.clinic.accounts import editing
from betony.clinic.accounts.actions import users
from betony.clinic.accounts.forms import settings as account_forms
from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.practice import actions, forms, queries
from betony.clinic.practice.models import Practitioner
from betony.kit import routes


@routes.requires("settings.view")
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: StaffRequest) -> HttpResponse:
    """Show one's profile, and change one's name."""
    form = _name_form(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        users.change_own_name(by=request.actor, **form.cleaned_data)
        messages.success(request, _("Your name is saved."))
        return redirect("settings:profile")
    return _page(request, name_form=form)


@routes.requires("settings.view")
@require_POST
def practitioner_profile(request: StaffRequest) -> HttpResponse:
    """Save one's practitioner profile."""
    form = _profile_form(request, request.POST)
    if form is None:
        return redirect("settings:profile")
    newer: list[tuple[str, str]] = []
    is_conflict = False
    if form.is_valid():
        try:
            actions.save_own_profile(
                by=request.actor, version=form.cleaned_data["version"], values=form.values()
            )
        except actions.NumberTaken:
            form.add_error("npi", _("Another practitioner at this practice has this NPI. Check the digits."))
        except editing.ChangedMeanwhile as error:
            newer, is_conflict = form.take_newer(error.record), True
        else:
            messages.success(request, _("Your practitioner profile is saved."))
            return redirect("settings:profile")
    return _page(request, profile_form=form, newer=newer, conflict=is_conflict)


def _name_form(request: StaffRequest, data: Any) -> account_forms.NameForm:
    return account_forms.NameForm(data, instance=accounts_access.own_user(request.actor), prefix="name")


def _profile_form(request: StaffRequest, data: Any) -> forms.ProfileForm | None:
    """Return the form for whose role can have a practitioner profile, else None."""
    if not request.actor.may("practice.delegate"):
        return None
    record = queries.practitioner_of(request.membership) or Practitioner(version=0)
    return forms.ProfileForm(data, instance=record, country=request.membership.organization.country)


def _page(request: StaffRequest, **context: Any) -> HttpResponse:
    context.setdefault("name_form", _name_form(request, None))
    context.setdefault("profile_form", _profile_form(request, None))
    context["email"] = request.membership.user.email
    status = 422 if request.method == "POST" else 200
    return render(request, "practice/profile.html", context, status=status)
