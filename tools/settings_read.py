"""Which environment variables Betony reads, found in its source."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field

from tools import tree

VARIABLE = re.compile(r"BETONY_[A-Z0-9_]*[A-Z0-9]")
MEANINGS = tree.ROOT / "docs" / "settings.toml"
READERS = {"text", "choice", "number", "web_address", "words", "database", "mail"}


@dataclass
class Variable:
    """A variable: what it is when unset, and which files name it."""

    name: str
    defaults: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)


@dataclass
class Reading:
    """What the source reads: whole names, and the patterns of names put together at run time."""

    variables: dict[str, Variable] = field(default_factory=dict)
    patterns: set[str] = field(default_factory=set)

    def is_read(self, name: str) -> bool:
        """Whether the source reads this variable, by its whole name or through a pattern."""
        return name in self.variables or any(re.fullmatch(pattern, name) for pattern in self.patterns)


def reading() -> Reading:
    """What the servers and the command read from the environment."""
    made = Reading()
    sources = {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for path in tree.files(".py", under="betony")
        if "tests" not in path.parts
    }
    ours = {name for module in sources.values() for name in _assigned(module)}
    for path, module in sources.items():
        for name, default in _reader_calls(module):
            variable = made.variables.setdefault(name, Variable(name))
            variable.files.add(tree.shown(path))
            variable.defaults |= {default} - {""}
    for path, module in sources.items():
        for name in _named(module):
            # A Django setting of ours has the same form of name; it is a variable only if something reads it.
            if name in made.variables or name not in ours:
                made.variables.setdefault(name, Variable(name)).files.add(tree.shown(path))
        made.patterns |= set(_patterns(module))
    return made


def _assigned(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and VARIABLE.fullmatch(node.id):
            yield node.id


def _reader_calls(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and (node.func.attr in READERS or ast.unparse(node.func).endswith("environ.get"))
            and node.args
            and VARIABLE.fullmatch(name := written(node.args[0]))
        ):
            yield name, _default(node)


def _default(call: ast.Call) -> str:
    assert isinstance(call.func, ast.Attribute)  # noqa: S101  (the caller asked)
    position = 2 if call.func.attr == "choice" else 1
    given = call.args[position] if len(call.args) > position else None
    given = given or next((word.value for word in call.keywords if word.arg == "default"), None)
    return "" if given is None else written(given)


def _named(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and VARIABLE.fullmatch(node.value):
            yield node.value


def _patterns(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr) and (text := written(node)).startswith("BETONY_"):
            pattern = re.sub(r"\{[^}]*\}", "[A-Z0-9_]+", text)
            if re.fullmatch(r"[A-Z0-9_+\[\]-]+", pattern):
                yield pattern + ("[A-Z0-9_]+" if pattern.endswith("_") else "")


def written(node: ast.expr) -> str:
    """A literal as text; what is put together at run time stands in braces."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{" + ast.unparse(part.value) + "}"
            for part in node.values
            if isinstance(part, ast.Constant | ast.FormattedValue)
        )
    return "{" + ast.unparse(node) + "}"


def meanings() -> dict[str, dict[str, str]]:
    """What docs/settings.toml says of each variable: `meaning`, and `default` where it needs words."""
    return tomllib.loads(MEANINGS.read_text(encoding="utf-8")) if MEANINGS.is_file() else {}


def disagreements() -> list[str]:
    """Where docs/settings.toml and the source differ, as sentences."""
    read, told = reading(), meanings()
    untold = [
        f"{variable.name} is read by {min(variable.files)} and not explained in docs/settings.toml"
        for variable in read.variables.values()
        if variable.name not in told
    ]
    untold += [
        f"no variable like {pattern} is explained in docs/settings.toml"
        for pattern in sorted(read.patterns)
        if not any(re.fullmatch(pattern, name) for name in told)
    ]
    unread = [
        f"docs/settings.toml explains {name}, which nothing reads" for name in told if not read.is_read(name)
    ]
    return untold + unread


def main() -> None:
    """Print every variable with where it is read, and every pattern."""
    read = reading()
    for variable in sorted(read.variables.values(), key=lambda one: one.name):
        print(variable.name, sorted(variable.defaults), sorted(variable.files))
    print(*sorted(read.patterns), sep="\n")


if __name__ == "__main__":
    main()
