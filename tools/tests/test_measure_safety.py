"""The lists are read without running them, and the numbers are counted as they say."""

import json
import re
from collections import Counter

from betony.clinic.safety.rules import reading
from tools import measure_safety, tree

LIST = """
INTERACTIONS = [
    Interaction(
        drug_a=("warfarin", "coumadin"), drug_b=("ginkgo", "ginkgo biloba"), severity=Severity.DANGER, source="x"
    ),
    Interaction(drug_a=("warfarin",), drug_b=("aspirin",), severity=Severity.DANGER, source="x"),
    Interaction(drug_a=("iron",), drug_b=("calcium",), severity=Severity.CAUTION, source="x"),
]
"""


def test_only_pairs_with_one_supplement_count():
    assert list(measure_safety.pairs_of_mcp(LIST)) == [
        measure_safety.Pair(("ginkgo", "ginkgo biloba"), ("warfarin", "coumadin"), "severe")
    ]


def test_a_pair_of_the_thesaurus_counts_once_in_whatever_order():
    rows = [
        {"main_drug": "FER", "plus_drug": "DIGOXINE"},
        {"main_drug": "DIGOXINE", "plus_drug": "FER"},
        {"main_drug": "ABATACEPT", "plus_drug": "DIGOXINE"},
    ]
    [pair] = measure_safety.pairs_of_thesaurus(json.dumps(rows))
    assert pair.supplement == ("Iron",)
    assert "digoxin" in pair.drug


def test_the_numbers_are_printed(capsys):
    measure_safety.report("A list", list(measure_safety.pairs_of_mcp(LIST)))
    shown = capsys.readouterr().out
    assert "found: 1 (recall 100%)" in shown
    assert "same severity: 1, milder here: 0, graver here: 0" in shown


def test_without_a_list_nothing_is_measured(capsys):
    assert measure_safety.main([]) == 2


def test_the_page_about_the_check_counts_what_is_there():
    table = reading.knowledge()
    page = (tree.ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
    kinds = Counter(row.kind for row in table.rows)
    for words, count in (
        ("drug and ingredient", kinds["drug"]),
        ("condition and ingredient", kinds["condition"]),
        ("allergy and ingredient", kinds["allergy"]),
        ("two ingredients", kinds["ingredient"]),
        ("upper limits of daily intake", len(table.limits)),
    ):
        assert re.search(rf"^\| {words}.* \| {count} \|$", page, flags=re.MULTILINE), f"{words}: {count}"
    assert f"There are {len(table.by_id)} names" in page
