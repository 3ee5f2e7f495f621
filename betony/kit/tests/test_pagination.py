"""Cursors come back in addresses, so anything may stand in them."""

import base64
import json

import pytest
from django.http import QueryDict

from betony.kit import clock, pagination
from betony.kit.rate_limits.models import Counter

pytestmark = pytest.mark.django_db


def cursor(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "broken",
    [
        "zzz",
        "é",
        cursor(5),
        cursor(None),
        cursor([]),
        cursor({"n": 1}),
        cursor(["x", "b", "1"]),
        cursor(["n", "b"]),
        cursor(["n", "b", 1]),
        cursor(["n", "b", "no number"]),
        cursor(["n", "nul \x00", "1"]),
        cursor(["p", "half a pair \ud800", "1"]),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
    ],
)
def test_a_broken_cursor_is_the_first_page(broken: str) -> None:
    for digest in "abc":
        Counter.objects.create(digest=digest, window_ends_at=clock.now())
    page = pagination.page_by_key(Counter.objects.all(), keys=("digest", "id"), cursor=broken, size=2)
    assert [row.digest for row in page.rows] == ["a", "b"]
    following = pagination.page_by_key(
        Counter.objects.all(), keys=("digest", "id"), cursor=page.next_cursor or "", size=2
    )
    assert [row.digest for row in following.rows] == ["c"]


def test_links_keep_what_the_address_says_besides_and_leave_out_what_is_empty() -> None:
    here = QueryDict("q=&tag=a&tag=b&status=all&before=old&orders_after=there")
    page: pagination.Page[Counter] = pagination.Page(rows=[], next_cursor="new", previous_cursor=None)
    links = pagination.links(here, page)
    assert (links.previous, links.next) == ("", "?tag=a&tag=b&status=all&orders_after=there&after=new")
    of_orders = pagination.links(here, page, of="orders_")
    assert of_orders.next == "?tag=a&tag=b&status=all&before=old&orders_after=new"
