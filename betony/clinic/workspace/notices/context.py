"""What every page of the clinic shows of the inbox: how many notices are unread, by one query."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from betony.clinic.workspace.notices import queries, shown
from betony.kit import tenancy
from betony.kit.actor import ANONYMOUS, Actor


@dataclass(frozen=True, slots=True)
class InboxButton:
    """The button in the top bar. `etag` is what an open page asks with."""

    unread: int
    words: str
    etag: str
    template: str = "workspace/notices/button.html"


def inbox(request: HttpRequest) -> dict[str, Any]:
    """Return `inbox` for the shell; asked for only where the shell is drawn, and None for strangers."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return {"inbox": SimpleLazyObject(lambda: button(actor))}


def button(actor: Actor) -> InboxButton | None:
    """Return the button of the actor's own inbox; None for who has no place in an organization."""
    if actor.organization_id is None or actor.membership_id is None:
        return None
    with tenancy.reading(actor.organization_id):
        standing = queries.standing(actor)
    return InboxButton(
        unread=standing.unread, words=shown.count_words(standing.unread), etag=etag(actor, standing.version)
    )


def etag(actor: Actor, version: int) -> str:
    """Return the tag of the count: another one for every member, role, language and version of the inbox."""
    return f'"{actor.membership_id}-{actor.role}-{get_language()}-{version}"'
