"""Getting hold of the dispensary: the client of an environment, and calls with a user's tokens.

Nothing here may run inside a transaction.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, TypeVar
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from betony.clinic.prescriptions.dispensary import errors
from betony.clinic.prescriptions.dispensary.client import HttpDispensary

if TYPE_CHECKING:
    from betony.clinic.prescriptions.models import Connection

Value = TypeVar("Value")


class Maker(Protocol):
    """What makes a client: the real one, or the tests' verified fake."""

    def __call__(
        self, environment: str, token: str = "", *, is_interactive: bool = False
    ) -> HttpDispensary: ...


@lru_cache(maxsize=2)
def _maker(path: str) -> Maker:
    maker: Maker = import_string(path)
    return maker


def is_set_up(environment: str) -> bool:
    """Tell whether this server was told where the dispensary of this environment is."""
    return bool(settings.BETONY_FULLSCRIPT[environment]["api_url"])


def api(environment: str, token: str = "", *, is_interactive: bool = False) -> HttpDispensary:
    """Return a client of this environment ("us" or "ca"). Raises NotConnected where none is set up."""
    if not is_set_up(environment):
        raise errors.NotConnected("no dispensary is set up")
    return _maker(settings.BETONY_DISPENSARY_CLIENT)(environment, token, is_interactive=is_interactive)


def call(
    connection: "Connection", ask: Callable[[HttpDispensary], Value], *, is_interactive: bool = False
) -> Value:
    """Return what `ask` gets from the dispensary with this connection's token.

    A refused token is refreshed once and asked again (a refused call did nothing there). Raises the
    errors of the client; after NotConnected the connection is marked broken.
    """
    from betony.clinic.prescriptions.actions import tokens

    environment = connection.dispensary.environment
    token, version = tokens.valid_token(connection.pk, is_interactive=is_interactive)
    try:
        return ask(api(environment, token, is_interactive=is_interactive))
    except errors.NotConnected:
        token, version = tokens.renewed_token(
            connection.pk, stale_version=version, is_interactive=is_interactive
        )
    try:
        return ask(api(environment, token, is_interactive=is_interactive))
    except errors.NotConnected:
        tokens.mark_broken(connection.pk, version=version)
        raise


def call_any(
    organization_id: UUID, ask: Callable[[HttpDispensary], Value], *, is_interactive: bool = False
) -> Value:
    """Return what `ask` gets with any live connection of the organization.

    Raises NotConnected when there is none that works, Forbidden when none of those covers this.
    """
    from betony.clinic.prescriptions import queries

    refusal: errors.DispensaryError = errors.NotConnected("nobody is connected")
    for connection in queries.live_connections(organization_id):
        try:
            return call(connection, ask, is_interactive=is_interactive)
        except errors.NotConnected:
            continue
        except errors.Forbidden as error:
            refusal = error
    raise refusal
