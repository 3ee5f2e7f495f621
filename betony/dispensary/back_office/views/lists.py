"""What the lists of the practice's pages share: pages by key with the filters kept."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest

from betony.kit import pagination


def chosen(request: HttpRequest, *names: str) -> dict[str, str]:
    """The filters of the address, each trimmed and short."""
    return {name: request.GET.get(name, "").strip()[:200] for name in names}


def page(
    request: HttpRequest, rows: QuerySet[Any], *, keys: Sequence[str], filters: dict[str, str]
) -> dict[str, Any]:
    """One page of the rows, and the addresses of the ones before and after it."""
    cursor = request.GET.get("after") or request.GET.get("before") or ""
    found = pagination.page_by_key(rows, keys=keys, cursor=cursor)
    kept = {name: value for name, value in filters.items() if value}
    return {
        "rows": found.rows,
        "next_url": f"?{urlencode({**kept, 'after': found.next_cursor})}" if found.next_cursor else "",
        "previous_url": (
            f"?{urlencode({**kept, 'before': found.previous_cursor})}" if found.previous_cursor else ""
        ),
    }
