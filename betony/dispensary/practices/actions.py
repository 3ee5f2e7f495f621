"""Adding and changing the people of a practice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError, transaction

from betony.dispensary.accounts import actions as accounts
from betony.dispensary.accounts import queries
from betony.dispensary.accounts.models import Grant, Organization, Role, User
from betony.dispensary.accounts.oauth import actions as oauth
from betony.dispensary.practices import invitations, jobs
from betony.dispensary.practices.models import Person, PersonReference, Practitioner, PractitionerType, Staff
from betony.kit import clock, tenancy
from betony.kit.actor import Actor, NotPermitted
from betony.kit.audit import trail

PersonRow = TypeVar("PersonRow", bound=Person)


class OwnerMustStay(Exception):
    """The owner of a dispensary cannot be taken off it."""


class LinkSpent(Exception):
    """The link was used, is too old, or never was one."""


class NotInvited(Exception):
    """The person has joined already, or works there no longer: there is nothing to invite them to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDetails:
    """Who somebody is. With a password they sign in at once; without, an invitation goes to their email."""

    first_name: str
    last_name: str
    email: str
    password: str | None = None
    is_owner: bool = False
    is_email_confirmed: bool = True


def add_practitioner(
    *, by: Actor, organization: Organization, details: PersonDetails, practitioner_type: PractitionerType
) -> Practitioner:
    """Add a practitioner with a sign-in, and return them.

    Raises accounts' EmailAlreadyTaken, EmailNotConfirmed and PasswordTooWeak.
    """
    with tenancy.organization(organization.pk):
        user = _add_user(by, organization, details, Role.PRACTITIONER)
        person = Practitioner(
            user=user, practitioner_type=practitioner_type, **_values(organization, details)
        )
        return _added(by, person, "practices.practitioner_added")


def add_staff(*, by: Actor, organization: Organization, details: PersonDetails) -> Staff:
    """Add a staff member with a sign-in, and return them.

    Raises accounts' EmailAlreadyTaken, EmailNotConfirmed and PasswordTooWeak.
    """
    with tenancy.organization(organization.pk):
        user = _add_user(by, organization, details, Role.STAFF)
        return _added(by, Staff(user=user, **_values(organization, details)), "practices.staff_added")


def _add_user(by: Actor, organization: Organization, details: PersonDetails, role: Role) -> User:
    if details.password is None and not queries.owner_has_confirmed(organization.pk):
        raise accounts.EmailNotConfirmed
    return accounts.add_user(
        by=by,
        organization=organization,
        sign_in=accounts.SignIn(
            email=details.email,
            first_name=details.first_name,
            last_name=details.last_name,
            role=role,
            is_owner=details.is_owner,
            is_email_confirmed=details.is_email_confirmed,
            password=details.password,
        ),
    )


def _values(organization: Organization, details: PersonDetails) -> dict[str, Any]:
    now = clock.now()
    is_invited = details.password is None
    return {
        "organization_id": organization.pk,
        "first_name": details.first_name,
        "last_name": details.last_name,
        "email": details.email.strip().lower(),
        "invited_at": now if is_invited else None,
        "joined_at": None if is_invited else now,
    }


def _added(by: Actor, person: PersonRow, action: str) -> PersonRow:
    _save(person)
    trail.record(by=by, action=action, subject=person, organization_id=person.organization_id)
    if person.invited_at is not None:
        jobs.send_invitation.queue(organization_id=person.organization_id, user_id=person.user_id)
    return person


def _save(person: Person) -> None:
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise accounts.EmailAlreadyTaken(person.email) from error


def change_person(*, by: Actor, person: PersonRow, values: Mapping[str, Any]) -> PersonRow:
    """Change names or email of a practitioner or staff member, and return them.

    The sign-in follows the names; its email changes only by the person's own hand. Raises EmailAlreadyTaken.
    """
    with tenancy.organization(person.organization_id):
        locked = _locked(person)
        changes = trail.changed_fields(locked, values)
        if "email" in changes and queries.is_email_taken(
            values["email"], organization_id=locked.organization_id, except_for=locked.user_id
        ):
            raise accounts.EmailAlreadyTaken(values["email"])
        for name, value in values.items():
            setattr(locked, name, value)
        _save(locked)
        names = {name: values[name] for name in ("first_name", "last_name") if name in values}
        if names:
            User.objects.filter(pk=locked.user_id).update(**names)
        trail.record(by=by, action="practices.person_changed", subject=locked, changes=changes)
    return locked


@transaction.atomic
def set_reference(*, by: Actor, person: Person, value: str) -> None:
    """Keep the id the acting application knows the person by; an empty one forgets it. Raises NotPermitted."""
    if by.kind != "application" or by.id is None:
        raise NotPermitted("person")
    rows = PersonReference.objects.filter(user_id=person.user_id, application_id=by.id)
    before = rows.select_for_update(of=("self",)).values_list("value", flat=True).first() or ""
    if value == before:
        return
    if value:
        PersonReference.objects.update_or_create(
            organization_id=person.organization_id, user_id=person.user_id, application_id=by.id,
            defaults={"value": value},
        )  # fmt: skip
    else:
        rows.delete()
    trail.record(
        by=by, action="practices.reference_set", subject=person, changes={"reference": [before, value]}
    )


def join(*, by: Actor, user: User, token: str, password: str) -> User:
    """Let an invited person in with the password they chose, and return them. The link works once.

    Raises LinkSpent, also for the second of two that use the link at the same time, and accounts'
    PasswordTooWeak and EmailAlreadyTaken.
    """
    with tenancy.organization(user.organization_id):
        User.objects.select_for_update(of=("self",)).filter(pk=user.pk).first()
        invited = invitations.invited(user.pk, token)
        if invited is None:
            raise LinkSpent
        accounts.accept_invitation(by=by, user=invited, password=password)
        model = Practitioner if invited.role == Role.PRACTITIONER else Staff
        model._default_manager.filter(user=invited, joined_at=None).update(joined_at=clock.now())
    return invited


def invite_again(*, by: Actor, person: PersonRow) -> PersonRow:
    """Mail the invitation once more, with a fresh link, and return the person. Raises NotInvited."""
    with tenancy.organization(person.organization_id):
        locked = _locked(person)
        if locked.joined_at is not None or locked.archived_at is not None:
            raise NotInvited
        locked.invited_at = clock.now()
        locked.save(update_fields=["invited_at", "updated_at"])
        trail.record(by=by, action="practices.person_invited_again", subject=locked)
        jobs.send_invitation.queue(organization_id=locked.organization_id, user_id=locked.user_id)
    return locked


def archive_person(*, by: Actor, person: PersonRow) -> PersonRow:
    """Take somebody off the practice, and return them: they cannot sign in, nor anybody prescribe as them.

    Applications stop acting for them at once. Raises OwnerMustStay.
    """
    with tenancy.organization(person.organization_id):
        locked = _locked(person)
        user = User.objects.select_for_update(of=("self",)).get(pk=locked.user_id)
        if user.is_owner:
            raise OwnerMustStay
        locked.archived_at = clock.now()
        locked.save(update_fields=["archived_at", "updated_at"])
        accounts.set_active(by=by, user=user, is_active=False)
        for grant in Grant.objects.filter(user=user, revoked_at=None).order_by("pk"):
            oauth.revoke_grant(by=by, grant=grant, reason="The person has left the practice.")
        trail.record(by=by, action="practices.person_archived", subject=locked)
    return locked


def restore_person(*, by: Actor, person: PersonRow) -> PersonRow:
    """Bring somebody back who was taken off the practice, and return them.

    Raises accounts' EmailAlreadyTaken when somebody has the email by now: here, or at another dispensary.
    """
    with tenancy.organization(person.organization_id):
        locked = _locked(person)
        locked.archived_at = None
        locked.save(update_fields=["archived_at", "updated_at"])
        user = User.objects.select_for_update(of=("self",)).get(pk=locked.user_id)
        accounts.set_active(by=by, user=user, is_active=True)
        trail.record(by=by, action="practices.person_restored", subject=locked)
    return locked


def _locked(person: PersonRow) -> PersonRow:
    return type(person)._default_manager.select_for_update(of=("self",)).get(pk=person.pk)
