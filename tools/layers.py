"""The layers of each server, read from the import contracts in pyproject.toml: one list for all checks."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from tools import tree


def layers_of(server: str) -> list[set[str]]:
    """The layers from the top down, each with the modules that share it."""
    return [set(re.findall(r"[a-z_]+", layer)) for layer in _written(server)]


def not_built_yet(server: str) -> set[str]:
    """The modules in brackets: placed already, needed by nothing yet."""
    return {name for layer in _written(server) for name in re.findall(r"\(([a-z_]+)\)", layer)}


def may_know(server: str, upper: str, lower: str) -> bool:
    """Whether a module may import, and point foreign keys at, another module of the same server."""
    height = {name: place for place, names in enumerate(layers_of(server)) for name in names}
    return upper == lower or height[upper] < height[lower]


def _written(server: str) -> list[str]:
    project: dict[str, Any] = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in project["tool"]["importlinter"]["contracts"]:
        if contract.get("containers") == [f"betony.{server}"]:
            return list(contract["layers"])
    raise LookupError(f"pyproject.toml has no layers for the {server}")
