"""A person's initials and colour: the same person always looks the same, two people seldom do."""

import zlib

from django.utils.html import format_html
from django.utils.safestring import SafeString

COLOURS = 12


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name.

    Zoë Nakamura-O'Brien is ZN; a list's "Hartley, June" is HJ; in "Nina Alvarez, ND" the credential does
    not count.
    """
    before, _, after = name.partition(",")
    whole = before if len(before.split()) > 1 else f"{before} {after}"
    words = [word for word in whole.split() if word[0].isalpha()]
    if not words:
        return "?"
    chosen = words[:1] if len(words) == 1 else [words[0], words[-1]]
    return "".join(word[0] for word in chosen).upper()


def colour(key: object) -> int:
    """Return the number of the colour (0 to 11) that belongs to this id."""
    return zlib.crc32(str(key).encode()) % COLOURS


def drawing(name: str, key: object, size: str = "", added_class: str = "") -> SafeString:
    """Return the round mark that stands beside the name; `key` decides its colour, `size` is "large" or empty."""
    classes = ["face", f"face-{colour(key)}", *([f"face-{size}"] if size else []), added_class]
    return format_html(
        '<span class="{}" aria-hidden="true">{}</span>', " ".join(classes).strip(), initials(name)
    )
