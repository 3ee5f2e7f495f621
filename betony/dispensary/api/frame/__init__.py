"""What every operation of the API gets: sign-in by token, scopes, reading, paging, errors, idempotency."""

from betony.dispensary.api.frame.answers import Answer, Body, Invalid, NotFound, Refused, created, timestamp
from betony.dispensary.api.frame.calls import Call
from betony.dispensary.api.frame.fields import Fields
from betony.dispensary.api.frame.paging import between_dates, page, sort
from betony.dispensary.api.frame.routing import operation, route

__all__ = [
    "Answer",
    "Body",
    "Call",
    "Fields",
    "Invalid",
    "NotFound",
    "Refused",
    "between_dates",
    "created",
    "operation",
    "page",
    "route",
    "sort",
    "timestamp",
]
