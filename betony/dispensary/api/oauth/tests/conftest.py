"""Nina owns Meadowlark Dispensary and is signed in; an application may ask her."""

import pytest
from django.test import Client

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.accounts.models import Application, Organization
from betony.dispensary.practices import factories as practices
from betony.dispensary.practices.models import Practitioner
from betony.kit import tenancy


@pytest.fixture
def shop() -> Organization:
    return accounts.organization(name="Meadowlark Dispensary")


@pytest.fixture
def nina(shop: Organization) -> Practitioner:
    with tenancy.organization(shop.pk):
        return practices.practitioner(shop, is_owner=True, first_name="Nina", last_name="Alvarez")


@pytest.fixture
def app() -> Application:
    return accounts.application(name="Meadowlark Integrative Health")


@pytest.fixture
def browser(client: Client, nina: Practitioner) -> Client:
    client.force_login(nina.user)
    return client
