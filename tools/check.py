"""Everything that can be checked without running Betony: `python -m tools.check`, or `make check`.

Two checks run at a time. Prints a line per check and the whole output of those that fail.
Words after the command run only the checks with one of them in the name.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools import server_facts, tree

WORKERS = 2
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Check:
    """One check: a command that exits 0 when all is well."""

    name: str
    command: tuple[str, ...]
    needs: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a check ended."""

    check: Check
    is_good: bool
    seconds: float
    output: str


def _tool(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(BIN / name), *arguments)


def _house(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"tools.{module}", *arguments)


# The longest first, so that both cores end together.
CHECKS = (
    Check("types of the clinic", _tool("mypy", "--config-file", "tools/mypy/clinic.ini")),
    Check("types of the dispensary", _tool("mypy", "--config-file", "tools/mypy/dispensary.ini")),
    Check("templates: djlint", _tool("djlint", "--lint", "--quiet", "betony"), needs="*.html"),
    Check("generated docs", _house("generate_docs", "--check")),
    Check("imports", _tool("lint-imports")),
    Check("translations", _house("translations", "--check")),
    Check("lint", _tool("ruff", "check", "--quiet")),
    Check("format", _tool("ruff", "format", "--check", "--quiet")),
    Check("templates: house rules", _house("pages")),
    Check("controllers", _house("controllers")),
    Check("borders", _house("borders")),
    Check("writes", _house("writes")),
    Check("audits", _house("audits")),
    Check("size", _house("size")),
    Check("addresses", _house("addresses")),
)


def run(check: Check) -> Outcome:
    """Run one check in the repository, with the environment of a test."""
    started = time.monotonic()
    ended = subprocess.run(
        check.command,
        cwd=tree.ROOT,
        capture_output=True,
        text=True,
        env=server_facts.environment(),
        check=False,
    )
    return Outcome(
        check=check,
        is_good=ended.returncode == 0,
        seconds=time.monotonic() - started,
        output=(ended.stdout + ended.stderr).strip(),
    )


def chosen(words: list[str]) -> list[Check]:
    """The checks whose name holds one of the words; all of them without words."""
    named = [check for check in CHECKS if not words or any(word in check.name for word in words)]
    return [check for check in named if not check.needs or tree.files(check.needs.lstrip("*"))]


def main(words: list[str]) -> int:
    """Run the checks and tell how they went; 1 when any failed."""
    checks = chosen(words)
    if not checks:
        print(f"No check is called {' or '.join(words)}.", file=sys.stderr)
        return 2
    started = time.monotonic()
    failed: list[Outcome] = []
    with ThreadPoolExecutor(WORKERS) as pool:
        for outcome in pool.map(run, checks):
            print(
                f"{'ok  ' if outcome.is_good else 'FAIL'}  {outcome.check.name} ({outcome.seconds:.1f} s)",
                flush=True,
            )
            if not outcome.is_good:
                failed.append(outcome)
    for outcome in failed:
        print(f"\n== {outcome.check.name} ==\n{outcome.output}")
    total = f"{len(checks)} checks in {time.monotonic() - started:.0f} s"
    print(f"\n{len(failed)} of {total} failed" if failed else f"\n{total}: all well")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
