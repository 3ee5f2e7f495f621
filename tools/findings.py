"""What a house rule has found, and how it is told."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tools import tree


@dataclass(frozen=True, order=True)
class Finding:
    """One place that breaks a rule, with a sentence that says how to put it right."""

    path: Path
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{tree.shown(self.path)}:{self.line}: {self.sentence}"


def tell(found: Iterable[Finding]) -> int:
    """Print the findings in file order and return the exit code: 1 when there are any."""
    ordered = sorted(set(found))
    for finding in ordered:
        print(finding)
    if ordered:
        print(f"{len(ordered)} found", file=sys.stderr)
    return 1 if ordered else 0
