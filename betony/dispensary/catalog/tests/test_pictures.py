"""Every product has a picture, and no name can break out of it."""

import xml.etree.ElementTree as ET

import pytest

from betony.dispensary.catalog import pictures

MAGNESIUM = pictures.Pack(
    product_name="Magnesium Glycinate 120 mg",
    brand_name="Alder & Ash",
    colour="#6b4f8a",
    form="capsule",
    size="180 capsules",
)
FORMS = [
    "capsule",
    "softgel",
    "tablet",
    "chewable",
    "gummy",
    "lozenge",
    "powder",
    "packet",
    "liquid",
    "drops",
    "gel",
    "unheard-of",
]


def _parsed(drawing: str) -> ET.Element:
    return ET.fromstring(drawing)  # noqa: S314 - our own drawing, not a stranger's file


def _with_name(name: str) -> pictures.Pack:
    return pictures.Pack(name, name, name, name, name)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", pictures.PIXELS)
def test_every_form_is_drawn_in_every_size_as_well_formed_svg(form: str, size: str) -> None:
    pack = pictures.Pack("Zinc", "Fernway Labs", "#2f7d4f", form, "60 capsules")
    root = _parsed(pictures.draw(pack, size=size))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("width") == str(pictures.PIXELS[size])


def test_it_shows_the_names_and_the_colour() -> None:
    drawn = pictures.draw(MAGNESIUM, size="medium")
    assert "Alder &amp; Ash" in drawn
    assert "Glycinate 120" in drawn
    assert "180 capsules" in drawn
    assert "#6b4f8a" in drawn


@pytest.mark.parametrize(
    "name",
    ['"><script>alert(1)</script>', "</svg><img src=x onerror=alert(1)>", "]]>&nbsp;", "'onload='x", ""],
)
def test_markup_in_a_name_is_text(name: str) -> None:
    root = _parsed(pictures.draw(_with_name(name), size="small"))
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "title", "rect", "path", "circle", "ellipse", "text"}
    assert not any(key.startswith("on") for element in root.iter() for key in element.attrib)


def test_it_needs_no_style_script_or_other_file() -> None:
    drawn = pictures.draw(MAGNESIUM, size="large")
    for forbidden in ("<style", "style=", "<script", "href", "url(", "@import", "<image"):
        assert forbidden not in drawn


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(KeyError):
        pictures.draw(MAGNESIUM, size="huge")
