"""No committed file knows where it was written: no registry addresses, no folders of one machine.

Lock files are installed from whatever registry the reader has configured: they hold hashes, no addresses.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import findings, tree
from tools.findings import Finding

# Written in pieces so that this file does not find itself.
REGISTRIES = re.compile(
    "|".join(
        [
            r"registry\.(?:npmjs|yarnpkg)\." + "(?:org|com)",
            r"(?:test\.)?pypi\." + r"org/simple",
            r"files\.pythonhosted\." + "org",
            r"--(?:extra-)?index" + r"-url[= ]\S",
            r"npm config set " + "registry",
        ]
    )
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.}*/-])/(?:" + "|".join(["root", "home/[a-z]", "Users/[A-Za-z]", "work"]) + r")/\w"
)
TEXT_LIMIT_BYTES = 4_000_000


def check_text(path: Path, text: str) -> Iterator[Finding]:
    """Findings in any text file."""
    for number, line in enumerate(text.splitlines(), start=1):
        if match := REGISTRIES.search(line):
            yield Finding(path, number, f"names a package registry ({match[0]})")
        if match := MACHINE_PATHS.search(line) or re.search(re.escape(str(tree.ROOT)) + r"\b", line):
            yield Finding(path, number, f"names a folder of one machine ({match[0]}…)")


def check_requirements(path: Path, text: str) -> Iterator[Finding]:
    """A compiled requirements file: every package pinned with hashes, no address, no index option."""
    for number, line in enumerate(text.splitlines(), start=1):
        if "://" in line or re.match(r"\s*(-i|--(extra-)?index-url|--find-links|-f)\b", line):
            yield Finding(path, number, "a requirements lock holds no address and no index option")
        if re.match(r"[A-Za-z0-9]", line) and not re.match(r"\S+==\S+.*\\$", line):
            yield Finding(path, number, "a requirements lock pins every package with == and hashes")


def check_npm_lock(path: Path, text: str) -> Iterator[Finding]:
    """An npm lock: integrity for every package and no `resolved` address."""
    packages = json.loads(text).get("packages", {})
    for name, entry in packages.items():
        if "resolved" in entry and "://" in str(entry["resolved"]):
            yield Finding(path, 1, f"{name}: remove the resolved address")
        if name and not entry.get("link") and "integrity" not in entry and not entry.get("inBundle"):
            yield Finding(path, 1, f"{name}: has no integrity hash")


def all_findings() -> Iterator[Finding]:
    """Every text file's findings."""
    for path in tree.files():
        if path.stat().st_size > TEXT_LIMIT_BYTES or path.name == "LICENSE":
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        yield from check_text(path, text)
        if path.parent.name == "requirements" and path.suffix == ".txt":
            yield from check_requirements(path, text)
        if path.name == "package-lock.json":
            yield from check_npm_lock(path, text)


def main() -> int:
    """Check every file of the project."""
    return findings.tell(all_findings())


if __name__ == "__main__":
    sys.exit(main())
