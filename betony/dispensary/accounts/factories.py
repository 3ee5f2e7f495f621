"""Records for tests: dispensaries, people who sign in, applications and their tokens."""

from functools import lru_cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from betony.dispensary.accounts.models import Application, Organization, Role, User
from betony.dispensary.accounts.rules import SCOPES
from betony.dispensary.accounts.secrets import digest_of

PASSWORD = "a long enough password"
CLIENT_SECRET = "the-secret-of-the-application"

_numbers = count(1)


@lru_cache
def _hashed(password: str) -> str:
    """Argon2id takes its time: once for all the people of a test run."""
    return make_password(password)


def organization(**values: Any) -> Organization:
    """Return a new dispensary."""
    number = next(_numbers)
    return Organization.objects.create(
        **{
            "name": f"Dispensary {number}",
            "slug": f"dispensary-{number}",
            "country": "US",
            "time_zone": "America/New_York",
            "currency": "USD",
            **values,
        }
    )


def user(organization: Organization, *, password: str = PASSWORD, **values: Any) -> User:
    """Return a new sign-in, a practitioner's unless `role` says otherwise."""
    number = next(_numbers)
    person = User(
        **{
            "organization": organization,
            "email": f"person{number}@dispensary.example",
            "first_name": "Ada",
            "last_name": f"Number{number}",
            "role": Role.PRACTITIONER,
            **values,
        }
    )
    person.password = _hashed(password)
    person.save()
    return person


def application(**values: Any) -> Application:
    """Return a new application whose client secret is CLIENT_SECRET."""
    number = next(_numbers)
    return Application.objects.create(
        **{
            "name": "Some clinic software",
            "client_id": f"client-id-of-application-{number}",
            "client_secret_digest": digest_of(CLIENT_SECRET),
            "public_key": f"public-key-{number}",
            "redirect_uris": ["https://clinic.example/callback"],
            "origins": ["https://clinic.example"],
            "scopes": list(SCOPES),
            **values,
        }
    )
