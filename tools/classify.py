"""Every field is classed: does it say who a person is or something about them, or not?

Each app that has models keeps a `fields.toml` beside them:

    [Patient]
    identifying = ["first_name", "notes"]
    other = ["is_active"]

Keys, references, `created_at` and `updated_at` need no entry. `python -m tools.classify` lists what is
unclassed and what no longer exists; `--write` adds the unclassed ones with a guess, for a person to review.
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass, field
from typing import Any

from tools import server_facts, tree

NAME = "fields.toml"
NEEDS_NO_CLASS = {"key", "reference"}
BOOKKEEPING = {"created_at", "updated_at"}
HEADER = """# Each field's class: `identifying` says who a person is or something about them, and so never
# stands in a log, a metric or a trace; `other` does not. Keys, references, created_at and updated_at need
# no entry.
"""
# A guess, to be read by a person: numbers, choices and instants seldom identify; text usually does.
SELDOM_IDENTIFYING = {
    "BigIntegerField",
    "BooleanField",
    "DateTimeField",
    "DecimalField",
    "IntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
    "SmallIntegerField",
    "UUIDField",
}
SELDOM_IDENTIFYING_NAMES = (
    "status",
    "state",
    "kind",
    "role",
    "_digest",
    "_hash",
    "code",
    "country",
    "currency",
)


@dataclass
class Report:
    """What a server's fields.toml files lack, and what they have too much: app folder → model → fields."""

    unclassed: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """The report as lines to print."""
        lines = [
            f"{folder}/{NAME}: {model}.{name} is not classed"
            for folder, by_model in self.unclassed.items()
            for model, fields in by_model.items()
            for name in fields
        ]
        return lines + [f"{entry} no longer exists" for entry in self.unknown]


def classes_of(folder: str) -> dict[str, dict[str, list[str]]]:
    """What an app's fields.toml says: model → class → field names; empty without the file."""
    path = tree.ROOT / folder / NAME
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def report(models: list[dict[str, Any]]) -> Report:
    """Compare the models (as `server_facts.models` tells them) with the classes written down."""
    made = Report()
    for model in models:
        written = classes_of(model["folder"]).get(model["name"], {})
        classed = {name for names in written.values() for name in names}
        lacking = {
            name: kind
            for name, kind in model["fields"].items()
            if kind not in NEEDS_NO_CLASS and name not in BOOKKEEPING and name not in classed
        }
        if lacking:
            made.unclassed.setdefault(model["folder"], {})[model["name"]] = lacking
        gone = sorted(classed - model["fields"].keys())
        made.unknown += [f"{model['folder']}/{NAME}: {model['name']}.{name}" for name in gone]
    for folder in sorted({model["folder"] for model in models}):
        names = {model["name"] for model in models if model["folder"] == folder}
        made.unknown += [f"{folder}/{NAME}: {name}" for name in classes_of(folder) if name not in names]
    return made


def guess(name: str, kind: str) -> str:
    """A first class for a field; better one too many identifying than one too few."""
    if kind in SELDOM_IDENTIFYING or name.endswith(SELDOM_IDENTIFYING_NAMES):
        return "other"
    return "identifying"


def write(lacking: dict[str, dict[str, dict[str, str]]]) -> None:
    """Add the unclassed fields to their files, with a guess each."""
    for folder, by_model in lacking.items():
        classes = classes_of(folder)
        for model, fields in by_model.items():
            entry = classes.setdefault(model, {})
            for name, kind in fields.items():
                entry.setdefault(guess(name, kind), []).append(name)
        (tree.ROOT / folder / NAME).write_text(as_toml(classes), encoding="utf-8")


def as_toml(classes: dict[str, dict[str, list[str]]]) -> str:
    """The classes as the text of a fields.toml."""
    text = HEADER
    for model, entry in sorted(classes.items()):
        text += f"\n[{model}]\n"
        for name in ("identifying", "other"):
            if entry.get(name):
                text += f"{name} = [\n" + "".join(f'  "{one}",\n' for one in entry[name]) + "]\n"
    return text


def main(arguments: list[str]) -> int:
    """List unclassed fields of both servers; with --write, add them."""
    bad = 0
    for server in tree.SERVERS:
        found = report(server_facts.facts_of(server)["models"])
        if "--write" in arguments:
            write(found.unclassed)
            found.unclassed = {}
        for sentence in found.sentences():
            print(sentence)
            bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
