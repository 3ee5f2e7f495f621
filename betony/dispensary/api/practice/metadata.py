"""GET /api/clinic/metadata: from the id an application gave a record back to the record.

Other parts of the API make their records findable with `register`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from betony.dispensary.accounts import rules
from betony.dispensary.api import frame
from betony.dispensary.api.frame.answers import ScopeMissing
from betony.dispensary.api.practice import shapes
from betony.dispensary.practices import access, queries
from betony.dispensary.practices.models import Practitioner, Staff


@dataclass(frozen=True, slots=True)
class Source:
    """How records of one type are found by the calling application's id, written, and by whom they may be read.

    `find` takes an id, or nothing for every record that has one; `write` gives each record's whole form, with its
    `metadata`; of the scopes one is needed.
    """

    find: Callable[[frame.Call, str], QuerySet[Any]]
    write: Callable[[frame.Call, Sequence[Any]], list[Any]]
    any_of: tuple[str, ...]

    def check(self, scopes: frozenset[str]) -> None:
        """Pass when a scope suffices, else raise ScopeMissing."""
        if scopes.isdisjoint(self.any_of):
            raise ScopeMissing(rules.scope_group(self.any_of[0]))


SOURCES: dict[str, Source] = {}


def register(kind: str, source: Source) -> None:
    """Let records of this type be found."""
    SOURCES[kind] = source


@frame.operation("catalog:read")
def find_metadata(call: frame.Call) -> frame.Body:
    """Answer a page of the records with this metadata id, of one type or of every type the token may read.

    Without an id these are all records that the calling application has given one.
    """
    kind, wanted = call.parameter("type"), call.parameter("id")
    if kind and kind not in SOURCES:
        raise frame.Invalid(["Type is not included in the list"])
    if kind:
        SOURCES[kind].check(call.actor.permissions)
    asked = frame.asked_page(call)
    found: list[Mapping[str, Any]] = []
    count = 0
    for name, source in SOURCES.items():
        if name != (kind or name) or call.actor.permissions.isdisjoint(source.any_of):
            continue
        # The types follow one another in one list, of which the page is a stretch.
        rows, before = source.find(call, wanted), count
        count += rows.count()
        start, end = (max(0, place - before) for place in (asked.start, asked.start + asked.size))
        if start < end:
            written = source.write(call, list(rows[start:end]))
            found += [{"id": one["metadata"]["id"], "type": name, "data": one} for one in written]
    return {"metadata": found, "meta": frame.meta(asked, count)}


def _practitioners(call: frame.Call, wanted: str) -> QuerySet[Practitioner]:
    rows = access.practitioners(call.organization_id)
    return queries.referred_to(rows, application_id=call.application.pk, value=wanted).order_by(
        "created_at", "pk"
    )


def _staff(call: frame.Call, wanted: str) -> QuerySet[Staff]:
    rows = access.staff(call.organization_id)
    return queries.referred_to(rows, application_id=call.application.pk, value=wanted).order_by(
        "created_at", "pk"
    )


def _write_practitioners(call: frame.Call, found: Sequence[Practitioner]) -> list[shapes.Json]:
    known = queries.references(application_id=call.application.pk, people=found)
    return [shapes.practitioner(one, reference=known.get(one.user_id)) for one in found]


def _write_staff(call: frame.Call, found: Sequence[Staff]) -> list[shapes.Json]:
    known = queries.references(application_id=call.application.pk, people=found)
    return [shapes.staff(one, reference=known.get(one.user_id)) for one in found]


register("practitioner", Source(_practitioners, _write_practitioners, ("clinic:read",)))
register("staff", Source(_staff, _write_staff, ("clinic:read",)))
