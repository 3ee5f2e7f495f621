"""The icons that a page can show, one SVG file each in the folder icons/."""

import functools
import pathlib
import re

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FOLDER = pathlib.Path(__file__).parent / "icons"
_DRAWING = re.compile(r"<svg[^>]*>(?P<shapes>.*)</svg>", re.DOTALL)


class UnknownIcon(LookupError):
    """No file of that name is in the icon folder."""


def names() -> list[str]:
    """Return the names of all icons, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.svg"))


@functools.cache
def shapes(name: str) -> SafeString:
    """Return the drawing inside the icon's svg element. Raises UnknownIcon."""
    if name not in names():
        raise UnknownIcon(f"There is no icon {name!r}. There are: {', '.join(names())}")
    drawing = _DRAWING.search((FOLDER / f"{name}.svg").read_text(encoding="utf-8"))
    if drawing is None:
        raise UnknownIcon(f"icons/{name}.svg holds no svg element")
    return mark_safe(drawing["shapes"])  # noqa: S308 - our own file, no outside text


def drawing(name: str, added_class: str = "", label: str = "") -> SafeString:
    """Return the icon's svg element. Raises UnknownIcon."""
    if label:
        return format_html(
            '<svg class="icon {}" viewBox="0 0 24 24" role="img" aria-label="{}" focusable="false">{}</svg>',
            added_class,
            label,
            shapes(name),
        )
    return _decorative(name, added_class)


@functools.lru_cache(maxsize=500)
def _decorative(name: str, added_class: str) -> SafeString:
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        f"icon {added_class}".strip(),
        shapes(name),
    )
