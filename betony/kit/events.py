"""Something happened: the publisher names it, the server's one table says who listens."""

import dataclasses
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from betony.kit.jobs import queue


class Event(Protocol):
    """A frozen dataclass of ids and short texts whose first field is the organization."""

    @property
    def organization_id(self) -> UUID: ...

    @property
    def __dataclass_fields__(self) -> dict[str, Any]: ...


@lru_cache(maxsize=1)
def subscriptions() -> Mapping[type, Sequence[str]]:
    """Return the server's table: event class to the names of the jobs that listen."""
    table: Mapping[type, Sequence[str]] = import_string(settings.BETONY_SUBSCRIPTIONS)
    return table


def publish(event: Event) -> None:
    """Queue one job per listener, in the transaction that is open; nothing runs here."""
    values = {name: getattr(event, name) for name in dataclasses.asdict(event)}  # type: ignore[call-overload]
    for job_name in subscriptions().get(type(event), ()):
        queue.queue_by_name(job_name, values)
