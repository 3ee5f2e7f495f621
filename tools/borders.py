"""The borders inside a module that import-linter cannot draw, because they compare two names.

* views are imported only by urls;
* forms are imported only by views (and forms);
* jobs are imported only by config and by actions (and jobs) of the same module;
* rules and value types are pure: standard library, value types, other rules; no Django, clock or network;
* the servers call out through the kit alone. Most of that is a contract of import-linter, which cannot tell
  `urllib.request` from `urllib.parse`.

A module's own tests may import any part of it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from tools import findings, tree
from tools.findings import Finding

VALUE_TYPES = frozenset(
    f"betony.kit.{name}"
    for name in (
        "money",
        "quantity",
        "coding",
        "period",
        "identifiers",
        "clock",
        "actor",
        "ui.typed_dates",
        "email_addresses",
    )
)
# Libraries that only calculate.
PURE_LIBRARIES = frozenset({"phonenumbers"})
PURE_FILES = frozenset({"rules", "permissions"})
# What a pure file may use, from our own code.
PURE_IMPORTS = VALUE_TYPES - {"betony.kit.clock"}
IMPURE_STANDARD = frozenset(
    {"asyncio", "http", "os", "random", "secrets", "smtplib", "socket", "ssl", "subprocess", "time", "urllib"}
)
CALLING_OUT = frozenset({"urllib.request", "http.client"})
PARTS = frozenset({"views", "forms", "jobs", "urls", "actions", "rules", "permissions"})


@dataclass(frozen=True)
class Place:
    """Where a dotted module stands: which module of which server, and which part of it."""

    module: str
    part: str
    is_test: bool


def place_of(dotted: str) -> Place:
    """Read a dotted name: `betony.clinic.patients.views.lists` is the views part of betony.clinic.patients.

    Inner folders (`betony.clinic.prescriptions.dispensary.rules`) have parts too, of the same module.
    """
    names = dotted.split(".")
    module, inner = ".".join(names[:3]), names[3:]
    part = next((name for name in inner if name in PARTS), "")
    if not part and names[:2] == ["betony", "kit"] and len(names) == 4:
        part = inner[0] if inner[0] in PARTS else ""
    return Place(module=module, part=part, is_test="tests" in names or names[-1] in {"conftest", "factories"})


def imports_of(source: str, *, dotted: str, is_package: bool) -> Iterator[tuple[int, str, str]]:
    """Every import in a source as (line, module, whole name): `from a import b` is (…, "a", "a.b")."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                own = dotted.split(".")
                parent = own[: len(own) - node.level + (1 if is_package else 0)]
                base = ".".join([*parent, *([base] if base else [])])
            yield from ((node.lineno, base, f"{base}.{alias.name}") for alias in node.names)


def check(name: str, source: str) -> Iterator[tuple[int, str]]:
    """The findings of one file, given by its repository path: (line, sentence)."""
    path = PurePosixPath(name)
    is_package = path.name == "__init__.py"
    dotted = ".".join((path.parent if is_package else path.with_suffix("")).parts)
    importer = place_of(dotted)
    must_be_pure = dotted in VALUE_TYPES or (importer.part in PURE_FILES and not importer.is_test)
    for line, base, imported in imports_of(source, dotted=dotted, is_package=is_package):
        sentence = _refusal(importer, place_of(imported)) or _call(importer, {base, imported})
        if not sentence and must_be_pure:
            sentence = _impurity(base, imported, is_rules=dotted not in VALUE_TYPES)
        if sentence:
            yield line, f"{imported}: {sentence}"


def _refusal(importer: Place, imported: Place) -> str:
    if not imported.module.startswith("betony.") or imported.is_test:
        return ""
    is_own_module = importer.module == imported.module
    if importer.is_test and (is_own_module or not importer.module.startswith("betony.")):
        return ""
    if imported.part == "views" and importer.part not in {"urls", "views"}:
        return "views are imported only by urls"
    if imported.part == "forms" and importer.part not in {"views", "forms"}:
        return "forms are imported only by views"
    if imported.part == "jobs" and imported.module != "betony.kit.jobs":
        is_config = importer.module.endswith(".config")
        if not is_config and not (is_own_module and importer.part in {"actions", "jobs"}):
            return "jobs are imported only by config and by the same module's actions"
    return ""


def _call(importer: Place, imported: set[str]) -> str:
    is_server = importer.module.startswith(("betony.clinic.", "betony.dispensary."))
    return "only the kit calls out (betony.kit.http_client)" if is_server and imported & CALLING_OUT else ""


def _impurity(base: str, imported: str, *, is_rules: bool) -> str:
    top = imported.split(".")[0]
    if top == "betony":
        pure = {base, imported} & PURE_IMPORTS or {place_of(base).part, place_of(imported).part} & PURE_FILES
        return "" if pure else "rules and value types use only value types and other rules"
    if top not in sys.stdlib_module_names | PURE_LIBRARIES:
        return "rules and value types use only the standard library and what only calculates"
    if top in IMPURE_STANDARD and is_rules:
        return "rules know neither clock, chance, files nor network"
    return ""


def main() -> int:
    """Check every Python file under betony/."""
    found = []
    for path in tree.files(".py", under="betony"):
        source = path.read_text(encoding="utf-8")
        found += [Finding(path, line, sentence) for line, sentence in check(tree.shown(path), source)]
    return findings.tell(found)


if __name__ == "__main__":
    sys.exit(main())
