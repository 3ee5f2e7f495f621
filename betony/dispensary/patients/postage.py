"""How many letters may leave for a practice whose owner has not confirmed the email yet.

Anybody can open a dispensary with any name and any email. Until its owner has proved to be somebody, it can write to
a few people a day, so that it can be tried, and not to a crowd in somebody else's name.
"""

from uuid import UUID

from betony.dispensary.accounts import queries
from betony.kit.rate_limits import counting

DAY = 24 * 60 * 60
A_DISPENSARY = counting.Limit("dispensary.letters.unconfirmed", most=10, window_seconds=DAY)
# Whoever opens many dispensaries has no more than this for all of them.
ALL_TOGETHER = counting.Limit("dispensary.letters.unconfirmed.all", most=200, window_seconds=DAY)


def is_short(organization_id: UUID) -> bool:
    """Tell whether the practice's letters must wait until its owner has confirmed the email."""
    if queries.owner_has_confirmed(organization_id):
        return False
    return counting.is_reached(A_DISPENSARY, str(organization_id)) or counting.is_reached(ALL_TOGETHER, "all")


def note_sent(organization_id: UUID) -> None:
    """Count a letter that has left."""
    if not queries.owner_has_confirmed(organization_id):
        counting.hit(A_DISPENSARY, str(organization_id))
        counting.hit(ALL_TOGETHER, "all")
