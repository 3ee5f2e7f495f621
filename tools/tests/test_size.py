"""Long files and functions fail; those getting long are notes."""

from tools import size, tree

SOMEWHERE = tree.ROOT / "betony" / "clinic" / "patients" / "queries.py"


def _function(lines: int) -> str:
    return "def draw():\n" + "    one = 1\n" * (lines - 1)


def test_a_function_of_sixty_lines_passes_with_a_note_and_sixty_one_fails():
    assert [is_hard for _, is_hard in size.check_python(SOMEWHERE, _function(60))] == [False]
    assert [is_hard for _, is_hard in size.check_python(SOMEWHERE, _function(61))] == [True]


def test_a_short_function_is_not_mentioned():
    assert list(size.check_python(SOMEWHERE, _function(35))) == []


def test_a_file_over_four_hundred_lines_is_a_note_and_over_six_hundred_fails():
    assert [is_hard for _, is_hard in size.check_python(SOMEWHERE, "one = 1\n" * 401)] == [False]
    assert [is_hard for _, is_hard in size.check_python(SOMEWHERE, "one = 1\n" * 601)] == [True]


def test_a_controller_over_a_hundred_lines_fails():
    assert list(size.check_controller(SOMEWHERE, "go();\n" * 100)) == []
    assert [is_hard for _, is_hard in size.check_controller(SOMEWHERE, "go();\n" * 101)] == [True]
