"""The demo's dispensaries and the people who sign in for them."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.contrib.auth.hashers import make_password
from django.db import transaction

from betony.dispensary.accounts.models import Organization, Role, User
from betony.dispensary.practices.models import Practitioner, PractitionerType, Staff
from betony.kit import clock

PASSWORD = "betony-demo-2026"  # noqa: S105  (published: the demo's people all have it)
MEADOWLARK, LARKSPUR, HARBOUR = "meadowlark", "larkspur", "harbour"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """Somebody who signs in; staff have no credential."""

    first_name: str
    last_name: str
    email: str
    credential: str = ""
    is_owner: bool = False
    is_developer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDispensary:
    """A dispensary and its people."""

    slug: str
    name: str
    country: str
    time_zone: str
    currency: str
    people: tuple[DemoPerson, ...]


DISPENSARIES = (
    DemoDispensary(
        slug=MEADOWLARK,
        name="Meadowlark Dispensary",
        country="US",
        time_zone="America/New_York",
        currency="USD",
        people=(
            DemoPerson(
                first_name="Nina",
                last_name="Alvarez",
                email="nina.alvarez@meadowlark.example",
                credential="ND",
                is_owner=True,
                is_developer=True,
            ),
            DemoPerson(
                first_name="Sam",
                last_name="Okafor",
                email="sam.okafor@meadowlark.example",
                credential="LAc",
            ),
            DemoPerson(first_name="Rosa", last_name="Lindqvist", email="rosa.lindqvist@meadowlark.example"),
        ),
    ),
    DemoDispensary(
        slug=LARKSPUR,
        name="Larkspur Dispensary",
        country="US",
        time_zone="America/Chicago",
        currency="USD",
        people=(
            DemoPerson(
                first_name="Ines",
                last_name="Moreau",
                email="ines.moreau@larkspur.example",
                credential="ND",
                is_owner=True,
            ),
        ),
    ),
    DemoDispensary(
        slug=HARBOUR,
        name="Harbour Dispensary",
        country="CA",
        time_zone="America/Vancouver",
        currency="CAD",
        people=(
            DemoPerson(
                first_name="Mei",
                last_name="Chen",
                email="mei.chen@harbour.example",
                credential="RTCMP",
                is_owner=True,
            ),
        ),
    ),
)


def stable_id(kind: str, name: str) -> UUID:
    """Return the id that this thing has in every demo."""
    return uuid5(NAMESPACE_URL, f"betony:demo:dispensary:{kind}:{name}")


def load(*, using: str = "migration") -> int:
    """Store the dispensaries and their people, and return how many dispensaries were new."""
    with transaction.atomic(using=using):
        known = set(Organization.objects.using(using).values_list("slug", flat=True))
        missing = [one for one in DISPENSARIES if one.slug not in known]
        for dispensary in missing:
            _store(dispensary, using)
    return len(missing)


def _store(dispensary: DemoDispensary, using: str) -> None:
    organization = Organization.objects.using(using).create(
        id=stable_id("organization", dispensary.slug),
        name=dispensary.name,
        slug=dispensary.slug,
        country=dispensary.country,
        time_zone=dispensary.time_zone,
        currency=dispensary.currency,
        discount_percent=10,
    )
    for person in dispensary.people:
        _store_person(organization, person, using)


def _store_person(organization: Organization, person: DemoPerson, using: str) -> None:
    user = User.objects.using(using).create(
        id=stable_id("user", person.email),
        organization=organization,
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        role=Role.PRACTITIONER if person.credential else Role.STAFF,
        is_owner=person.is_owner,
        is_developer=person.is_developer,
        password=make_password(PASSWORD),
    )
    values = {
        "id": stable_id("person", person.email),
        "organization": organization,
        "user": user,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "joined_at": clock.now() - timedelta(days=400),
    }
    if not person.credential:
        Staff.objects.using(using).create(**values)
        return
    credential = PractitionerType.objects.using(using).get(code=person.credential)
    Practitioner.objects.using(using).create(**values, practitioner_type=credential)
