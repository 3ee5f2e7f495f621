"""Who does something: every action takes one as `by=`, every audit event names one."""

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

Kind = Literal["staff", "patient", "application", "system", "anonymous"]


class NotPermitted(Exception):
    """The person may not do this; views answer it as if the thing did not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person, a program or a job, with what it may do and where it came from.

    `id` is the account behind it, `membership_id` that account's place in the organization.
    """

    kind: Kind
    id: UUID | None = None
    name: str = ""
    organization_id: UUID | None = None
    membership_id: UUID | None = None
    role: str = ""
    permissions: frozenset[str] = frozenset()
    ip: str = ""
    request_id: str = ""

    @property
    def is_signed_in(self) -> bool:
        return self.kind in ("staff", "patient", "application")

    @property
    def organization(self) -> UUID:
        """The organization acted for; raises NotPermitted when there is none."""
        if self.organization_id is None:
            raise NotPermitted("no organization")
        return self.organization_id

    @property
    def membership(self) -> UUID:
        """The place in the organization acted from; raises NotPermitted when there is none."""
        if self.membership_id is None:
            raise NotPermitted("no membership")
        return self.membership_id

    def may(self, permission: str) -> bool:
        """Tell whether the actor holds the permission; jobs hold all of them."""
        return self.kind == "system" or permission in self.permissions

    def require(self, permission: str) -> None:
        """Pass when the actor holds the permission, else raise NotPermitted."""
        if not self.may(permission):
            raise NotPermitted(permission)

    def with_origin(self, *, ip: str, request_id: str) -> "Actor":
        """Return the same actor with the network address and the request it came from."""
        return replace(self, ip=ip, request_id=request_id)


ANONYMOUS = Actor(kind="anonymous")


def system(name: str, *, organization_id: UUID | None = None) -> Actor:
    """Return the actor of a job or command, named for what it does."""
    return Actor(kind="system", name=name, organization_id=organization_id)
