"""Who listens to what: event class to the names of the jobs that are queued for it."""

from collections.abc import Mapping, Sequence

SUBSCRIPTIONS: Mapping[type, Sequence[str]] = {}
