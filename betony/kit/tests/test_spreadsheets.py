"""Nothing in an exported table is a formula (guarantee 16)."""

import csv
import io

import pytest

from betony.kit import spreadsheets


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1", "＝1", "=cmd|'/c calc'!A0",  # noqa: RUF001
     "\x00=1"],
)  # fmt: skip
def test_what_could_be_a_formula_is_text(text: str) -> None:
    assert spreadsheets.inert(text).startswith("'")


@pytest.mark.parametrize(
    "text", ["", "Hartley", "O'Brien", "(607) 555-0142", "1979-03-14", "a=b", "zoë@example.com"]
)
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert spreadsheets.inert(text) == text


def test_quotes_commas_and_line_breaks_stay_in_their_cell() -> None:
    row = ['say "hello"', "a, b", "two\nlines", "Zoë"]
    text = "".join(spreadsheets.lines([row, ["next"]]))
    assert list(csv.reader(io.StringIO(text, newline=""))) == [row, ["next"]]
