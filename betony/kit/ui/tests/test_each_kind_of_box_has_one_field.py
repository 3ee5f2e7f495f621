"""A kind of box that has its own field is made by that field alone, so that its care is taken everywhere."""

from pathlib import Path

import pytest

import betony

ROOT = Path(betony.__file__).parent
HOMES = {"forms.Textarea(": "kit/ui/lines_field.py", "forms.PasswordInput(": "kit/ui/password_field.py"}


@pytest.mark.parametrize("widget", HOMES)
def test_no_form_makes_such_a_box_by_itself(widget):
    found = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if "tests" not in path.parts and widget in path.read_text(encoding="utf-8")
    }
    assert found == {HOMES[widget]}
