"""Settings, Delegation: who of the clinical staff prescribes for whom."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.practice import access, actions, forms, queries
from betony.kit import routes


@routes.requires("practice.delegate", "prescriptions.write")
@require_http_methods(["GET", "HEAD", "POST"])
def delegation(request: StaffRequest) -> HttpResponse:
    """Show the delegations one has given, and give one; or those one has been given."""
    if not request.actor.may("practice.delegate"):
        given = queries.open_delegations_to(request.membership)
        return render(request, "practice/delegated_to_me.html", {"given_to_me": given})
    practitioner = queries.practitioner_of(request.membership)
    colleagues = queries.members_who_may_be_delegated_to(request.membership.organization_id)
    form = forms.DelegateForm(request.POST or None, colleagues=colleagues)
    if request.method == "POST" and form.is_valid():
        try:
            actions.delegate(by=request.actor, membership_id=UUID(form.cleaned_data["membership"]))
        except actions.AlreadyDelegated:
            form.add_error("membership", _("You have already delegated to this colleague."))
        except actions.CannotDelegate:
            form.add_error("membership", _("Save your practitioner profile first."))
        else:
            messages.success(request, _("Your colleague can now prescribe for you."))
            return redirect("settings:delegation")
    context = {
        "form": form,
        "practitioner": practitioner,
        "has_colleagues": colleagues.exists(),
        "delegations": queries.open_delegations_of(practitioner) if practitioner else [],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "practice/delegation.html", context, status=status)


@routes.requires("practice.delegate")
@require_POST
def end_delegation(request: StaffRequest, delegation_id: UUID) -> HttpResponse:
    """End a delegation one has given."""
    record = access.own_delegation(request.actor, delegation_id)
    try:
        actions.end_delegation(by=request.actor, delegation_id=record.pk)
    except actions.AlreadyEnded:
        messages.info(request, _("It had already ended."))
    else:
        messages.success(request, _("The delegation is ended."))
    return redirect("settings:delegation")
