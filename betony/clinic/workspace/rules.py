"""What of the palette's entries the typed words mean. Pure."""

import unicodedata

FEWEST_LETTERS = 2


def folded(text: str) -> str:
    """Return the text without case and accents, for comparing."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def matches(label: str, typed: str) -> bool:
    """Tell whether every typed word begins a word of the label; nothing typed matches everything."""
    words = folded(label).split()
    return all(any(word.startswith(one) for word in words) for one in folded(typed).split())
