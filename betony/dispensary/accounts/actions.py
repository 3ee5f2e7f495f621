"""Opening dispensaries, and the people who sign in for them."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from betony.dispensary.accounts import jobs, links, queries
from betony.dispensary.accounts.events import OwnerConfirmed
from betony.dispensary.accounts.models import Country, Organization, Role, User
from betony.kit import tenancy
from betony.kit.actor import Actor
from betony.kit.audit import trail
from betony.kit.events import publish

DEFAULTS_OF_COUNTRY = {
    Country.US.value: {"currency": "USD", "time_zone": "America/New_York"},
    Country.CANADA.value: {"currency": "CAD", "time_zone": "America/Toronto"},
}


class EmailAlreadyTaken(Exception):
    """Somebody who works here or at another dispensary has this email already."""


class EmailNotConfirmed(Exception):
    """The dispensary's owner has not confirmed the email yet, so no invitation goes out in the practice's name."""


class LinkNotValid(Exception):
    """The link was used, is too old, or was never ours."""


class PasswordTooWeak(Exception):
    """The password is refused; `messages` says why, for the person who chose it."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Who signs in, and as what. Without a password they are invited: they prove the email by setting one."""

    email: str
    first_name: str
    last_name: str
    role: Role
    is_owner: bool = False
    is_email_confirmed: bool = True
    password: str | None = None


def open_organization(*, by: Actor, organization_id: UUID, name: str, country: str) -> Organization:
    """Add a dispensary with an address of its own, made from its name, and return it."""
    values = {"id": organization_id, "name": name, "country": country, **DEFAULTS_OF_COUNTRY[country]}
    try:
        with transaction.atomic():
            organization = Organization.objects.create(slug=_free_slug(name), **values)
    except IntegrityError:
        # Somebody took the address at this moment: a second click on the same page, for one.
        organization = Organization.objects.create(slug=_free_slug(name), **values)
    with tenancy.organization(organization.pk):
        trail.record(
            by=by,
            action="accounts.organization_opened",
            subject=organization,
            organization_id=organization.pk,
        )
    return organization


def _free_slug(name: str) -> str:
    base = slugify(name)[:40] or "dispensary"
    if not Organization.objects.filter(slug=base).exists():
        return base
    return f"{base}-{secrets.token_hex(3)}"


def add_user(*, by: Actor, organization: Organization, sign_in: SignIn) -> User:
    """Add somebody who signs in for the dispensary, and return them.

    Raises EmailAlreadyTaken and PasswordTooWeak.
    """
    is_invited = sign_in.password is None
    # The founder of a dispensary is told by mail alone, or every stranger could ask here who has a sign-in.
    if is_invited and queries.is_email_taken(sign_in.email, organization_id=organization.pk):
        raise EmailAlreadyTaken(sign_in.email)
    user = User(
        organization=organization,
        email=sign_in.email.strip().lower(),
        first_name=sign_in.first_name,
        last_name=sign_in.last_name,
        role=sign_in.role,
        is_owner=sign_in.is_owner,
        is_email_confirmed=sign_in.is_email_confirmed and not is_invited,
    )
    if sign_in.password is None:
        user.set_unusable_password()
    else:
        check_password_strength(sign_in.password, user)
        user.set_password(sign_in.password)
    with tenancy.organization(organization.pk):
        try:
            with transaction.atomic():
                user.save()
        except IntegrityError as error:
            raise EmailAlreadyTaken(user.email) from error
        trail.record(by=by, action="accounts.user_added", subject=user, organization_id=organization.pk)
        if not user.is_email_confirmed and not is_invited:
            jobs.send_confirmation.queue(user_id=user.pk)
    return user


def check_password_strength(password: str, user: User) -> None:
    """Pass when the password is good enough for this person, else raise PasswordTooWeak."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise PasswordTooWeak(error.messages) from error


def accept_invitation(*, by: Actor, user: User, password: str) -> None:
    """Give an invited person the password they chose; the link they followed proves the email.

    Raises PasswordTooWeak, and EmailAlreadyTaken when they have a sign-in at another dispensary by now.
    """
    check_password_strength(password, user)
    user.set_password(password)
    user.is_email_confirmed = True
    with tenancy.organization(user.organization_id):
        _save_unless_taken(user, "password", "is_email_confirmed")
        trail.record(
            by=by, action="accounts.password_chosen", subject=user, organization_id=user.organization_id
        )


def set_active(*, by: Actor, user: User, is_active: bool) -> None:
    """Let somebody sign in again, or no longer; who cannot keeps nobody from the email. Raises EmailAlreadyTaken."""
    user.is_active = is_active
    with tenancy.organization(user.organization_id):
        _save_unless_taken(user, "is_active")
        trail.record(
            by=by, action="accounts.user_active" if is_active else "accounts.user_inactive", subject=user,
            organization_id=user.organization_id,
        )  # fmt: skip


def _save_unless_taken(user: User, *fields: str) -> None:
    try:
        with transaction.atomic():
            user.save(update_fields=fields)
    except IntegrityError as error:
        raise EmailAlreadyTaken(user.email) from error


def request_reset(*, email: str) -> None:
    """Have a link mailed to whoever signs in with the email; do the same work when nobody does."""
    people = queries.people_with_email(email)
    jobs.send_password_reset.queue(user_id=people[0].pk if people else None)


def person_of_reset_link(token: str) -> User:
    """Return whom a link for a new password is for; raise LinkNotValid when it cannot be used (any more)."""
    user = links.whose_reset(token)
    if user is None:
        raise LinkNotValid
    return user


@transaction.atomic
def set_password_by_link(*, by: Actor, token: str, password: str) -> User:
    """Set the password, use up the link, and end every session of the person.

    Raises LinkNotValid, also for the second of two that use the link at the same time, and PasswordTooWeak.
    """
    User.objects.select_for_update(of=("self",)).filter(pk=person_of_reset_link(token).pk).first()
    user = person_of_reset_link(token)
    check_password_strength(password, user)
    # Django keeps a digest of the password in every session, so all of them end with the former one.
    user.set_password(password)
    with tenancy.organization(user.organization_id):
        user.save(update_fields=["password"])
        trail.record(
            by=by, action="accounts.password_reset", subject=user, organization_id=user.organization_id
        )
    return user


@transaction.atomic
def confirm_email(*, by: Actor, token: str) -> User:
    """Note that the email is the person's own. Raises LinkNotValid, and EmailAlreadyTaken."""
    user = links.whose_confirmation(token)
    if user is None:
        raise LinkNotValid
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if user.is_email_confirmed:
        raise LinkNotValid
    user.is_email_confirmed = True
    with tenancy.organization(user.organization_id):
        _save_unless_taken(user, "is_email_confirmed")
        trail.record(
            by=by, action="accounts.email_confirmed", subject=user, organization_id=user.organization_id
        )
        if user.is_owner:
            publish(OwnerConfirmed(user.organization_id))
    return user


def ask_for_confirmation(*, by: Actor, user: User) -> None:
    """Have the link to confirm mailed once more."""
    with tenancy.organization(user.organization_id):
        trail.record(
            by=by, action="accounts.confirmation_asked", subject=user, organization_id=user.organization_id
        )
        jobs.send_confirmation.queue(user_id=user.pk)


def record_sign_in(*, by: Actor, user: User) -> None:
    """Write the sign-in into the trail."""
    with tenancy.organization(user.organization_id):
        trail.record(by=by, action="accounts.signed_in", subject=user, organization_id=user.organization_id)
