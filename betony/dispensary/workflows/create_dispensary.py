"""A practitioner opens a dispensary: the dispensary, their sign-in and they themselves, together or not at all."""

from dataclasses import dataclass

from django.db import transaction

from betony.dispensary.accounts import actions as accounts
from betony.dispensary.accounts.models import User
from betony.dispensary.practices import actions as practices
from betony.dispensary.practices.models import PractitionerType
from betony.kit.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDispensary:
    """What the page asks for."""

    name: str
    country: str
    first_name: str
    last_name: str
    practitioner_type: PractitionerType
    email: str
    password: str


def create_dispensary(*, by: Actor, new: NewDispensary) -> User:
    """Open the dispensary, and return its owner, who can sign in.

    Raises accounts' EmailAlreadyTaken and PasswordTooWeak.
    """
    with transaction.atomic():
        organization = accounts.open_organization(by=by, name=new.name, country=new.country)
        practitioner = practices.add_practitioner(
            by=by,
            organization=organization,
            details=practices.PersonDetails(
                first_name=new.first_name,
                last_name=new.last_name,
                email=new.email,
                password=new.password,
                is_owner=True,
            ),
            practitioner_type=new.practitioner_type,
        )
    return User.objects.get(pk=practitioner.user_id)
