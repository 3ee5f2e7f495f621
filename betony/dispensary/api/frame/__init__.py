"""What every operation of the API gets: sign-in by token, scopes, reading, paging, errors, idempotency."""

from betony.dispensary.api.frame.answers import Answer, Body, Invalid, NotFound, Refused, created, timestamp
from betony.dispensary.api.frame.calls import Call
from betony.dispensary.api.frame.fields import Fields
from betony.dispensary.api.frame.paging import asked_page, between_dates, meta, page, sort
from betony.dispensary.api.frame.routing import operation, route

__all__ = [
    "Answer",
    "Body",
    "Call",
    "Fields",
    "Invalid",
    "NotFound",
    "Refused",
    "asked_page",
    "between_dates",
    "created",
    "meta",
    "operation",
    "page",
    "route",
    "sort",
    "timestamp",
]
