"""The two clinics of the demo and the people who work there (the same as at the dispensary)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from django.contrib.auth.hashers import make_password
from django.db import transaction

from betony.clinic.accounts.models import Country, Membership, Organization, User
from betony.clinic.accounts.permissions import Role
from betony.kit import clock

PASSWORD = "betony-demo-2026"  # noqa: S105  (the demo's, known to everybody)
MEADOWLARK = "meadowlark"
HARBOUR = "harbour"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works at a clinic of the demo."""

    clinic: str
    first_name: str
    last_name: str
    role: Role

    @property
    def email(self) -> str:
        return f"{self.first_name}.{self.last_name}@{self.clinic}.example".lower()

    @property
    def membership_id(self) -> UUID:
        return demo_id(f"membership {self.email}")


PEOPLE = (
    Person(MEADOWLARK, "Nina", "Alvarez", Role.OWNER),
    Person(MEADOWLARK, "Sam", "Okafor", Role.PRACTITIONER),
    Person(MEADOWLARK, "Dana", "Whitfield", Role.PRACTITIONER),
    Person(MEADOWLARK, "Rosa", "Lindqvist", Role.FRONT_DESK),
    Person(MEADOWLARK, "Theo", "Barnes", Role.BILLER),
    Person(HARBOUR, "Mei", "Chen", Role.OWNER),
    Person(HARBOUR, "Luc", "Tremblay", Role.PRACTITIONER),
)


def demo_id(name: str) -> UUID:
    """Return the id that a record of the demo has in every load."""
    return uuid5(NAMESPACE_URL, f"https://betony.example/demo/clinic/{name}")


def load(using: str = "migration") -> None:
    """Make the two clinics and their people, unless they are there."""
    with transaction.atomic(using=using):
        if Organization.objects.using(using).filter(slug=MEADOWLARK).exists():
            return
        clinics = {one.slug: one for one in _clinics()}
        Organization.objects.using(using).bulk_create(clinics.values())
        now = clock.now()
        for person in PEOPLE:
            _add(person, clinics[person.clinic], now, using)


def _clinics() -> list[Organization]:
    return [
        Organization(
            id=demo_id(MEADOWLARK), slug=MEADOWLARK, name="Meadowlark Integrative Health",
            country=Country.US, time_zone="America/New_York", currency="USD",
        ),
        Organization(
            id=demo_id(HARBOUR), slug=HARBOUR, name="Harbour Wellness Collective",
            country=Country.CANADA, time_zone="America/Vancouver", currency="CAD",
        ),
    ]  # fmt: skip


def _add(person: Person, clinic: Organization, now: datetime, using: str) -> None:
    user = User.objects.using(using).create(
        id=demo_id(f"user {person.email}"), email=person.email, first_name=person.first_name,
        last_name=person.last_name, password=make_password(PASSWORD),
    )  # fmt: skip
    Membership.objects.using(using).create(
        id=person.membership_id, organization=clinic, user=user, role=person.role.value, joined_at=now
    )
