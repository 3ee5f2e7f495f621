"""People and clinics for tests. All write through the application's role, as the servers do."""

import functools
import re
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.mail import EmailMessage
from django.test import Client

from betony.clinic.accounts import actors
from betony.clinic.accounts.models import Membership, Organization, User
from betony.clinic.accounts.permissions import Role
from betony.kit import clock
from betony.kit.actor import Actor
from betony.kit.identifiers import uuid7

PASSWORD = "a long enough password"


@functools.cache
def hashed() -> str:
    """Return PASSWORD hashed. Argon2id is slow by design, so this is done once for all tests."""
    return make_password(PASSWORD)


def organization(**values: Any) -> Organization:
    """Make a clinic; Canadian with country="CA"."""
    return Organization.objects.create(
        **{
            "name": "Meadowlark",
            "slug": f"clinic-{uuid7().hex}",
            "country": "US",
            "time_zone": "America/New_York",
            "currency": "USD",
            **values,
        }
    )


def user(**values: Any) -> User:
    """Make a person whose password is PASSWORD."""
    return User.objects.create(
        **{
            "email": f"{uuid7().hex}@example.com",
            "first_name": "Alice",
            "last_name": "Abbot",
            "password": hashed(),
            **values,
        }
    )


def member(role: Role = Role.OWNER, *, of: Organization | None = None, **values: Any) -> Membership:
    """Make a person with a role in a clinic, both new unless given (`of`, `user`)."""
    is_active = values.pop("is_active", True)
    person = values.pop("user", None) or user(**values)
    return Membership.objects.create(
        organization=of or organization(),
        user=person,
        role=role.value,
        joined_at=clock.now(),
        is_active=is_active,
    )


def actor(membership: Membership) -> Actor:
    """Return the member as the actor of an action."""
    return actors.staff(membership, ip="192.0.2.1", request_id="test")


def broken_trail(**options: Any) -> None:
    """Stand in for trail.record when the trail cannot be written."""
    raise RuntimeError("the trail is broken")


def link_in(message: EmailMessage) -> str:
    """Return the path of the one link in a mail."""
    found = re.search(r"http://localhost:8000(\S+)", str(message.body))
    assert found is not None
    return found[1]


def signed_in(membership: Membership, **options: Any) -> Client:
    """Return a browser in which the member is signed in."""
    client = Client(**options)
    client.force_login(membership.user)
    return client
