"""What happens to accounts that other modules act on."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MembershipDeactivated:
    """A person may not work for the organization any more; the sessions are ended already."""

    organization_id: UUID
    membership_id: UUID
    user_id: UUID
