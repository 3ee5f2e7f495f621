"""The words of the API for what can be had, and the words people search by."""

from datetime import date

import pytest

from betony.dispensary.catalog import rules

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["available", "discontinued"], "available"),
        (["backordered", "available"], "available"),
        (["discontinued", "backordered"], "backordered"),
        (["vendor backorder", "discontinued"], "unavailable"),
        (["discontinued"], "unavailable"),
        ([], "unavailable"),
    ],
)
def test_a_product_is_as_good_as_its_best_size(statuses: list[str], expected: str) -> None:
    assert rules.product_status(statuses) == expected


@pytest.mark.parametrize(
    ("status", "back", "expected"),
    [
        ("available", None, "In Stock"),
        ("backordered", date(2026, 11, 26), "Back in 5 days"),
        ("backordered", date(2026, 11, 22), "Back in 1 day"),
        ("backordered", TODAY, "Backordered"),
        ("backordered", date(2026, 11, 1), "Backordered"),
        ("backordered", None, "Backordered"),
        ("vendor backorder", None, "Vendor backorder"),
        ("discontinued", None, "Discontinued"),
        ("unavailable", date(2026, 12, 1), "n/a"),
    ],
)
def test_availability_is_told_in_the_words_clients_compare(
    status: str, back: date | None, expected: str
) -> None:
    assert rules.availability(status, back, TODAY) == expected


def test_only_what_is_here_or_will_be_back_can_be_ordered() -> None:
    can = [status for status in rules.VARIANT_STATUSES if rules.can_be_ordered(status)]
    assert can == ["available", "backordered"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  Magnesium   glycinate ", ["magnesium", "glycinate"]),
        ("St John's Wort", ["st", "johns", "wort"]),
        ("St John’s", ["st", "johns"]),
        ("St. John’s wort.", ["st", "johns", "wort"]),
        ("vitamin .", ["vitamin"]),
        ("Lac Doré", ["lac", "dore"]),
        ("FISH-OIL / omega", ["fish", "oil", "omega"]),
        ("zinc zinc ZINC", ["zinc"]),
        ("-- , /", []),
        ("a\x00b", ["ab"]),
    ],
)
def test_people_may_write_as_they_like(text: str, words: list[str]) -> None:
    assert rules.search_words(text) == words


def test_a_very_long_query_is_cut() -> None:
    assert len(rules.search_words(" ".join(f"word{number}" for number in range(1000)))) == rules.MOST_WORDS
    assert len(rules.search_words("x" * 10_000)[0]) == rules.LONGEST_QUERY
