"""The lists in Settings page by key: long ones cost no more, and everybody stands on exactly one page."""

import datetime
import re

import pytest

from betony.clinic.accounts.actions import invitations
from betony.clinic.accounts.models import Membership, StaffSession
from betony.clinic.accounts.permissions import Role
from betony.clinic.accounts.tests import factories
from betony.kit import clock, pagination
from betony.kit.actor import Actor

pytestmark = pytest.mark.slow


@pytest.fixture
def many(alice, clinic, monkeypatch):
    """Two rows a page; seven people, invitations and sessions."""
    monkeypatch.setitem(pagination.page_by_key.__kwdefaults__, "size", 2)
    for number in range(6):
        factories.member(Role.BILLER, of=clinic, last_name=f"Row {number}", is_active=number % 2 == 0)
    by = Actor(
        kind="staff", id=alice.user_id, organization_id=clinic.pk, membership_id=alice.pk,
        permissions=frozenset({"users.manage"}),
    )  # fmt: skip
    for number in range(7):
        invitations.invite(
            by=by, email=f"row{number}@example.com", first_name="Row", last_name=str(number), role=Role.BILLER
        )
    client = factories.signed_in(alice)
    seen = clock.now() - datetime.timedelta(minutes=1)
    for _number in range(6):
        StaffSession.objects.create(
            user=alice.user, membership=alice, ip="198.51.100.7", started_at=seen, seen_at=seen
        )
    return client


def walk(client, address, pattern, region=""):
    """Follow **Next** to the end; return what each page shows."""
    pages = []
    while address:
        text = client.get(address).text
        if region:
            text = text[text.index(f'id="{region}"') :].partition("</section>")[0]
        pages.append(re.findall(pattern, text))
        following = re.search(r'rel="next" href="([^"]+)"', text)
        address = following and address.split("?")[0] + following[1].replace("&amp;", "&")
    return pages


def test_everybody_stands_on_one_page_the_active_first(many, clinic):
    pages = walk(many, "/settings/users/", r'<a[^>]*href="/settings/users/([0-9a-f-]{36})/"', region="people")
    order = Membership.objects.filter(organization=clinic).order_by(
        "-is_active", "user__last_name", "user__first_name", "id"
    )
    assert [one for page in pages for one in page] == [str(one.pk) for one in order]
    assert [len(page) for page in pages] == [2, 2, 2, 1]


def test_invitations_page_beside_the_people(many):
    pages = walk(many, "/settings/users/", r"<td>Row (\d)</td>", region="invitations")
    assert [one for page in pages for one in page] == [str(number) for number in range(7)]


def test_ones_own_sessions_page_too(many):
    pages = walk(many, "/settings/security/", r"/settings/security/sessions/([0-9a-f-]{36})/")
    found = [one for page in pages for one in page]
    assert len(found) == len(set(found)) == StaffSession.objects.filter(ended_at=None).count() == 7


@pytest.mark.parametrize("path", ["/settings/users/", "/settings/security/"])
def test_a_page_takes_the_same_queries_however_long_the_list_is(many, path, django_assert_max_num_queries):
    many.get(path)
    with django_assert_max_num_queries(10):
        assert many.get(path).status_code == 200
    assert many.get(f"{path}?after=nonsense&invited_before=x").status_code == 200
