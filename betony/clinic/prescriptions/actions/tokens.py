"""Keeping a connection's tokens alive: one worker refreshes, the others wait for what it gets.

These functions open short transactions of their own; none may be open around them.
"""

import time
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse

from betony.clinic.prescriptions import events as our_events
from betony.clinic.prescriptions import provider
from betony.clinic.prescriptions.actions import revoking
from betony.clinic.prescriptions.dispensary import errors, shapes, wire
from betony.clinic.prescriptions.models import Connection
from betony.kit import clock, events, secrets_box, tenancy
from betony.kit.actor import Actor, system
from betony.kit.audit import trail

REFRESH_BEFORE = timedelta(seconds=60)
# Longer than the longest refresh, with the noting of it: two at once would each end what the other got. No longer
# either, for whoever is killed while refreshing keeps the connection to themselves until the lease ends.
LEASE = timedelta(seconds=wire.PATIENCE_FOR_TOKENS.total + 5)
PATIENCE_SECONDS = 8
IMPATIENCE_SECONDS = 4


def redirect_uri() -> str:
    """Return the address the dispensary sends the browser back to, exactly as it is registered there."""
    return f"{settings.BETONY_PUBLIC_URL}{reverse('fullscript:complete_connection')}"


def valid_token(connection_id: UUID, *, is_interactive: bool = False) -> tuple[str, int]:
    """Return a usable access token and its version, refreshing when it is about to expire.

    Raises NotConnected when the connection is over, Unavailable when no answer came.
    """
    connection = _load(connection_id)
    if connection.access_expires_at - REFRESH_BEFORE > clock.now():
        return secrets_box.open_sealed(connection.access_token_sealed), connection.token_version
    return renewed_token(connection_id, stale_version=connection.token_version, is_interactive=is_interactive)


def renewed_token(
    connection_id: UUID, *, stale_version: int, is_interactive: bool = False
) -> tuple[str, int]:
    """Return a token newer than the stale version: ours, or the one another worker is getting.

    Raises NotConnected when the dispensary refuses the refresh (the connection is then marked broken),
    Unavailable when no answer came.
    """
    deadline = time.monotonic() + (IMPATIENCE_SECONDS if is_interactive else PATIENCE_SECONDS)
    while time.monotonic() < deadline:
        connection = _load(connection_id)
        if connection.token_version > stale_version:
            return secrets_box.open_sealed(connection.access_token_sealed), connection.token_version
        if _take_lease(connection):
            return _refresh(connection, is_interactive=is_interactive)
        time.sleep(0.1)
    raise errors.Unavailable("another refresh is under way")


def _load(connection_id: UUID) -> Connection:
    with tenancy.organization():
        connection = Connection.objects.select_related("dispensary").filter(pk=connection_id).first()
    if connection is None or not connection.is_live:
        raise errors.NotConnected("no live connection")
    return connection


def _take_lease(connection: Connection) -> bool:
    now = clock.now()
    with tenancy.organization():
        return bool(
            Connection.objects.live()
            .filter(pk=connection.pk, token_version=connection.token_version)
            .filter(Q(refreshing_until=None) | Q(refreshing_until__lt=now))
            .update(refreshing_until=now + LEASE)
        )


def _refresh(connection: Connection, *, is_interactive: bool) -> tuple[str, int]:
    dispensary = provider.api(connection.dispensary.environment, is_interactive=is_interactive)
    try:
        fresh = dispensary.refresh(
            refresh_token=secrets_box.open_sealed(connection.refresh_token_sealed),
            redirect_uri=redirect_uri(),
        )
    except errors.CodeRefused as error:
        mark_broken(connection.pk, version=connection.token_version)
        raise errors.NotConnected("refresh refused") from error
    except errors.DispensaryError:
        with tenancy.organization():
            Connection.objects.filter(pk=connection.pk).update(refreshing_until=None)
        raise
    if _keep(connection, fresh):
        return fresh.access_token, connection.token_version + 1
    return _overtaken(connection, fresh)


def _keep(connection: Connection, fresh: shapes.Tokens) -> bool:
    """Keep the new pair and tell whether the connection still waited for it."""
    with tenancy.organization():
        kept = (
            Connection.objects.current()
            .filter(pk=connection.pk, token_version=connection.token_version)
            .update(
                access_token_sealed=secrets_box.seal(fresh.access_token),
                refresh_token_sealed=secrets_box.seal(fresh.refresh_token),
                access_expires_at=clock.now() + timedelta(seconds=fresh.expires_in),
                token_version=F("token_version") + 1,
                refreshing_until=None,
            )
        )
        if kept:
            trail.record(by=_refresher(), action="prescriptions.tokens_refreshed", subject=connection)
    return bool(kept)


def _overtaken(connection: Connection, fresh: shapes.Tokens) -> tuple[str, int]:
    """Return what another worker got meanwhile; when the connection is over, the new pair must not live on."""
    with tenancy.organization() as organization_id:
        now = Connection.objects.live().filter(pk=connection.pk).first()
        if now is None:
            revoking.queue_revocation(
                organization_id=organization_id,
                environment=connection.dispensary.environment,
                token_sealed=secrets_box.seal(fresh.access_token),
            )
    if now is None:
        raise errors.NotConnected("reset meanwhile")
    return secrets_box.open_sealed(now.access_token_sealed), now.token_version


def mark_broken(connection_id: UUID, *, version: int) -> None:
    """Note that the dispensary no longer accepts the connection with its tokens of this version.

    Nothing else is lost. Newer tokens, which another worker has got meanwhile, are not blamed.
    """
    with tenancy.organization() as organization_id:
        rows = Connection.objects.live().filter(pk=connection_id, token_version=version)
        if rows.update(broken_at=clock.now()):
            broken = Connection.objects.get(pk=connection_id)
            trail.record(by=_refresher(), action="prescriptions.connection_broke", subject=broken)
            events.publish(
                our_events.ConnectionBroke(organization_id=organization_id, connection_id=connection_id)
            )


def _refresher() -> Actor:
    return system("prescriptions.tokens", organization_id=tenancy.current())
