"""Tables as files that a spreadsheet opens, in which nothing is a formula. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

# Excel takes a file for UTF-8 only with this in front.
MARK = "\ufeff"
_BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  (wide ones count too)


def inert(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula: an apostrophe stands before what could be."""
    bare = text.replace("\x00", "")
    return f"'{bare}" if bare.lstrip(" \u00a0").startswith(_BEGIN_FORMULAS) else bare


def lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the rows as lines of a CSV file (RFC 4180), every cell quoted and inert."""
    for row in rows:
        written = io.StringIO()
        csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(
            [inert(one) for one in row]
        )
        yield written.getvalue()
