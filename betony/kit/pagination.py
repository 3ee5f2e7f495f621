"""Pages by key: the next page starts after the last row shown, so added rows never shift it."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

Row = TypeVar("Row", bound=Model)

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursors that lead to the ones after and before them (None at an end)."""

    rows: list[Row]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of the pages before and after; empty at an end. Whatever else stands in the address stays."""

    previous: str
    next: str


def asked_for(query: QueryDict, *, of: str = "") -> str:
    """Return the cursor that the address asks for; `of` names one list of a page that holds several."""
    return query.get(f"{of}after") or query.get(f"{of}before") or ""


def links(query: QueryDict, page: Page[Row], *, of: str = "") -> Links:
    """Return where the pages around this one stand; filters that were left empty are left out."""
    own = {f"{of}after", f"{of}before"}

    def address(word: str, cursor: str | None) -> str:
        if not cursor:
            return ""
        kept = QueryDict(mutable=True)
        for name, values in query.lists():
            if name not in own and any(values):
                kept.setlist(name, values)
        kept[f"{of}{word}"] = cursor
        return f"?{kept.urlencode()}"

    return Links(previous=address("before", page.previous_cursor), next=address("after", page.next_cursor))


def page_by_key(
    rows: QuerySet[Row], *, keys: Sequence[str], cursor: str = "", size: int = PAGE_SIZE
) -> Page[Row]:
    """Return one page of `rows`, sorted by `keys` (field names, `-` for descending; the last one unique).

    Key fields are plain columns without nulls, also of rows loaded along (`user__last_name`).
    `cursor` is one this function gave; a broken one is the first page.
    """
    try:
        backwards, values = _read(cursor, len(keys))
        return _page(rows, keys, size, values, backwards=backwards)
    except (ValidationError, ValueError):
        return _page(rows, keys, size, None, backwards=False)


def _page(
    rows: QuerySet[Row], keys: Sequence[str], size: int, values: list[str] | None, *, backwards: bool
) -> Page[Row]:
    order = [_turned(key) for key in keys] if backwards else list(keys)
    chosen = rows.order_by(*order)
    if values is not None:
        chosen = chosen.filter(_after(order, values))
    found = list(chosen[: size + 1])
    has_more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    has_next = backwards or has_more
    has_previous = has_more if backwards else values is not None
    return Page(
        rows=found,
        next_cursor=_cursor("n", found[-1], keys) if found and has_next else None,
        previous_cursor=_cursor("p", found[0], keys) if found and has_previous else None,
    )


def _turned(key: str) -> str:
    return key[1:] if key.startswith("-") else f"-{key}"


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    # The first key's own bound lets the index start at the right place; the rest settles equal values.
    first, bound = order[0], "lte" if order[0].startswith("-") else "gte"
    condition = Q()
    equal: dict[str, Any] = {}
    for key, value in zip(order, values, strict=True):
        name = key.lstrip("-")
        comparison = "lt" if key.startswith("-") else "gt"
        condition |= Q(**equal, **{f"{name}__{comparison}": value})
        equal[name] = value
    return Q(**{f"{first.lstrip('-')}__{bound}": values[0]}) & condition


def _cursor(direction: str, row: Model, keys: Sequence[str]) -> str:
    values = [str(reduce(getattr, key.lstrip("-").split("__"), row)) for key in keys]
    return base64.urlsafe_b64encode(json.dumps([direction, *values]).encode()).decode().rstrip("=")


def _read(cursor: str, count: int) -> tuple[bool, list[str] | None]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        direction, *values = json.loads(raw)
    except (ValueError, TypeError, RecursionError):
        return False, None
    if direction not in ("n", "p") or len(values) != count or not all(map(_is_text, values)):
        return False, None
    return direction == "p", values


def _is_text(value: object) -> bool:
    """Tell whether it is a text that PostgreSQL can compare: no NUL and no half of a surrogate pair."""
    return isinstance(value, str) and not any(one == "\x00" or "\ud800" <= one <= "\udfff" for one in value)
