"""Settings, Users: who works here, inviting, roles, deactivating."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from betony.clinic.accounts import access, queries
from betony.clinic.accounts.actions import invitations
from betony.clinic.accounts.actions import users as actions
from betony.clinic.accounts.forms import settings as forms
from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.requests import StaffRequest
from betony.kit import clock, pagination, routes

# The second list of the page keeps its place beside the first one's.
INVITED = "invited_"


def last_owner() -> str:
    """Return why the last owner stays."""
    return _("Somebody must be able to manage the practice: make another person an owner first.")


@routes.requires("users.manage")
@require_safe
def users(request: StaffRequest) -> HttpResponse:
    """List members and open invitations."""
    organization_id = request.membership.organization_id
    now = clock.now()
    people = pagination.page_by_key(
        queries.members(organization_id), keys=queries.MEMBER_KEYS, cursor=pagination.asked_for(request.GET)
    )
    invited = pagination.page_by_key(
        queries.open_invitations(organization_id), keys=queries.INVITATION_KEYS,
        cursor=pagination.asked_for(request.GET, of=INVITED),
    )  # fmt: skip
    context = {
        "members": people.rows,
        "member_pages": pagination.links(request.GET, people),
        "invitations": [(one, one.expires_at <= now) for one in invited.rows],
        "invitation_pages": pagination.links(request.GET, invited, of=INVITED),
        "own": request.membership.pk,
    }
    return render(request, "accounts/settings/users.html", context)


@routes.requires("users.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: StaffRequest) -> HttpResponse:
    """Invite somebody by mail."""
    form = forms.InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _invite(request, form):
        messages.success(
            request, _("An invitation is on its way to %(email)s.") % {"email": form.cleaned_data["email"]}
        )
        return redirect("settings:users")
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/settings/invite.html", {"form": form}, status=status)


def _invite(request: StaffRequest, form: forms.InviteForm) -> bool:
    values = form.cleaned_data
    try:
        invitations.invite(
            by=request.actor, email=values["email"], first_name=values["first_name"],
            last_name=values["last_name"], role=Role(values["role"]),
        )  # fmt: skip
    except invitations.AlreadyMember:
        form.add_error("email", _("Somebody with this email is already in the list, perhaps deactivated."))
        return False
    except invitations.AlreadyInvited:
        form.add_error(
            "email", _("This email already has an open invitation. You can send it again from the list.")
        )
        return False
    return True


@routes.requires("users.manage")
@require_POST
def send_invitation_again(request: StaffRequest, invitation_id: UUID) -> HttpResponse:
    """Mail a fresh link; the earlier one stops working."""
    invitation = access.invitation(request.actor, invitation_id)
    invitations.send_again(by=request.actor, invitation_id=invitation.pk)
    messages.success(
        request,
        _("A new link is on its way to %(email)s; the earlier one no longer works.")
        % {"email": invitation.email},
    )
    return redirect("settings:users")


@routes.requires("users.manage")
@require_POST
def withdraw_invitation(request: StaffRequest, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    invitation = access.invitation(request.actor, invitation_id)
    invitations.withdraw(by=request.actor, invitation_id=invitation.pk)
    messages.success(request, _("The invitation is withdrawn; its link no longer works."))
    return redirect("settings:users")


@routes.requires("users.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: StaffRequest, membership_id: UUID) -> HttpResponse:
    """Show a member, and change their role."""
    record = access.member(request.actor, membership_id)
    form = forms.RoleForm(request.POST or None, initial={"role": record.role})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_role(
                by=request.actor, membership_id=record.pk, role=Role(form.cleaned_data["role"])
            )
        except actions.LastOwner:
            form.add_error("role", last_owner())
        else:
            messages.success(request, _("The role is changed, starting with their next click."))
            return redirect("settings:users")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "member": record, "is_self": record.pk == request.membership.pk}
    return render(request, "accounts/settings/member.html", context, status=status)


@routes.requires("users.manage")
@require_POST
def deactivate(request: StaffRequest, membership_id: UUID) -> HttpResponse:
    """Let a member in no more."""
    record = access.member(request.actor, membership_id)
    try:
        actions.deactivate(by=request.actor, membership_id=record.pk)
    except actions.LastOwner:
        messages.error(request, last_owner())
        return redirect("settings:member", record.pk)
    messages.success(
        request, _("%(name)s is deactivated and signed out.") % {"name": record.user.get_full_name()}
    )
    return redirect("settings:users")


@routes.requires("users.manage")
@require_POST
def reactivate(request: StaffRequest, membership_id: UUID) -> HttpResponse:
    """Let a deactivated member in again."""
    record = access.member(request.actor, membership_id)
    actions.reactivate(by=request.actor, membership_id=record.pk)
    messages.success(request, _("%(name)s can sign in again.") % {"name": record.user.get_full_name()})
    return redirect("settings:users")
