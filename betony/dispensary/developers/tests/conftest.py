"""A developer of some dispensary, signed in."""

import pytest
from django.test import Client

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import User


@pytest.fixture
def developer() -> User:
    return accounts.user(accounts.organization(), is_developer=True)


@pytest.fixture
def browser(client: Client, developer: User) -> Client:
    client.force_login(developer)
    return client
