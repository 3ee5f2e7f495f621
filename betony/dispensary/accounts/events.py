"""What happens between dispensaries and applications."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class GrantCreated:
    """Somebody let an application act for them; `is_first`: nobody else here had."""

    organization_id: UUID
    application_id: UUID
    integration_id: UUID
    grant_id: UUID
    is_first: bool


@dataclass(frozen=True, slots=True)
class GrantRevoked:
    """An application may no longer act for somebody; `is_last`: nor for anybody else here.

    `is_by_application`: it gave the access back itself, or showed by a token that came twice that it has lost it.
    """

    organization_id: UUID
    application_id: UUID
    integration_id: UUID
    grant_id: UUID
    is_last: bool
    is_by_application: bool


@dataclass(frozen=True, slots=True)
class OwnerConfirmed:
    """The owner of a dispensary has confirmed the email: it may write to whom it likes."""

    organization_id: UUID
