"""Components drawn once and filled for every row."""

import re

import pytest
from django.template import engines
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

from betony.kit.ui import stencils

HOSTILE = "<img src=x onerror=alert(1)>\"' O'Brien"


def component(text: str) -> str:
    return engines["django"].from_string(CottonCompiler().process(text)).render({"hostile": HOSTILE})


def test_a_filled_stencil_is_what_the_component_draws() -> None:
    drawn = component('<c-menu id="actions-1" :label="hostile" src="/patients/1/actions/" />')
    filled = stencils.fill("menu", {"id": "actions-1", "label": HOSTILE, "src": "/patients/1/actions/"})
    assert filled == drawn
    assert "<img" not in filled


def test_rows_do_not_see_each_others_values() -> None:
    first = stencils.fill("menu", {"id": "a", "label": "Actions for June Hartley", "src": "/a/"})
    second = stencils.fill("menu", {"id": "b", "label": "Actions for Omar Reyes", "src": "/b/"})
    assert "June" in first
    assert "June" not in second


def test_a_stencil_is_drawn_once_for_each_language() -> None:
    values = {"id": "a", "label": "x", "src": "/a/"}
    stencils._pieces.cache_clear()
    for language in ("en", "fr", "en"):
        with translation.override(language):
            stencils.fill("menu", values)
    assert stencils._pieces.cache_info().misses == 2


def test_what_a_component_does_not_show_as_it_is_cannot_be_filled_in() -> None:
    with pytest.raises(stencils.ValueLost, match=re.escape("avatar does not show name")):
        stencils.fill("avatar", {"name": "June Hartley"})
