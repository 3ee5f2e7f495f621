"""Putting away what is over."""

from datetime import timedelta

from django.contrib.sessions.models import Session

from betony.clinic.accounts.models import StaffSession
from betony.kit import clock
from betony.kit.rate_limits import counting

ENDED_SESSIONS_KEPT = timedelta(days=30)


def sweep() -> None:
    """Delete Django's expired sessions, our own a month after their last use, and counters that are over.

    The trail keeps that they were, so this leaves no event.
    """
    now = clock.now()
    Session.objects.filter(expire_date__lt=now).delete()
    StaffSession.objects.filter(seen_at__lt=now - ENDED_SESSIONS_KEPT).delete()
    counting.sweep()
