"""GET /api/clinic/metadata: from the id an application gave a record back to the record.

Other parts of the API make their records findable with `register`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from betony.dispensary.accounts import rules
from betony.dispensary.api import frame
from betony.dispensary.api.frame.answers import ScopeMissing
from betony.dispensary.api.practice import shapes
from betony.dispensary.practices import access

Find = Callable[[frame.Call, str], Iterable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Source:
    """How records of one type are found by their metadata id, and one of the scopes that lets them be read."""

    find: Find
    any_of: tuple[str, ...]

    def check(self, scopes: frozenset[str]) -> None:
        """Pass when a scope suffices, else raise ScopeMissing."""
        if scopes.isdisjoint(self.any_of):
            raise ScopeMissing(rules.scope_group(self.any_of[0]))


SOURCES: dict[str, Source] = {}


def register(kind: str, find: Find, *any_of: str) -> None:
    """Let records of this type be found: `find(call, metadata_id)` returns their full objects.

    Each object has an `id`; `any_of` are the scopes of which one is needed.
    """
    SOURCES[kind] = Source(find, any_of)


@frame.operation("catalog:read")
def find_metadata(call: frame.Call) -> frame.Body:
    """Answer the records with this metadata id, of one type or of every type the token may read."""
    kind, wanted = call.parameter("type"), call.parameter("id")
    if kind and kind not in SOURCES:
        raise frame.Invalid(["Type is not included in the list"])
    if kind:
        SOURCES[kind].check(call.actor.permissions)
    found = []
    for name, source in SOURCES.items() if wanted else ():
        if name == (kind or name) and not call.actor.permissions.isdisjoint(source.any_of):
            found += [{"id": wanted, "type": name, "data": data} for data in source.find(call, wanted)]
    return {"metadata": found}


def _practitioners(call: frame.Call, wanted: str) -> Iterable[Mapping[str, Any]]:
    return map(
        shapes.practitioner, access.practitioners(call.organization_id).filter(metadata_id=wanted)[:100]
    )


def _staff(call: frame.Call, wanted: str) -> Iterable[Mapping[str, Any]]:
    return map(shapes.staff, access.staff(call.organization_id).filter(metadata_id=wanted)[:100])


register("practitioner", _practitioners, "clinic:read")
register("staff", _staff, "clinic:read")
