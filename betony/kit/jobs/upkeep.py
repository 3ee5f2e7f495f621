"""What both servers do by the clock: put away what is over."""

from django.contrib.sessions.models import Session

from betony.kit import clock
from betony.kit.jobs.queue import every
from betony.kit.rate_limits import counting


@every("23 * * * *", "kit.sweep")
def sweep() -> None:
    """Delete, every hour, expired sessions and the counters of limits whose window is over."""
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    counting.sweep()
