"""Settings, Security: one's own password and sessions."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from betony.clinic.accounts import access, queries
from betony.clinic.accounts.actions import passwords, sessions, sign_in
from betony.clinic.accounts.forms import settings as forms
from betony.clinic.accounts.requests import StaffRequest
from betony.clinic.accounts.views import doors
from betony.kit import pagination, routes


@routes.requires("settings.view")
@routes.without_transaction
@sensitive_post_parameters("present", "password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
def security(request: StaffRequest) -> HttpResponse:
    """Show one's sessions, and change one's password. No transaction, for wrong tries must stay counted."""
    form = forms.ChangePasswordForm(request.POST or None, owner=request.membership.user)
    if request.method == "POST" and form.is_valid() and _change(request, form):
        messages.success(request, _("Your password is changed. You were signed out everywhere else."))
        return redirect("settings:security")
    page = pagination.page_by_key(
        queries.open_sessions(request.membership.user_id), keys=queries.SESSION_KEYS,
        cursor=pagination.asked_for(request.GET),
    )  # fmt: skip
    context = {
        "form": form,
        "sessions": page.rows,
        "session_pages": pagination.links(request.GET, page),
        "present": request.staff_session.pk,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/settings/security.html", context, status=status)


def _change(request: StaffRequest, form: forms.ChangePasswordForm) -> bool:
    try:
        user = passwords.change_password(
            by=request.actor,
            present=form.cleaned_data["present"],
            password=form.cleaned_data["password"],
            keep_session=request.staff_session.pk,
        )
    except passwords.WrongPassword:
        form.add_error("present", _("That is not your current password."))
        return False
    except sign_in.TooManyTries as error:
        form.add_error("present", doors.wait_sentence(error.minutes))
        return False
    # A new key for this session too; every other session of Django's died with the old password.
    update_session_auth_hash(request, user)
    return True


@routes.requires("settings.view")
@require_POST
def end_session(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Sign one of one's own sessions out."""
    session = access.own_session(request.actor, session_id)
    sessions.end_session(by=request.actor, session=session, reason="signed out from elsewhere")
    if session.pk == request.staff_session.pk:
        return redirect("sign_in")
    messages.success(request, _("That session is signed out."))
    return redirect("settings:security")


@routes.requires("settings.view")
@require_POST
def end_other_sessions(request: StaffRequest) -> HttpResponse:
    """Sign every session but this one out."""
    count = sessions.end_other_sessions(by=request.actor, keep=request.staff_session.pk)
    messages.success(
        request,
        ngettext(
            "%(count)d other session was signed out.", "%(count)d other sessions were signed out.", count
        )
        % {"count": count},
    )
    return redirect("settings:security")
