"""Size limits: a file is read in a sitting and a function in one screen.

Over the hard limit fails; over the soft limit is a note (`python -m tools.size --notes`).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import findings, tree
from tools.findings import Finding

FILE_LINES = 600
FILE_LINES_NOTE = 400
FUNCTION_LINES = 60
FUNCTION_LINES_NOTE = 35
CONTROLLER_LINES = 100


def check_python(path: Path, source: str) -> Iterator[tuple[Finding, bool]]:
    """Findings of one Python file, each with whether it is over the hard limit."""
    lines = source.count("\n")
    if lines > FILE_LINES_NOTE:
        yield (
            Finding(path, 1, f"{lines} lines: split by topic ({FILE_LINES} at most)"),
            lines > FILE_LINES,
        )
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES_NOTE:
                sentence = f"{node.name} has {length} lines: name its parts ({FUNCTION_LINES} at most)"
                yield Finding(path, node.lineno, sentence), length > FUNCTION_LINES


def check_controller(path: Path, source: str) -> Iterator[tuple[Finding, bool]]:
    """Findings of one JavaScript file of ours."""
    lines = source.count("\n")
    if lines > CONTROLLER_LINES:
        yield Finding(path, 1, f"{lines} lines: one behaviour a file ({CONTROLLER_LINES} at most)"), True


def all_findings() -> Iterator[tuple[Finding, bool]]:
    """Every file's findings; migrations are written by machine and are left out."""
    for path in tree.files(".py"):
        if "migrations" not in path.parts:
            yield from check_python(path, path.read_text(encoding="utf-8"))
    for path in tree.files(".js", ".mjs"):
        yield from check_controller(path, path.read_text(encoding="utf-8"))


def main(arguments: list[str]) -> int:
    """Print what is too long; with --notes also what is getting long."""
    found = list(all_findings())
    if "--notes" in arguments:
        for finding, is_hard in sorted(found):
            if not is_hard:
                print(f"note: {finding}")
    return findings.tell(finding for finding, is_hard in found if is_hard)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
