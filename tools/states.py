"""The state tables: every constant of a `rules.py` whose name ends in `_MOVES`, as a table and a diagram.

`PRESCRIPTION_MOVES = {"draft": frozenset({"waiting"}), …}`: a state and the states it may become.
Rules are pure, so they are imported here without Django.
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


def page() -> str:
    """The page of all state tables."""
    text = "# States\n\nEach table stands in the module's `rules.py`; a move that is not in it is refused.\n"
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
