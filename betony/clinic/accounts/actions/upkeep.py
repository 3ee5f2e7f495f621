"""Putting away what is over."""

from datetime import timedelta

from betony.clinic.accounts.models import StaffSession
from betony.kit import clock

ENDED_SESSIONS_KEPT = timedelta(days=30)


def sweep() -> None:
    """Delete our own sessions a month after their last use. The trail keeps that they were: no event.

    Django's sessions and the counters of limits are swept by the kit.
    """
    StaffSession.objects.filter(seen_at__lt=clock.now() - ENDED_SESSIONS_KEPT).delete()
