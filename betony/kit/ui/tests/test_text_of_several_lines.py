"""Text of several lines is measured as people see it: browsers count a line end once and send it as two."""

import pytest
from django import forms

from betony.kit.ui.lines_field import LinesField


class Letter(forms.Form):
    words = LinesField(max_length=5)


@pytest.mark.parametrize("typed", ["ab\r\ncd", "ab\ncd", "ab\rcd"])
def test_a_line_end_counts_once_however_it_is_sent(typed):
    form = Letter({"words": typed})
    assert form.is_valid()
    assert form.cleaned_data["words"] == "ab\ncd"


def test_too_long_is_said_and_what_was_typed_stays():
    form = Letter({"words": "ab\r\ncde"})
    assert not form.is_valid()
    assert "ab\ncde" in str(form["words"]).replace("\r\n", "\n")


def test_the_browser_may_not_cut_what_is_pasted():
    assert "maxlength" not in str(Letter()["words"])
