"""What gunicorn does once before it forks: load what the first request would load in every process again."""

from django.template import engines
from django.urls import get_resolver


def when_ready(_arbiter: object) -> None:
    """Load all addresses, and with them all views, so that the processes share their memory."""
    _ = get_resolver().url_patterns
    engines.all()
