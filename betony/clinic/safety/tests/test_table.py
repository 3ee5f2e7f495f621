"""The table that ships: every row with its provenance, nothing twice, every name found."""

import re
import tomllib
from datetime import date
from itertools import pairwise

import pytest

from betony.clinic.safety.rules import reading
from betony.clinic.safety.rules.knowledge import Limit, Row

TABLE = reading.knowledge()
CLAIMS: tuple[Row | Limit, ...] = (*TABLE.rows, *TABLE.limits)


def test_every_claim_carries_its_whole_provenance():
    for claim in CLAIMS:
        origin = claim.origin
        assert all(
            (claim.text, claim.passage, claim.locator, origin.title, origin.publisher, origin.licence)
        ), claim.id
        assert origin.url.startswith("https://")
        assert re.fullmatch(r"\d{4}(-\d{2}){0,2}", origin.date), claim.id
        assert origin.read_on <= date(2100, 1, 1)
        assert origin.read_in


def test_nobody_has_reviewed_a_row_yet():
    """Delete this test with the first review; a name in `reviewed_by` is a person's word, not ours."""
    assert {claim.reviewed_by for claim in CLAIMS} == {""}


def test_no_sentence_of_ours_says_safe():
    for claim in CLAIMS:
        words = set(re.findall(r"\w+", claim.text.casefold()))
        denied = "not safe" in claim.text or "not be safe" in claim.text or "is safe after" in claim.text
        assert "safe" not in words or denied, claim.text


def test_every_name_is_found_under_each_of_its_writings():
    for name in TABLE.by_id.values():
        for written in (name.name, *name.synonyms):
            assert name.id in TABLE.known(written).ids, written


def test_every_row_is_found_between_its_own_two_names():
    for row in TABLE.rows:
        assert row in TABLE.rows_between(row.left, row.right)
        assert row in TABLE.rows_between(row.right, row.left)


def test_every_source_is_used():
    used = {claim.origin.id for claim in CLAIMS} | {
        factor.origin.id for factor in TABLE.unit_factors.values()
    }
    used |= {name.origin.id for name in TABLE.by_id.values() if name.origin}
    assert used == set(TABLE.origins)


def test_limits_grow_or_keep_with_childhood_and_leave_no_gap():
    for substance in {limit.substance for limit in TABLE.limits}:
        ages = sorted(
            (one.from_age, one.to_age)
            for one in TABLE.limits
            if one.substance == substance and one.group == "everybody"
        )
        assert all(before[1] == after[0] for before, after in pairwise(ages)), substance
        assert ages[-1][1] is None


SOURCE = """
[[source]]
id = "s"
title = "T"
publisher = "P"
url = "https://example.org/"
date = "2024-03"
read_on = 2026-11-22
read_in = "here"
licence = "CC0-1.0"
"""
NAMES = """
[[ingredient]]
id = "a"
name = "A thing"
[[condition]]
id = "b"
name = "B"
"""
ROW = """
[[condition_row]]
id = "a+b"
left = "a"
right = "b"
severity = "severe"
text = "T."
passage = "P."
source = "s"
locator = "L"
"""


def parsed(text):
    return reading.parse(files={"t.toml": tomllib.loads(text)})


def test_a_whole_table_is_read():
    assert [row.id for row in parsed(SOURCE + NAMES + ROW).rows] == ["a+b"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (SOURCE + NAMES + ROW.replace('passage = "P."\n', ""), "passage is missing"),
        (SOURCE + NAMES + ROW.replace('locator = "L"\n', ""), "locator is missing"),
        (SOURCE + NAMES + ROW.replace('"s"', '"t"'), "no source"),
        (SOURCE.replace('licence = "CC0-1.0"\n', "") + NAMES + ROW, "licence is missing"),
        (SOURCE.replace("2024-03", "soon") + NAMES + ROW, "no date"),
        (SOURCE.replace("2024-03", "undated") + NAMES + ROW, "has no date"),
        (SOURCE.replace("https:", "http:") + NAMES + ROW, "https address"),
        (SOURCE + NAMES + ROW.replace("severe", "awful"), "is one of severe, moderate, mild"),
        (SOURCE + NAMES + ROW + 'mood = "good"\n', "nobody knows the key mood"),
        (SOURCE + NAMES + ROW + '[[rows]]\nid = "x"\n', "nobody knows the section rows"),
        (SOURCE + NAMES + ROW + ROW, "stands twice"),
        (SOURCE + NAMES + ROW + ROW.replace('"a+b"', '"again"'), "stands twice"),
        (SOURCE + NAMES + ROW.replace('right = "b"', 'right = "c"'), "no name of the table"),
        (SOURCE + NAMES + ROW.replace('right = "b"', 'right = "a"'), "one thing with itself"),
        (SOURCE + NAMES.replace('name = "B"', 'name = "a THING"') + ROW, "name of both"),
        (SOURCE + NAMES.replace('id = "b"', 'id = "a"') + ROW, "stands twice"),
    ],
)
def test_what_cannot_be_relied_upon_is_refused(text, complaint):
    with pytest.raises(reading.BadData, match=complaint):
        parsed(text)
