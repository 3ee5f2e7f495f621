"""A clinic with its people, and patients, for tests of this module and those above it."""

import datetime
from typing import Any

from django.test import Client

from betony.clinic.accounts import actors
from betony.clinic.accounts.models import Membership, Organization, User
from betony.clinic.patients import rules
from betony.clinic.patients.models import Patient
from betony.clinic.practice.models import Modality, Practitioner
from betony.kit import clock
from betony.kit.actor import Actor


def organization(*, name: str = "Meadowlark", slug: str = "meadowlark", country: str = "US") -> Organization:
    return Organization.objects.create(
        name=name, slug=slug, country=country, time_zone="America/New_York", currency="USD"
    )


def member(
    organization: Organization, *, role: str = "owner", first: str = "Alice", last: str = "Archer"
) -> Membership:
    """A person with a sign-in and a place in the organization."""
    email = f"{first}.{last}.{organization.slug}@example.com".lower()
    user = User.objects.create(email=email, first_name=first, last_name=last)
    return Membership.objects.create(
        organization=organization, user=user, role=role, joined_at=clock.now(), is_active=True
    )


def actor(membership: Membership) -> Actor:
    return actors.staff(membership)


def patient(organization: Organization, **fields: Any) -> Patient:
    """A stored patient, Carol Castle unless told otherwise."""
    now = clock.now()
    values = {
        "first_name": "Carol",
        "last_name": "Castle",
        "date_of_birth": datetime.date(1980, 4, 3),
        "created_at": now,
        "updated_at": now,
        **fields,
    }
    values.setdefault("email_key", rules.email_key(values.get("email", "")))
    return Patient.objects.create(organization=organization, **values)


def signed_in(membership: Membership) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(membership.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def practitioner(organization: Organization, *, first: str = "Nina", last: str = "Alvarez") -> Practitioner:
    """Somebody who treats people there."""
    who = member(organization, role="practitioner", first=first, last=last)
    return Practitioner.objects.create(
        organization=organization, membership=who, credential="ND", modality=Modality.NATUROPATHIC
    )
