"""Draws a product's pack as SVG: by form, in the brand's colour, with its names. Pure; no style or script."""

import textwrap
from dataclasses import dataclass
from html import escape

PIXELS = {"small": 80, "medium": 240, "large": 640}
_INK = "#2b2733"
_PAPER = "#faf8fc"
_CAP = "#d9d4e0"
_NAME_WIDTH = 15
_NAME_LINES = 4
_FONT = "ui-sans-serif, system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class Pack:
    """What a picture shows of a variant."""

    product_name: str
    brand_name: str
    colour: str
    form: str
    size: str


def draw(pack: Pack, *, size: str) -> str:
    """The picture as one SVG document. Every name is escaped; nothing is fetched, no style or script used.

    `size` is `small`, `medium` or `large`; anything else raises KeyError.
    """
    pixels = PIXELS[size]
    colour = escape(pack.colour, quote=True)
    title = escape(f"{pack.product_name}, {pack.brand_name}, {pack.size}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240" width="{pixels}" height="{pixels}" '
        f'role="img"><title>{title}</title><rect width="240" height="240" fill="{_PAPER}"/>'
        f"{_OUTLINES[_SHAPES.get(pack.form, 'bottle')].format(colour=colour, ink=_INK, cap=_CAP)}"
        f"{_label(pack, colour)}</svg>\n"
    )


def _label(pack: Pack, colour: str) -> str:
    lines = textwrap.wrap(pack.product_name, _NAME_WIDTH, max_lines=_NAME_LINES, placeholder="…") or [""]
    parts = [
        f'<rect x="68" y="92" width="104" height="104" rx="4" fill="#ffffff"/>'
        f'<rect x="68" y="92" width="104" height="20" rx="4" fill="{colour}" fill-opacity="0.18"/>',
        _text(_shortened(pack.brand_name, 22), y=105, size=8, weight=700),
    ]
    parts += [_text(line, y=130 + 14 * row, size=12, weight=600) for row, line in enumerate(lines)]
    parts.append(_text(_shortened(pack.size, 20), y=190, size=9, weight=400))
    return "".join(parts)


def _text(words: str, *, y: int, size: int, weight: int) -> str:
    return (
        f'<text x="120" y="{y}" font-family="{_FONT}" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="middle" fill="{_INK}">{escape(words)}</text>'
    )


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"


_SHAPES = {
    "capsule": "bottle",
    "softgel": "bottle",
    "tablet": "bottle",
    "chewable": "jar",
    "gummy": "jar",
    "lozenge": "jar",
    "powder": "pouch",
    "packet": "box",
    "liquid": "flask",
    "drops": "dropper",
    "gel": "tube",
}
_OUTLINES = {
    "bottle": '<rect x="82" y="22" width="76" height="30" rx="5" fill="{cap}"/>'
    '<path d="M86 52h68v8c10 4 22 12 22 26v118a14 14 0 0 1-14 14H78a14 14 0 0 1-14-14V86c0-14 12-22 22-26z" '
    'fill="{colour}"/>',
    "jar": '<rect x="62" y="36" width="116" height="28" rx="6" fill="{cap}"/>'
    '<rect x="58" y="66" width="124" height="150" rx="16" fill="{colour}"/>',
    "pouch": '<path d="M60 30h120l8 176a12 12 0 0 1-12 12H64a12 12 0 0 1-12-12z" fill="{colour}"/>'
    '<path d="M60 30h120l1 16H59z" fill="{cap}"/><circle cx="120" cy="70" r="9" fill="{cap}"/>',
    "box": '<path d="M54 58l18-24h114l-14 24z" fill="{cap}"/><rect x="54" y="58" width="124" height="160" '
    'fill="{colour}"/><path d="M178 58l8-24v160l-8 24z" fill="{ink}" fill-opacity="0.35"/>',
    "flask": '<rect x="98" y="16" width="44" height="30" rx="4" fill="{cap}"/>'
    '<path d="M102 46h36v18c0 10 38 12 38 30v110a14 14 0 0 1-14 14H78a14 14 0 0 1-14-14V94c0-18 38-20 '
    '38-30z" fill="{colour}"/>',
    "dropper": '<ellipse cx="120" cy="24" rx="13" ry="18" fill="{ink}" fill-opacity="0.75"/>'
    '<rect x="102" y="40" width="36" height="26" rx="3" fill="{cap}"/>'
    '<path d="M104 66h32c4 10 40 8 40 26v112a14 14 0 0 1-14 14H78a14 14 0 0 1-14-14V92c0-18 36-16 40-26z" '
    'fill="{colour}"/>',
    "tube": '<path d="M58 24h124l-4 166H62z" fill="{colour}"/><rect x="58" y="18" width="124" height="12" '
    'fill="{cap}"/><rect x="92" y="196" width="56" height="26" rx="4" fill="{cap}"/>',
}
