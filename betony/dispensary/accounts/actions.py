"""Opening dispensaries, and the people who sign in for them."""

import secrets
from dataclasses import dataclass

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from betony.dispensary.accounts.models import Country, Organization, Role, User
from betony.kit import tenancy
from betony.kit.actor import Actor
from betony.kit.audit import trail

DEFAULTS_OF_COUNTRY = {
    Country.US.value: {"currency": "USD", "time_zone": "America/New_York"},
    Country.CANADA.value: {"currency": "CAD", "time_zone": "America/Toronto"},
}


class EmailAlreadyTaken(Exception):
    """Somebody signs in with this e-mail already, here or at another dispensary."""


class PasswordTooWeak(Exception):
    """The password is refused; `messages` says why, for the person who chose it."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Who signs in, and as what. Without a password nobody can sign in until one is set."""

    email: str
    first_name: str
    last_name: str
    role: Role
    is_owner: bool = False
    password: str | None = None


def open_organization(*, by: Actor, name: str, country: str) -> Organization:
    """Add a dispensary with an address of its own, made from its name, and return it."""
    values = {"name": name, "country": country, **DEFAULTS_OF_COUNTRY[country]}
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
    user = User(
        organization=organization,
        email=sign_in.email.strip().lower(),
        first_name=sign_in.first_name,
        last_name=sign_in.last_name,
        role=sign_in.role,
        is_owner=sign_in.is_owner,
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
    return user


def check_password_strength(password: str, user: User) -> None:
    """Pass when the password is good enough for this person, else raise PasswordTooWeak."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise PasswordTooWeak(error.messages) from error


def choose_password(*, by: Actor, user: User, password: str) -> None:
    """Give the person a new password, which ends their other sessions. Raises PasswordTooWeak."""
    check_password_strength(password, user)
    user.set_password(password)
    with tenancy.organization(user.organization_id):
        user.save(update_fields=["password"])
        trail.record(
            by=by, action="accounts.password_chosen", subject=user, organization_id=user.organization_id
        )


def record_sign_in(*, by: Actor, user: User) -> None:
    """Write the sign-in into the trail."""
    with tenancy.organization(user.organization_id):
        trail.record(by=by, action="accounts.signed_in", subject=user, organization_id=user.organization_id)
