"""Sorting lists and narrowing them to days, as the API's parameters ask."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from betony.clinic.prescriptions.dispensary.fake.state import Json, Refusal

ONE_DAY = timedelta(days=1)


def sort(params: Json, rows: list[Json], allowed: Sequence[str]) -> list[Json]:
    """Return the rows by the field that `sort_by` names; the first allowed one unless it names one."""
    named = str(params.get("sort_by") or "")
    field = named if named in allowed else allowed[0]
    is_descending = str(params.get("order_by", "")).upper() == "DESC"
    # What happened in one instant stands in the order in which it happened.
    placed = sorted(enumerate(rows), key=lambda pair: (pair[1][field] or "", pair[0]), reverse=is_descending)
    return [row for _place, row in placed]


def between_days(params: Json, rows: list[Json], field: str) -> list[Json]:
    """Return the rows of the days the parameter asks for: `D`, `<D`, `>D` or `D..D`."""
    wanted = params.get(field)
    if not wanted:
        return rows
    try:
        first, last = _span(str(wanted))
    except ValueError as error:
        raise Refusal(422, f'["{field} is invalid"]') from error
    return [row for row in rows if row[field] and first <= _day(str(row[field])) <= last]


def _day(text: str) -> date:
    """Return the day of an instant in the zone it is written in."""
    return datetime.fromisoformat(text).date()


def _span(text: str) -> tuple[date, date]:
    if text.startswith("<"):
        return date.min, date.fromisoformat(text[1:]) - ONE_DAY
    if text.startswith(">"):
        return date.fromisoformat(text[1:]) + ONE_DAY, date.max
    first, _, last = text.partition("..")
    return date.fromisoformat(first), date.fromisoformat(last or first)
