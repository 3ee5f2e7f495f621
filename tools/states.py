"""The state tables: every constant of a `rules.py` whose name ends in `_MOVES`, as a table and a diagram.

`PRESCRIPTION_MOVES = {"draft": frozenset({"waiting"}), …}`: a state and the states it may become.
Rules are pure, so they are imported here without Django. A table that only tests read says what nothing keeps to:
`unread` finds it, and `make check` fails.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from tools import tree


def tables() -> dict[str, Mapping[object, Iterable[object]]]:
    """Every state table by its dotted name, e.g. `clinic.prescriptions.rules.PRESCRIPTION_MOVES`."""
    found: dict[str, Mapping[object, Iterable[object]]] = {}
    for path in tree.files(".py", under="betony"):
        if "tests" in path.parts or not (path.name == "rules.py" or path.parent.name == "rules"):
            continue
        for name in names_in(path):
            dotted = ".".join(path.relative_to(tree.ROOT).with_suffix("").parts)
            found[f"{dotted.removeprefix('betony.')}.{name}"] = getattr(importlib.import_module(dotted), name)
    return found


def names_in(path: Path) -> list[str]:
    """The module constants of a file whose name ends in _MOVES."""
    names = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        names += [one.id for one in targets if isinstance(one, ast.Name) and one.id.endswith("_MOVES")]
    return names


def unread() -> list[str]:
    """The tables that no code reads but tests, each as a sentence."""
    return [
        f"{tree.shown(path)}: nothing but tests reads {name}, so nothing refuses the moves it leaves out"
        for path in tree.files(".py", under="betony")
        if path.name == "rules.py" or path.parent.name == "rules"
        for name in names_in(path)
        if not _is_read(name, path)
    ]


def _is_read(table: str, path: Path) -> bool:
    """Whether another file of the module reads the table, itself or by a function that stands beside it."""
    functions = {
        node.name: _names(node)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }
    by = {table}
    while more := {name for name, used in functions.items() if used & by} - by:
        by |= more
    module = tree.ROOT.joinpath(*path.relative_to(tree.ROOT).parts[:3])
    others = [one for one in module.rglob("*.py") if one != path and "tests" not in one.parts]
    return any(_names(ast.parse(one.read_text(encoding="utf-8"))) & by for one in others)


def _names(tree_: ast.AST) -> set[str]:
    """Every name that is used within, also as `rules.name` and in an import."""
    used = set()
    for node in ast.walk(tree_):
        if isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.Attribute):
            used.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            used |= {alias.name for alias in node.names}
    return used


def page() -> str:
    """The page of all state tables."""
    text = "# States\n\nEach table stands in the module's `rules.py`; the code refuses a move that is not in it.\n"
    found = tables()
    for name, table in found.items():
        text += f"\n## `{name}`\n\n| From | May become |\n| --- | --- |\n"
        moves = {_word(state): sorted(_word(one) for one in after) for state, after in table.items()}
        for state, after in moves.items():
            text += f"| {state} | {', '.join(after) or 'nothing: it is final'} |\n"
        text += "\n```mermaid\nstateDiagram-v2\n"
        text += "".join(f"    {state} --> {one}\n" for state, after in moves.items() for one in after)
        text += "```\n"
    return text if found else text + "\nNone yet.\n"


def _word(state: object) -> str:
    return str(getattr(state, "value", state))
