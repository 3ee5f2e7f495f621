"""The generators read events, states, settings and routes as they are written."""

import ast
import subprocess

import pytest

from tools import generate_docs, settings_read, states


def test_an_event_is_told_with_its_sentence_and_fields(tmp_path, monkeypatch):
    monkeypatch.setattr("tools.tree.ROOT", tmp_path)
    path = tmp_path / "betony" / "clinic" / "patients" / "events.py"
    path.parent.mkdir(parents=True)
    path.write_text(
        "@dataclass(frozen=True)\nclass PatientSaved:\n"
        '    """A patient was added or changed.\n\n    More words."""\n\n'
        "    organization_id: UUID\n    patient_id: UUID\n"
    )
    assert list(generate_docs.events_in(path)) == [
        (
            "betony.clinic.patients.events.PatientSaved",
            "A patient was added or changed.",
            ["organization_id: UUID", "patient_id: UUID"],
        )
    ]


def test_state_tables_are_the_constants_that_end_in_moves(tmp_path):
    path = tmp_path / "rules.py"
    path.write_text("NOTE_MOVES: dict[str, frozenset[str]] = {}\nORDER_MOVES = {}\nLIMIT = 3\n")
    assert states.names_in(path) == ["NOTE_MOVES", "ORDER_MOVES"]


NOTE_RULES = """
NOTE_MOVES = {"draft": frozenset({"signed"}), "signed": frozenset()}


def _after(state):
    return NOTE_MOVES[state]


def may_move(state, wanted):
    return wanted in _after(state)
"""


@pytest.mark.parametrize(
    ("file", "source", "is_read"),
    [
        ("actions.py", "from betony.clinic.notes import rules\nrules.may_move(a, b)\n", True),
        ("actions/signing.py", "from betony.clinic.notes.rules import may_move\n", True),
        ("models.py", "rules.NOTE_MOVES\n", True),
        ("actions.py", "from betony.clinic.notes import rules\n", False),
        ("tests/test_moves.py", "rules.may_move(a, b)\nrules.NOTE_MOVES\n", False),
    ],
)
def test_a_state_table_that_only_tests_read_is_found(file, source, is_read, tmp_path, monkeypatch):
    monkeypatch.setattr("tools.tree.ROOT", tmp_path)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    folder = tmp_path / "betony" / "clinic" / "notes"
    (folder / file).parent.mkdir(parents=True)
    (folder / "rules.py").write_text(NOTE_RULES)
    (folder / file).write_text(source)
    assert len(states.unread()) == (0 if is_read else 1)
    assert all("NOTE_MOVES" in sentence for sentence in states.unread())


def test_a_permission_table_says_who_may_open_a_route():
    facts = {
        "roles": {"owner": ["patients.view"], "biller": []},
        "routes": [
            {
                "path": "/patients/",
                "name": "patients:list",
                "view": "x",
                "methods": ["GET"],
                "scopes": {},
                "policy": {"kind": "permission", "permissions": ["patients.view"]},
            }
        ],
    }
    page = generate_docs.permissions_page("clinic", facts)
    assert "| `/patients/` | GET | `patients.view` | yes |  |" in page


def test_a_name_put_together_is_written_with_its_braces():
    node = ast.parse('f"BETONY_{server}_DATABASE_URL"').body[0]
    assert isinstance(node, ast.Expr)
    assert settings_read.written(node.value) == "BETONY_{server}_DATABASE_URL"
