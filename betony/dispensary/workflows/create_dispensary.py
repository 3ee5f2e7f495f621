"""A practitioner opens a dispensary: the dispensary, their sign-in and they themselves, together or not at all."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from betony.dispensary.accounts import actions as accounts
from betony.dispensary.accounts.models import Organization, User
from betony.dispensary.practices import actions as practices
from betony.dispensary.practices.models import PractitionerType
from betony.kit import clock
from betony.kit.actor import Actor

# A second click follows the first at once; what comes later is somebody else, or the same person at another time.
SECOND_CLICK_WITHIN = timedelta(minutes=10)


class AlreadySent(Exception):
    """The page was sent before, with something else on it or some time ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDispensary:
    """What the page asks for. `organization_id` is drawn and signed with the page: a second click brings the same."""

    organization_id: UUID
    name: str
    country: str
    first_name: str
    last_name: str
    practitioner_type: PractitionerType
    email: str
    password: str


def create_dispensary(*, by: Actor, new: NewDispensary) -> User:
    """Open the dispensary, and return its owner, who can sign in. A second click opens nothing.

    Whoever else has the email, the answer is the same: it counts only once it is confirmed by mail (ADR 0013). Raises
    AlreadySent, and accounts' PasswordTooWeak.
    """
    with transaction.atomic():
        _take_turns(new.organization_id)
        if Organization.objects.filter(pk=new.organization_id).exists():
            return _owner_of_first_click(new)
        organization = accounts.open_organization(
            by=by, organization_id=new.organization_id, name=new.name, country=new.country
        )
        practitioner = practices.add_practitioner(
            by=by,
            organization=organization,
            details=practices.PersonDetails(
                first_name=new.first_name,
                last_name=new.last_name,
                email=new.email,
                password=new.password,
                is_owner=True,
                is_email_confirmed=False,
            ),
            practitioner_type=new.practitioner_type,
        )
    return User.objects.get(pk=practitioner.user_id)


def _take_turns(organization_id: UUID) -> None:
    """Let one of two clicks on the same page wait for the other."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"found {organization_id}"])


def _owner_of_first_click(new: NewDispensary) -> User:
    owner = User.objects.filter(
        organization_id=new.organization_id, is_owner=True, email=new.email.strip().lower(),
        organization__created_at__gte=clock.now() - SECOND_CLICK_WITHIN,
    ).first()  # fmt: skip
    if owner is None or not owner.check_password(new.password):
        raise AlreadySent
    return owner
