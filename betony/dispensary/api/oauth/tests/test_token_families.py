"""Which pairs of tokens stay when one of a grant is used for the first time."""

from typing import Any

import pytest

from betony.dispensary.accounts import factories, rules
from betony.dispensary.accounts.models import TokenPair
from betony.dispensary.accounts.oauth import actions
from betony.dispensary.practices import factories as practices
from betony.kit import tenancy
from betony.kit.identifiers import uuid7


@pytest.fixture
def first(db: None) -> TokenPair:
    shop = factories.organization()
    with tenancy.organization(shop.pk):
        practices.access_token(practices.practitioner(shop), factories.application())
    return TokenPair.objects.select_related("grant").get()


def refreshed(pair: TokenPair, letter: str) -> TokenPair:
    return actions.save_pair(grant=pair.grant, access=letter * 43, refresh=letter * 44, previous=pair)


def is_live(pair: TokenPair) -> bool:
    pair.refresh_from_db()
    return pair.ended_at is None


def test_two_workers_who_refresh_before_either_uses_what_it_got_both_go_on(first: TokenPair) -> None:
    ones, others = refreshed(first, "s"), refreshed(first, "o")
    assert actions.note_first_use(pair=others)
    assert [is_live(one) for one in (first, ones, others)] == [False, True, True]
    assert actions.note_first_use(pair=ones)
    next_of_others = refreshed(others, "p")
    assert actions.note_first_use(pair=next_of_others)
    assert [is_live(one) for one in (ones, others, next_of_others)] == [True, False, True]


def test_whoever_refreshes_twice_ends_all_that_they_went_over(first: TokenPair) -> None:
    second = refreshed(first, "s")
    third = refreshed(second, "t")
    assert actions.note_first_use(pair=third)
    assert [is_live(one) for one in (first, second, third)] == [False, False, True]
    assert not actions.note_first_use(pair=second)


def test_what_was_refreshed_from_the_pair_before_its_first_use_stays(first: TokenPair) -> None:
    second = refreshed(first, "s")
    third = refreshed(second, "t")
    assert actions.note_first_use(pair=second)
    assert [is_live(one) for one in (first, second, third)] == [False, True, True]


def test_a_first_use_costs_the_same_after_years_of_refreshing(
    first: TokenPair, django_assert_num_queries: Any
) -> None:
    pair = first
    for number in range(20):
        pair = refreshed(pair, chr(ord("a") + number))
        if number != 19:
            actions.note_first_use(pair=pair)
    with django_assert_num_queries(6):
        assert actions.note_first_use(pair=pair)


def test_a_pair_has_replaced_all_it_was_refreshed_from_and_nothing_beside() -> None:
    origin, child, grandchild, sibling = (uuid7() for _ in range(4))
    live = {origin: None, child: origin, grandchild: child, sibling: origin}
    assert rules.replaced_by(origin, live) == set()
    assert rules.replaced_by(grandchild, live) == {origin, child}
    assert rules.replaced_by(sibling, live) == {origin}
