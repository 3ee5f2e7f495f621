"""Lists: pages by number as the public API has them, sorting by allowed names, days and spans of days."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from betony.dispensary.api.frame.answers import Invalid
from betony.dispensary.api.frame.calls import Call
from betony.dispensary.api.frame.fields import label

Row = TypeVar("Row", bound=Model)

DEFAULT_SIZE = 25
MOST_ROWS = 100
MOST_PAGES = 1_000_000
_DAY = r"(\d{4}-\d{2}-\d{2})"
_ONE_DAY, _BEFORE, _AFTER, _SPAN = (
    re.compile(pattern) for pattern in (_DAY, f"<{_DAY}", f">{_DAY}", rf"{_DAY}\.\.{_DAY}")
)


def page(
    call: Call,
    key: str,
    rows: QuerySet[Row],
    write: Callable[[Row], Mapping[str, Any]],
    *,
    shown: Callable[[list[Row]], None] | None = None,
) -> dict[str, Any]:
    """Return one page of the rows under `key`, with `meta`.

    `shown` is called with the rows of the page before they are written (for the audit of what was read).
    """
    asked = asked_page(call)
    count = rows.count()
    found = list(rows[asked.start : asked.start + asked.size]) if asked.start < count else []
    if shown is not None:
        shown(found)
    return {key: [write(row) for row in found], "meta": meta(asked, count)}


@dataclass(frozen=True, slots=True)
class AskedPage:
    """Which page of a list is asked for, counted from 1, and how many rows it has."""

    number: int
    size: int

    @property
    def start(self) -> int:
        return (self.number - 1) * self.size


def asked_page(call: Call) -> AskedPage:
    """Return what `page[number]` and `page[size]` ask for, within our limits."""
    return AskedPage(
        _whole(call, "page[number]", default=1, most=MOST_PAGES),
        _whole(call, "page[size]", default=DEFAULT_SIZE, most=MOST_ROWS),
    )


def meta(asked: AskedPage, count: int) -> dict[str, int | None]:
    """Return the `meta` of a page of a list with so many rows."""
    pages = -(-count // asked.size)
    return {
        "current_page": asked.number,
        "next_page": asked.number + 1 if asked.number < pages else None,
        "prev_page": asked.number - 1 if asked.number > 1 else None,
        "total_pages": pages,
        "total_count": count,
    }


def _whole(call: Call, name: str, *, default: int, most: int) -> int:
    value = call.parameter(name)
    if not re.fullmatch(r"-?\d{1,9}", value):
        return default
    return min(max(int(value), 1), most)


def sort(call: Call, rows: QuerySet[Row], allowed: Mapping[str, str], *, default: str) -> QuerySet[Row]:
    """Return the rows sorted as `sort_by` and `order_by` ask, by one of the allowed names.

    `allowed` maps a name of the API to a field; `default` is one of those names. The id settles ties.
    """
    field = allowed.get(call.parameter("sort_by"), allowed[default])
    if call.parameter("order_by").upper() == "DESC":
        return rows.order_by(f"-{field}", "-pk")
    return rows.order_by(field, "pk")


def between_dates(
    call: Call, name: str, rows: QuerySet[Row], *, field: str, zone: tzinfo = UTC
) -> QuerySet[Row]:
    """Return the rows whose instant lies where the parameter says; all when it is absent.

    A day is one of the `zone` in which the answer writes the instant.

    `2026-01-31`, `<2026-01-31`, `>2026-01-31`, `2026-01-01..2026-01-31`. Raises Invalid for anything else.
    """
    value = call.parameter(name)
    if not value:
        return rows
    try:
        since, until = _span(value)
    except (ValueError, OverflowError) as error:
        raise Invalid([f"{label(name)} is invalid"]) from error
    if since is not None:
        rows = rows.filter(**{f"{field}__gte": _start_of(since, zone)})
    if until is not None:
        rows = rows.filter(**{f"{field}__lt": _start_of(until, zone)})
    return rows


def _span(value: str) -> tuple[date | None, date | None]:
    """Return the first day and the day after the last one."""
    day = timedelta(days=1)
    if found := _ONE_DAY.fullmatch(value):
        return date.fromisoformat(found[1]), date.fromisoformat(found[1]) + day
    if found := _BEFORE.fullmatch(value):
        return None, date.fromisoformat(found[1])
    if found := _AFTER.fullmatch(value):
        return date.fromisoformat(found[1]) + day, None
    if found := _SPAN.fullmatch(value):
        return date.fromisoformat(found[1]), date.fromisoformat(found[2]) + day
    raise ValueError("not a day")


def _start_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)
