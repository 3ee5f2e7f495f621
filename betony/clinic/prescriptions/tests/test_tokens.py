"""A connection's tokens: refreshed once, sealed at rest, dead after a reset."""

import time
from datetime import timedelta

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.db import connection as database

from betony.clinic.prescriptions import provider
from betony.clinic.prescriptions.actions import revoking, tokens
from betony.clinic.prescriptions.dispensary import client, errors
from betony.clinic.prescriptions.models import Connection
from betony.clinic.prescriptions.tests import cast, worker
from betony.kit import clock, secrets_box, tenancy

REFRESH = "POST /api/oauth/token"


def ask(home, name="Alice"):
    """Call the dispensary with the user's connection, as a page or job does."""
    with tenancy.organization(home.pk):
        found = Connection.objects.select_related("dispensary").get(
            membership=home.members[name], ended_at=None
        )
    with tenancy.working_for(home.pk):
        return provider.call(found, lambda api: api.clinic().name)


def connection_of(home):
    with tenancy.organization(home.pk):
        return Connection.objects.order_by("-connected_at").first()


def refreshes(home):
    return home.server.calls[REFRESH] - 1


def test_a_fresh_token_is_used_as_it_is(connected):
    assert ask(connected) == "Meadowlark Dispensary"
    assert refreshes(connected) == 0


def test_a_token_about_to_expire_is_refreshed_first(connected):
    before = connection_of(connected)
    with time_machine.travel(before.access_expires_at - timedelta(seconds=30)):
        ask(connected)
        ask(connected)
    assert refreshes(connected) == 1
    assert connection_of(connected).token_version == before.token_version + 1


def test_a_refused_token_is_refreshed_and_asked_again(connected):
    connected.server.expire_all()
    assert ask(connected) == "Meadowlark Dispensary"
    assert refreshes(connected) == 1
    assert connection_of(connected).is_live


def test_a_refused_refresh_breaks_the_connection_and_loses_nothing(connected):
    connected.server.revoke_all()
    with pytest.raises(errors.NotConnected):
        ask(connected)
    broken = connection_of(connected)
    assert broken.broken_at is not None
    assert broken.ended_at is None
    before = connected.server.calls.total()
    with pytest.raises(errors.NotConnected):
        ask(connected)
    assert connected.server.calls.total() == before


@pytest.mark.parametrize("kind", ["down", "slow", "garbage", "half", "lost"])
def test_trouble_while_refreshing_passes(connected, kind):
    connected.server.expire_all()
    connected.server.trouble(kind, on=REFRESH)
    with pytest.raises(errors.Unavailable):
        ask(connected)
    assert connection_of(connected).is_live
    assert ask(connected) == "Meadowlark Dispensary"


@pytest.mark.parametrize(("status", "error"), [(401, "invalid_client"), (429, "slow down"), (500, "oops")])
def test_what_is_not_about_the_refresh_token_does_not_break_the_connection(connected, status, error):
    connected.server.expire_all()
    connected.server.trouble("refused", on=REFRESH, status=status, body={"error": error})
    with pytest.raises(errors.Unavailable):
        ask(connected)
    assert connection_of(connected).is_live


def test_a_reset_while_refreshing_revokes_the_new_pair(connected):
    connected.server.expire_all()

    def reset():
        with tenancy.organization(connected.pk):
            revoking.disconnect(by=connected.actor("Alice"))

    connected.server.meanwhile(reset, on=REFRESH)
    with pytest.raises(errors.NotConnected):
        ask(connected)
    worker.work()
    assert connected.server.living_grants == 0
    assert connection_of(connected).access_token_sealed == ""
    assert connected.server.calls["POST /api/oauth/revoke"] == 2


def test_who_is_overtaken_uses_what_the_other_worker_got(connected):
    connected.server.expire_all()

    def another_worker():
        """The lease was over; another has refreshed since."""
        with tenancy.organization(connected.pk):
            found = Connection.objects.get()
            found.access_token_sealed = secrets_box.seal("a newer token of the other worker")
            found.token_version += 1
            found.refreshing_until = None
            found.save()

    connected.server.meanwhile(another_worker, on=REFRESH)
    with tenancy.working_for(connected.pk):
        token, version = tokens.renewed_token(connection_of(connected).pk, stale_version=1)
    assert (token, version) == ("a newer token of the other worker", 2)
    assert connected.server.living_grants == 1
    assert "prescriptions.revoke" not in worker.work().ran


def test_newer_tokens_are_not_blamed_for_old_ones(connected):
    with tenancy.working_for(connected.pk):
        tokens.mark_broken(connection_of(connected).pk, version=0)
    assert connection_of(connected).is_live


def test_two_workers_at_once_refresh_once(at_once):
    home = cast.house()
    cast.connect(home)
    home.server.expire_all()
    home.server.watchers.append(lambda name: time.sleep(0.5) if name == REFRESH else None)
    results = at_once(*[lambda: ask(home)] * 4)
    assert results == ["Meadowlark Dispensary"] * 4
    assert refreshes(home) == 1


def everything_stored():
    """Return the text of every row of every table."""
    with database.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        )
        tables = [name for (name,) in cursor.fetchall()]
        text = ""
        for table in tables:
            cursor.execute(f"select coalesce(string_agg(t::text, chr(10)), '') from \"{table}\" t")  # noqa: S608  (names from the catalogue)
            text += cursor.fetchone()[0]
    return text


def test_no_token_stands_anywhere_in_the_database(connected):
    connected.server.expire_all()
    ask(connected)
    with tenancy.organization(connected.pk):
        revoking.disconnect(by=connected.actor("Alice"))
        cast.connect(connected)
        stored = everything_stored()
    pairs = [pair for grant in connected.server.tokens.grants for pair in grant.pairs]
    assert len(pairs) == 3
    assert "prescriptions.revoke" in stored
    assert "Meadowlark Dispensary" in stored
    for secret in [pair.access for pair in pairs] + [pair.refresh for pair in pairs]:
        assert secret not in stored


def test_tokens_sealed_with_an_older_key_still_open_and_new_ones_use_the_newest(connected, settings):
    newest = Fernet.generate_key().decode()
    settings.BETONY_KEY_RING = [newest, *settings.BETONY_KEY_RING]
    connected.server.expire_all()
    assert ask(connected) == "Meadowlark Dispensary"
    settings.BETONY_KEY_RING = [newest]
    assert ask(connected) == "Meadowlark Dispensary"


@pytest.mark.parametrize("is_interactive", [False, True])
def test_the_lease_outlives_the_longest_refresh_by_a_little(is_interactive):
    refreshing = client.HttpDispensary("us", is_interactive=is_interactive)._token_http.limits.total
    assert refreshing < tokens.LEASE.total_seconds() <= 15


def test_who_is_killed_while_refreshing_blocks_the_connection_for_a_quarter_minute_at_most(
    connected, monkeypatch
):
    monkeypatch.setattr(tokens, "PATIENCE_SECONDS", 0.2)
    connected.server.expire_all()
    with tenancy.working_for(connected.pk):
        assert tokens._take_lease(connection_of(connected))
    with pytest.raises(errors.Unavailable):
        ask(connected)
    with time_machine.travel(clock.now() + timedelta(seconds=16)):
        assert ask(connected) == "Meadowlark Dispensary"
    assert refreshes(connected) == 1
