"""What a page needs to keep a form that is typed into, and to offer what was typed into it before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from betony.clinic.unfinished import queries
from betony.kit import clock, secrets_box, tenancy
from betony.kit.actor import ANONYMOUS, Actor
from betony.kit.identifiers import read_uuid, uuid7

# The field by which a form says, when it is sent, which unfinished one it was.
FIELD = "unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something that was begun: when, when it was last typed into, and what stands in it."""

    id: UUID
    began_at: datetime
    typed_at: datetime
    typed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A form on a page: by which id it is kept from now on, and what was begun before."""

    id: str
    path: str
    field: str
    keep_url: str
    throw_away_url: str
    offer: Offer | None


def unfinished(request: HttpRequest) -> dict[str, Any]:
    """Return `unfinished` for every template: a function of a form's address, which asks once it is called."""
    return {"unfinished": lambda action: _kept(request, action)}


def _kept(request: HttpRequest, action: str) -> Kept | None:
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    if actor.organization_id is None or actor.membership_id is None:
        return None
    path = urlsplit(action or request.path).path
    return Kept(
        # Drawn again with its errors it is still the same form.
        id=str(read_uuid(request.POST.get(FIELD, "")) or uuid7()),
        path=path, field=FIELD,
        keep_url=reverse("unfinished:keep_typing"), throw_away_url=reverse("unfinished:throw_away"),
        offer=_offer(actor.organization_id, actor.membership_id, path) if request.method == "GET" else None,
    )  # fmt: skip


def _offer(organization_id: UUID, membership_id: UUID, path: str) -> Offer | None:
    with tenancy.reading(organization_id):
        found = queries.latest(membership_id=membership_id, path=path, now=clock.now())
    if found is None:
        return None
    try:
        typed = secrets_box.open_sealed(found.typed_sealed)
    except secrets_box.CannotOpen:
        # The key is gone. It was no record, and there is nothing to be said about it.
        return None
    return Offer(id=found.pk, began_at=found.began_at, typed_at=found.typed_at, typed=typed)
