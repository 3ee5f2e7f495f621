"""An old key can be put away once `reseal` has run (guarantee 17)."""

import io

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection as database

from betony.clinic.prescriptions import provider
from betony.clinic.prescriptions.actions import envelopes, revoking
from betony.clinic.prescriptions.models import Connection, WebhookEnvelope
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import resealing, secrets_box, tenancy


@pytest.fixture
def new_key(settings):
    """A new key stands in front of the one that everything is sealed with."""
    key = Fernet.generate_key().decode()
    settings.BETONY_KEY_RING = [key, *settings.BETONY_KEY_RING]
    return key


def reseal():
    said = io.StringIO()
    call_command("reseal", stdout=said)
    return said.getvalue()


def test_after_it_the_new_key_alone_opens_tokens_envelopes_and_what_jobs_carry(connected, settings, new_key):
    settings.BETONY_KEY_RING = settings.BETONY_KEY_RING[1:]
    other = cast.house(name="Thistle", server=connected.server)
    cast.connect(other)
    with tenancy.organization(other.pk):
        revoking.queue_revocation(
            organization_id=other.pk, environment="us", token_sealed=secrets_box.seal("a token to revoke")
        )
    envelopes.keep_envelope(environment="us", event_id="1", event_type="order.placed", body='{"a": 1}')
    settings.BETONY_KEY_RING = [new_key, *settings.BETONY_KEY_RING]
    assert "Older keys can be taken off" in reseal()
    settings.BETONY_KEY_RING = [new_key]
    for home in (connected, other):
        with tenancy.organization(home.pk):
            mine = Connection.objects.select_related("dispensary").get()
        with tenancy.working_for(home.pk):
            assert provider.call(mine, lambda api: api.clinic().name)
    assert secrets_box.open_sealed(WebhookEnvelope.objects.get().body_sealed) == '{"a": 1}'
    with database.cursor() as cursor:
        cursor.execute("select args->>'token_sealed' from procrastinate_jobs where args ? 'token_sealed'")
        assert [secrets_box.open_sealed(row[0]) for row in cursor.fetchall()] == ["a token to revoke"]


def test_a_second_run_finds_nothing_to_do(connected, new_key):
    assert reseal().startswith("3 secrets")
    assert reseal().startswith("0 secrets")


def test_a_token_refreshed_meanwhile_is_not_overwritten(connected, new_key, monkeypatch):
    fresh, reseal_one = secrets_box.seal("refreshed meanwhile"), secrets_box.reseal

    def while_it_is_refreshed(token):
        with tenancy.organization(connected.pk):
            Connection.objects.update(access_token_sealed=fresh)
        return reseal_one(token)

    monkeypatch.setattr(secrets_box, "reseal", while_it_is_refreshed)
    reseal()
    with tenancy.organization(connected.pk):
        assert secrets_box.open_sealed(Connection.objects.get().access_token_sealed) == "refreshed meanwhile"


def test_what_no_key_opens_is_named_and_left_as_it_is(connected, settings):
    worker.work()
    with tenancy.organization(connected.pk):
        before = Connection.objects.get().access_token_sealed
    settings.BETONY_KEY_RING = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError):
        reseal()
    with tenancy.organization(connected.pk):
        assert Connection.objects.get().access_token_sealed == before


def test_many_rows_are_taken_in_batches(db, new_key, settings, monkeypatch):
    monkeypatch.setattr(resealing, "ROWS_AT_ONCE", 2)
    settings.BETONY_KEY_RING = settings.BETONY_KEY_RING[1:]
    for number in range(5):
        envelopes.keep_envelope(environment="us", event_id=str(number), event_type="x", body="{}")
    settings.BETONY_KEY_RING = [new_key, *settings.BETONY_KEY_RING]
    assert reseal().startswith("5 secrets")
    assert all(secrets_box.is_newest(one.body_sealed) for one in WebhookEnvelope.objects.all())
