"""Keeping what is typed into a form, as it is typed, and throwing it away."""

from django.http import Http404, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_POST

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.unfinished import actions, forms
from betony.kit import routes


@routes.signed_in
@require_POST
def keep_typing(request: StaffRequest) -> HttpResponse:
    """Keep what stands in a form; asked for every few seconds while somebody types."""
    form = forms.TypedForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    values = form.cleaned_data
    _check_may_open(request, values["path"])
    try:
        actions.keep_typing(
            by=request.actor, form_id=values["id"], path=values["path"], typed=values["typed"]
        )
    except actions.NotOwn as error:
        raise Http404 from error
    return HttpResponse(status=204)


def _check_may_open(request: StaffRequest, path: str) -> None:
    """Pass when there is a page at this address that the person may open; else raise Http404."""
    try:
        view = resolve(path).func
    except Resolver404 as error:
        raise Http404 from error
    policy = routes.policy_of(view)
    if policy is None or not policy.allows(request.actor):
        raise Http404


@routes.signed_in
@require_POST
def throw_away(request: StaffRequest) -> HttpResponse:
    """**Start over**, or **Close without saving**."""
    form = forms.WhichForm(request.POST)
    if form.is_valid():
        actions.throw_away(by=request.actor, form_id=form.cleaned_data["id"])
    return HttpResponse(status=204)
