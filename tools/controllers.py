"""The JavaScript: markup and controllers know each other, and no text becomes markup or code in the browser.

A misspelt controller or action fails silently on the page, so it fails here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import findings, pages, tree
from tools.findings import Finding

FOLDER = tree.ROOT / "frontend" / "src" / "controllers"
DANGEROUS = re.compile(
    r"\.(?:inner|outer)HTML\s*\+?=[^=]|insertAdjacentHTML|document\.write"
    r"|\beval\(|new Function\(|\.setAttribute\(.style"
)
CONTROLLER = re.compile(r'data-controller="([^"]*)"')
ACTION = re.compile(r"([a-z][a-z-]*)#(\w+)")
METHOD = re.compile(r"^  (?:async |static |get )?#?(\w+)\s*\(", re.MULTILINE)
DJANGO_TAG = re.compile(r"\{[%{].*?[%}]\}")


def check_script(source: str) -> Iterator[tuple[int, str]]:
    """What a script must not do: turn text into markup or code, or set styles as an attribute."""
    for number, line in enumerate(source.splitlines(), start=1):
        if match := DANGEROUS.search(line):
            yield number, f"{match[0].strip()}: build nodes and set textContent instead"


def names_used(source: str) -> Iterator[tuple[int, str, str]]:
    """The controllers and actions a template names: line, controller, method (empty for the controller)."""
    for number, line in enumerate(source.splitlines(), start=1):
        for names in CONTROLLER.findall(line):
            for name in DJANGO_TAG.sub(" ", names).split():
                yield number, name, ""
        if "data-action" in line:
            for name, method in ACTION.findall(line):
                yield number, name, method


def controllers() -> dict[str, set[str]]:
    """Each controller by its name on the page (`date-echo` for date_echo.js), with its methods."""
    return {
        path.stem.replace("_", "-"): set(METHOD.findall(path.read_text(encoding="utf-8")))
        for path in sorted(FOLDER.glob("*.js"))
    }


def all_findings() -> Iterator[Finding]:
    """Every script's and template's findings, and the controllers that no page uses."""
    for path in tree.files(".js", ".mjs"):
        for line, sentence in check_script(path.read_text(encoding="utf-8")):
            yield Finding(path, line, sentence)
    known, used = controllers(), set()
    for path in [*pages.templates(), *tree.files(".py", under="betony")]:
        if "tests" not in path.parts:
            for line, name, method in names_used(path.read_text(encoding="utf-8")):
                used.add(name)
                yield from _unknown(path, line, name, method, known)
    for name in sorted(known.keys() - used):
        yield Finding(FOLDER / f"{name.replace('-', '_')}.js", 1, "no page uses this controller")


def _unknown(path: Path, line: int, name: str, method: str, known: dict[str, set[str]]) -> Iterator[Finding]:
    if name not in known:
        yield Finding(path, line, f"there is no controller {name}")
    elif method and method not in known[name]:
        yield Finding(path, line, f"the controller {name} has no {method}")


def main() -> int:
    """Check every script and template."""
    return findings.tell(all_findings())


if __name__ == "__main__":
    sys.exit(main())
