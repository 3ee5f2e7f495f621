"""An old key can be put away once `reseal` has run (guarantee 17)."""

import io

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command

from betony.dispensary.accounts import factories as accounts
from betony.dispensary.webhooks import factories
from betony.kit import secrets_box


@pytest.mark.django_db
def test_after_it_the_new_key_alone_opens_the_secrets_of_webhooks(settings) -> None:
    endpoint = factories.endpoint(accounts.application())
    new = Fernet.generate_key().decode()
    settings.BETONY_KEY_RING = [new, *settings.BETONY_KEY_RING]
    said = io.StringIO()
    call_command("reseal", stdout=said)
    assert "Older keys can be taken off" in said.getvalue()
    settings.BETONY_KEY_RING = [new]
    endpoint.refresh_from_db()
    assert secrets_box.open_sealed(endpoint.secrets[0]) == factories.SECRET
    assert secrets_box.open_sealed(endpoint.challenge_token) == factories.CHALLENGE
