import re

import pytest

from betony.kit.ui import faces, icons

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("June Hartley", "JH"),
        ("Hartley, June", "HJ"),
        ("Nina Alvarez, ND", "NA"),
        ("Zoë Nakamura-O'Brien", "ZN"),
        ("Élodie", "É"),
        ("(none) 7", "?"),
        ("", "?"),
    ],
)
def test_initials_are_the_first_and_last_words_first_letters(name: str, letters: str) -> None:
    assert faces.initials(name) == letters


def test_a_person_keeps_one_colour_and_the_palette_is_used_whole() -> None:
    assert faces.colour("0192-abc") == faces.colour("0192-abc")
    assert {faces.colour(number) for number in range(400)} == set(range(faces.COLOURS))


@pytest.mark.parametrize("name", icons.names())
def test_every_icon_is_a_plain_drawing(name: str) -> None:
    drawing = icons.shapes(name)
    assert re.search(r"<(path|circle|rect|line|polyline|polygon|ellipse)\b", drawing)
    assert not re.search(r"<script|<style|\son\w+=|href", drawing)


def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(icons.UnknownIcon):
        icons.shapes("unicorn")
