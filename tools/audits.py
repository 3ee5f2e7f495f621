"""The audit rule: an action that somebody takes (`by=`) and that writes leaves an event in the audit trail.

Followed by name through the actions of the same server: an action may leave the recording to one that it calls.
Actions without `by=` are parts of others or upkeep of technical rows, and are not asked.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import findings, tree, writes
from tools.findings import Finding

RECORDERS = frozenset({"record", "record_read"})
# Each is part of the change that calls it, which records it.
PARTS_OF_OTHERS = frozenset({"betony/dispensary/webhooks/actions.py:record_event"})


@dataclass(frozen=True)
class Function:
    """A function of an actions file."""

    path: Path
    node: ast.FunctionDef

    @property
    def is_somebodys_action(self) -> bool:
        return not self.node.name.startswith("_") and "by" in {one.arg for one in self.node.args.kwonlyargs}

    def calls(self) -> set[str]:
        """The names it calls, without what stands before the dot."""
        names = set()
        for node in ast.walk(self.node):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                names.add(node.func.id if isinstance(node.func, ast.Name) else node.func.attr)
        return names

    def records(self) -> bool:
        """Whether it calls the audit trail itself: `trail.record(…)` or `audit.record(…)`."""
        return any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in RECORDERS
            and ast.unparse(node.func.value) in {"trail", "audit", "audit.trail"}
            for node in ast.walk(self.node)
        )

    def writes(self) -> bool:
        return bool(list(writes.writes_in(ast.unparse(self.node))))


def functions_in(path: Path, source: str) -> list[Function]:
    """The functions at the top of an actions file."""
    return [Function(path, node) for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]


def unrecorded(functions: list[Function]) -> Iterator[Finding]:
    """The actions with `by=` that write, themselves or through others, and record nothing."""
    by_name: dict[str, list[Function]] = {}
    for function in functions:
        by_name.setdefault(function.node.name, []).append(function)
    for function in functions:
        place = f"{tree.shown(function.path)}:{function.node.name}"
        if (
            function.is_somebodys_action
            and place not in PARTS_OF_OTHERS
            and _reaches(function, by_name, Function.writes)
            and not _reaches(function, by_name, Function.records)
        ):
            sentence = f"{function.node.name} writes for somebody and records no audit event"
            yield Finding(function.path, function.node.lineno, sentence)


def _reaches(
    start: Function, by_name: dict[str, list[Function]], is_there: Callable[[Function], bool]
) -> bool:
    seen: set[Function] = set()
    waiting = [start]
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        if is_there(function):
            return True
        waiting += [one for name in function.calls() for one in by_name.get(name, [])]
    return False


def all_findings() -> Iterator[Finding]:
    """The findings of both servers."""
    for server in tree.SERVERS:
        functions = []
        for path in tree.files(".py", under=f"betony/{server}"):
            is_actions = path.name == "actions.py" or path.parent.name == "actions"
            if is_actions and "tests" not in path.parts:
                functions += functions_in(path, path.read_text(encoding="utf-8"))
        yield from unrecorded(functions)


def main() -> int:
    """Check the actions of both servers."""
    return findings.tell(all_findings())


if __name__ == "__main__":
    sys.exit(main())
