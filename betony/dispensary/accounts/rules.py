"""What an application may be allowed to do, and which moves of a token are allowed. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

ALWAYS_GRANTED = "catalog:read"
SCOPES = (
    "catalog:read",
    "clinic:read",
    "clinic:write",
    "patients:read",
    "patients:write",
    "patients:treatment_plan_history",
    "patients:order_history",
)


def granted_scopes(of_application: Iterable[str]) -> list[str]:
    """Return the scopes a new token gets: the application's own, in one order, and the one always granted."""
    wanted = {*of_application, ALWAYS_GRANTED}
    return [scope for scope in SCOPES if scope in wanted]


def scope_group(scope: str) -> str:
    """Return the group of a scope: `catalog` for `catalog:read`."""
    return scope.split(":", 1)[0]


@dataclass(frozen=True, slots=True)
class Sharing:
    """What the scopes let through, as keys of the sentences on the consent page."""

    to_application: tuple[str, ...]
    from_application: tuple[str, ...]


_OUTWARD = (
    "catalog:read",
    "clinic:read",
    "patients:read",
    "patients:treatment_plan_history",
    "patients:order_history",
)
_INWARD = ("clinic:write", "patients:write")


def sharing(scopes: Iterable[str]) -> Sharing:
    """Return what the application will see, and what it may send or change here."""
    held = set(scopes)
    return Sharing(
        to_application=tuple(scope for scope in _OUTWARD if scope in held),
        from_application=tuple(scope for scope in _INWARD if scope in held),
    )


def replaced_by(pair: UUID, live: Mapping[UUID, UUID | None]) -> set[UUID]:
    """Return the live pairs that the pair was refreshed from, over any number of steps.

    `live` says of each live pair which one it was refreshed from.
    """
    found: set[UUID] = set()
    previous = live.get(pair)
    while previous is not None and previous in live:
        found.add(previous)
        previous = live[previous]
    return found
