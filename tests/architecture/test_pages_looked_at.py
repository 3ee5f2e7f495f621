"""A new page is looked at with axe (tests/browser), or it is said where else."""

import re
from pathlib import Path

from django.conf import settings

from tests.browser.pages import ELSEWHERE, VISITS

GENERATED = Path(__file__).parents[2] / "docs" / "generated"
READ = re.compile(r"^\| `(/[^`]*)` \| GET \|", re.MULTILINE)
NOT_PAGES = ("/api/", "/healthz", "/readyz", "/ui-components/")


def test_every_route_that_can_be_read_stands_in_the_list_of_pages():
    server = settings.BETONY_SERVER
    table = (GENERATED / f"permissions-{server}.md").read_text(encoding="utf-8")
    routes = [route for route in READ.findall(table) if not route.startswith(NOT_PAGES)]
    assert len(routes) > 30
    assert sorted(routes) == sorted([*VISITS[server], *ELSEWHERE[server]]), "tests/browser/pages.py"
