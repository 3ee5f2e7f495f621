"""One call of a program: who asks, for which dispensary, with what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict

from betony.dispensary.accounts.models import Application, Organization
from betony.dispensary.accounts.oauth.actions import ResourceOwner
from betony.dispensary.api.frame.fields import Fields
from betony.kit.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What an operation gets. It runs in the dispensary's transaction, and errors undo what it did."""

    actor: Actor
    application: Application
    organization: Organization
    integration_id: UUID
    owner: ResourceOwner
    query: QueryDict
    body: Mapping[str, Any]

    @property
    def organization_id(self) -> UUID:
        return self.organization.pk

    def fields(self) -> Fields:
        """Return a reader of the body."""
        return Fields(self.body)

    def parameters(self) -> Fields:
        """Return a reader of the address's parameters; `name[]` and repeated names are lists."""
        values: dict[str, Any] = {}
        for name, found in self.query.lists():
            if name.endswith("[]"):
                values[name[:-2]] = list(found)
            else:
                values[name] = found[-1] if len(found) == 1 else list(found)
        return Fields(values)

    def parameter(self, name: str, default: str = "") -> str:
        """Return one parameter of the address as text without control characters."""
        value = str(self.query.get(name, default))[:500]
        return "".join(letter for letter in value if letter.isprintable()).strip()
