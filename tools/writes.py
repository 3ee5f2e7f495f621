"""The write rule: rows are written in actions, and nowhere else.

A view, form, query, job or template tag that saves hides a change from its audit event and its transaction.
The rule reads syntax, not types, so it goes by how Django's own methods are called:

* `save`, `bulk_create`, `bulk_update`, `get_or_create`, `update_or_create` and their async twins: a write;
* `create`, `update`, `delete`: Django's take keyword arguments only, and the first two need some: a call with
  a positional argument, or none (`mapping.update(other)`, `cluster.create()`), is somebody else's method;
* SQL text that begins with a writing verb.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tools import findings, tree
from tools.findings import Finding

ALWAYS = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
KEYWORDS_ONLY = {"create", "update", "delete"}
WRITING_SQL = re.compile(
    r"^\s*(insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s*(\S+\s*(where\b|using\b|;|$)|$)|truncate\s|merge\s+into\s|copy\s+\S+.*\bfrom\s)",
    re.IGNORECASE,
)
FOLDERS = {"actions", "migrations", "tests", "demo"}
FILES = {"actions.py", "factories.py", "conftest.py", "demo.py"}
# The parts of the kit whose whole purpose is one kind of row.
KIT_PLACES = (
    "betony/kit/audit/",
    "betony/kit/jobs/",
    "betony/kit/tenancy/",
    "betony/kit/rate_limits/",
    "betony/kit/resealing.py",
    "betony/kit/json_cache.py",
)


def may_write(name: str) -> bool:
    """Whether a file (a repository path with forward slashes) is a place where rows are written."""
    path = PurePosixPath(name)
    if not name.startswith("betony/"):
        return True
    return (
        path.name in FILES
        or path.name.startswith("test_")
        or not FOLDERS.isdisjoint(path.parts[:-1])
        or name.startswith(KIT_PLACES)
    )


def writes_in(source: str) -> Iterator[tuple[int, str]]:
    """The writes in a Python source: line and what is called."""
    tree_ = ast.parse(source)
    silent = _docstrings(tree_)
    for node in ast.walk(tree_):
        if isinstance(node, ast.Call) and (name := _written_by(node)):
            yield node.lineno, f".{name}(…)"
        elif isinstance(node, ast.Constant) and id(node) not in silent and _is_writing_sql(node.value):
            yield node.lineno, "SQL that writes"


def _is_writing_sql(value: object) -> bool:
    return isinstance(value, str) and bool(WRITING_SQL.match(value))


def _written_by(call: ast.Call) -> str:
    if not isinstance(call.func, ast.Attribute):
        return ""
    name = call.func.attr
    plain = name.removeprefix("a")
    if plain in ALWAYS or name in ALWAYS:
        return name
    is_write = plain in KEYWORDS_ONLY or name in KEYWORDS_ONLY
    says_what = bool(call.keywords) or plain == "delete"
    return name if is_write and says_what and not call.args else ""


def _docstrings(module: ast.Module) -> set[int]:
    """The identities of the strings that stand as statements: words for people, never run."""
    return {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}


def check(path: Path, source: str) -> Iterator[Finding]:
    """The findings of one file."""
    if not may_write(tree.shown(path)):
        for line, what in writes_in(source):
            yield Finding(path, line, f"{what} outside actions: move the write to the module's actions")


def main() -> int:
    """Check every Python file of the project."""
    return findings.tell(
        finding for path in tree.files(".py") for finding in check(path, path.read_text(encoding="utf-8"))
    )


if __name__ == "__main__":
    sys.exit(main())
