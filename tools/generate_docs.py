"""The pages under docs/generated/: made from the code, so that they are never out of date.

`python -m tools.generate_docs` writes them; with `--check` it fails when a committed one differs.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools import server_facts, settings_read, states, tree

FOLDER = tree.ROOT / "docs" / "generated"
MADE_BY = "<!-- Made by: python -m tools.generate_docs. Change the code, not this page. -->\n\n"


def pages() -> dict[str, str]:
    """Every generated page: file name to text."""
    facts = {server: server_facts.facts_of(server) for server in tree.SERVERS}
    made = {f"permissions-{server}.md": permissions_page(server, facts[server]) for server in tree.SERVERS}
    made["events.md"] = events_page({server: facts[server]["listeners"] for server in tree.SERVERS})
    made["settings.md"] = settings_page()
    made["states.md"] = states.page()
    return {name: MADE_BY + text for name, text in made.items()}


def permissions_page(server: str, facts: dict[str, Any]) -> str:
    """The table role × route × method of one server."""
    roles: dict[str, list[str]] = facts["roles"]
    text = f"# Who may open what: the {server}\n\n"
    text += "A route without a declared policy stops the tests. Unknown and forbidden look the same. "
    text += "Where GET stands, HEAD may be asked too.\n\n"
    if roles:
        text += "## Roles and their permissions\n\n" + _table(
            ["Permission", *roles],
            [
                [f"`{permission}`", *("yes" if permission in roles[role] else "" for role in roles)]
                for permission in sorted({name for names in roles.values() for name in names})
            ],
        )
    rows = []
    for route in facts["routes"]:
        is_read = "GET" in route["methods"]
        for method in (one for one in route["methods"] if not (is_read and one == "HEAD")):
            if method in route["scopes"]:
                scopes = route["scopes"][method]
                needs, cells = f"a token with {scopes}" if scopes else "a token", [""] * len(roles)
            else:
                needs = _needs(route["policy"])
                cells = [_may(route["policy"], permissions) for permissions in roles.values()]
            rows.append([f"`{route['path']}`", method, needs, *cells])
    return text + "\n## Routes\n\n" + _table(["Route", "Method", "Needs", *roles], rows)


def _needs(policy: dict[str, Any] | None) -> str:
    if policy is None:
        return "**no policy**"
    if policy["kind"] == "permission":
        return " or ".join(f"`{name}`" for name in policy["permissions"])
    return {"public": "nothing", "signed_in": "a sign-in"}.get(policy["kind"], str(policy["kind"]))


def _may(policy: dict[str, Any] | None, permissions: list[str]) -> str:
    if policy is None:
        return ""
    if policy["kind"] == "permission":
        return "yes" if not set(permissions).isdisjoint(policy["permissions"]) else ""
    return "yes"


def settings_page() -> str:
    """Every variable of the environment, with its meaning."""
    read, told = settings_read.reading(), settings_read.meanings()
    rows = []
    for name in sorted(told):
        entry, variable = told[name], read.variables.get(name)
        in_code = " or ".join(f"`{value}`" for value in sorted(variable.defaults)) if variable else ""
        rows.append([f"`{name}`", entry.get("default") or in_code or "unset", entry["meaning"]])
    return (
        "# Settings\n\n"
        "All settings are variables of the environment, validated at start: a bad value stops the start with "
        "a sentence that names the variable. Every secret may also be given in a file, as `NAME_FILE`.\n\n"
        + _table(["Variable", "When unset", "Meaning"], rows)
    )


def events_page(listeners: dict[str, dict[str, list[str]]]) -> str:
    """Every event with what it carries and who listens."""
    text = (
        "# Events\n\nAn event says what happened, in ids and short texts. Whoever listens does so in a "
        "job that is queued in the transaction of the change.\n"
    )
    for server in tree.SERVERS:
        text += f"\n## The {server}\n"
        events = [event for path in _event_files(server) for event in events_in(path)]
        for name, sentence, fields in events:
            jobs = listeners[server].get(name, [])
            heard = ", ".join(f"`{job}`" for job in jobs) or "nobody yet"
            text += f"\n### `{name.removeprefix('betony.')}`\n\n{sentence}\n\n"
            text += f"- carries: {', '.join(f'`{one}`' for one in fields)}\n- heard by: {heard}\n"
        if not events:
            text += "\nNone yet.\n"
    return text


def _event_files(server: str) -> list[Path]:
    return [
        path
        for path in tree.files(".py", under=f"betony/{server}")
        if "tests" not in path.parts and (path.name == "events.py" or path.parent.name == "events")
    ]


def events_in(path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """The event classes of a file: dotted name, first sentence of the docstring, fields."""
    module = ".".join(path.relative_to(tree.ROOT).with_suffix("").parts)
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        is_dataclass = isinstance(node, ast.ClassDef) and any(
            "dataclass" in ast.unparse(decorator) for decorator in node.decorator_list
        )
        if isinstance(node, ast.ClassDef) and is_dataclass:
            fields = [
                f"{part.target.id}: {ast.unparse(part.annotation)}"
                for part in node.body
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
            ]
            sentence = (ast.get_docstring(node) or "").split("\n\n")[0].replace("\n", " ")
            yield f"{module}.{node.name}", sentence, fields


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check compare them."""
    made = pages()
    problems = settings_read.disagreements() + states.unread()
    for name, text in made.items():
        path = FOLDER / name
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            problems.append(
                f"{tree.shown(path)} is out of date: run python -m tools.generate_docs and commit it"
            )
    if problems:
        print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
