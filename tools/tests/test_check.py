"""The runner tells good from bad, and runs only what was asked for."""

import sys

from tools import check


def test_a_command_that_fails_makes_the_whole_fail_and_shows_its_words(monkeypatch, capsys):
    bad = check.Check("a bad one", (sys.executable, "-c", "print('the reason'); raise SystemExit(3)"))
    good = check.Check("a good one", (sys.executable, "-c", "print('not shown')"))
    monkeypatch.setattr(check, "CHECKS", (bad, good))
    assert check.main([]) == 1
    said = capsys.readouterr().out
    assert "FAIL  a bad one" in said
    assert "ok    a good one" in said
    assert "the reason" in said
    assert "not shown" not in said


def test_words_choose_checks_and_an_unknown_word_is_an_error(monkeypatch):
    monkeypatch.setattr(check, "CHECKS", (check.Check("types of the clinic", (sys.executable, "-c", "")),))
    assert check.main(["types"]) == 0
    assert check.main(["colours"]) == 2
