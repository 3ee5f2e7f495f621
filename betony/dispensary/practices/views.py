"""The people of the practice, and the page an invitation leads to."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from betony.dispensary.accounts import permissions, sessions
from betony.dispensary.accounts import queries as accounts
from betony.dispensary.accounts.actions import EmailAlreadyTaken, EmailNotConfirmed, PasswordTooWeak
from betony.dispensary.accounts.middleware import actor_for
from betony.dispensary.practices import access, actions, invitations
from betony.dispensary.practices.forms import InvitationForm
from betony.dispensary.practices.models import Practitioner, Staff
from betony.kit import routes
from betony.kit.rate_limits import counting
from betony.kit.requests import actor_of
from betony.kit.ui.password_field import NewPasswordForm

# Enough for whoever has lost the mail; a practice that writes to a stranger every hour is a nuisance.
INVITATIONS = counting.Limit("dispensary.invitations.person", most=3, window_seconds=24 * 60 * 60)


@sensitive_post_parameters("password", "password_again")
@require_http_methods(["GET", "POST"])
@routes.without_transaction
@routes.public
def join(request: HttpRequest, user_id: UUID, token: str) -> HttpResponse:
    """Let an invited person choose a password, once, and sign them in."""
    user = invitations.invited(user_id, token)
    if user is None:
        raise Http404
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            joined = actions.join(
                by=actor_for(user), user=user, token=token, password=form.cleaned_data["password"]
            )
        except PasswordTooWeak as error:
            form.add_error("password", error.messages)
        except EmailAlreadyTaken:
            form.add_error(
                None,
                _(
                    "This email belongs to a sign-in at another dispensary. Ask to be invited with another one."
                ),
            )
        except actions.LinkSpent as error:
            raise Http404 from error
        else:
            sessions.start(request, joined, going_to="")
            return redirect("home")
    return render(request, "dispensary_practices/join.html", {"form": form, "user": user})


@require_http_methods(["GET", "POST"])
@routes.requires(permissions.MANAGE)
def people(request: HttpRequest) -> HttpResponse:
    """List the people of the practice, and invite one more."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _invite(request, form):
        return redirect("people:everybody")
    everybody = access.everybody(sessions.user_of(request).organization_id)
    context = {
        "form": form,
        "people": everybody,
        "may_invite": accounts.owner_has_confirmed(sessions.user_of(request).organization_id),
        "email": sessions.user_of(request).email,
    }
    return render(request, "dispensary_practices/people.html", context)


def _invite(request: HttpRequest, form: InvitationForm) -> bool:
    """Add the person and tell so; False when the form now says what is wrong."""
    values = dict(form.cleaned_data)
    credential = values.pop("practitioner_type")
    details, organization = actions.PersonDetails(**values), sessions.user_of(request).organization
    try:
        if credential is None:
            actions.add_staff(by=actor_of(request), organization=organization, details=details)
        else:
            actions.add_practitioner(
                by=actor_of(request), organization=organization, details=details, practitioner_type=credential
            )
    except EmailAlreadyTaken:
        sentence = _("This email already has a sign-in.")
        if access.is_former(details.email, organization.pk):
            sentence = _("Somebody who worked here had this email. Bring them back in the list above.")
        form.add_error("email", sentence)
        return False
    except EmailNotConfirmed:
        form.add_error(None, _("Confirm your own email first. Then people can be invited."))
        return False
    messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": details.email})
    return True


@require_POST
@routes.requires(permissions.MANAGE)
def archive(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Take somebody off the practice."""
    person = _person(request, person_id)
    try:
        actions.archive_person(by=actor_of(request), person=person)
    except actions.OwnerMustStay:
        messages.error(request, _("The owner cannot be removed from the dispensary."))
    else:
        messages.success(request, _("%(name)s no longer works at the practice.") % {"name": person.full_name})
    return redirect("people:everybody")


@require_POST
@routes.requires(permissions.MANAGE)
def invite_again(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Mail the invitation once more: a link lasts a week, and mails get lost."""
    person = _person(request, person_id)
    if not counting.hit(INVITATIONS, str(person.pk)):
        messages.error(request, _("This invitation went out several times today. Wait a day and try again."))
        return redirect("people:everybody")
    try:
        actions.invite_again(by=actor_of(request), person=person)
    except actions.NotInvited:
        messages.error(request, _("%(name)s has no open invitation.") % {"name": person.full_name})
    else:
        messages.success(
            request, _("An invitation is on its way to %(email)s.") % {"email": person.user.email}
        )
    return redirect("people:everybody")


@require_POST
@routes.requires(permissions.MANAGE)
def restore(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Bring somebody back who was taken off."""
    person = _person(request, person_id)
    try:
        actions.restore_person(by=actor_of(request), person=person)
    except EmailAlreadyTaken:
        messages.error(
            request,
            _("%(email)s now has another sign-in, so nothing was changed.") % {"email": person.email},
        )
    else:
        messages.success(request, _("%(name)s works at the practice again.") % {"name": person.full_name})
    return redirect("people:everybody")


def _person(request: HttpRequest, person_id: UUID) -> Practitioner | Staff:
    person = access.anybody(person_id, sessions.user_of(request).organization_id)
    if person is None:
        raise Http404
    return person
