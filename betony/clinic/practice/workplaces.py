"""Where a session works: the place its pages are drawn for, kept in the session so that no page asks for it."""

import dataclasses
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from betony.clinic.accounts.models import StaffSession
from betony.clinic.practice import actions
from betony.clinic.practice.rules import Place
from betony.kit.ui import words

_FIELDS = {field.name for field in dataclasses.fields(Place)}


class PlaceMiddleware:
    """Draws pages in the time zone and with the dates of the place where the member works; sets `request.place`.

    Stands behind accounts' middleware, which says who asks. The trail, mails and jobs know no place.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        session: StaffSession | None = getattr(request, "staff_session", None)
        place = of(session) if session is not None else Place()
        request.place = place  # type: ignore[attr-defined]  # Django's requests carry attributes
        if not place.name:
            return self.get_response(request)
        with timezone.override(ZoneInfo(place.time_zone)), words.writing_dates(place.date_pattern):
            return self.get_response(request)


def of(session: StaffSession) -> Place:
    """Return where the session works; asked of the database once, and again when a place was changed."""
    # What another version of the code has kept may hold more, or less.
    if session.place is None or session.place.keys() != _FIELDS:
        return Place(**actions.settle_place(session=session))
    return Place(**session.place)
