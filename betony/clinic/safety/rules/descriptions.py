"""What a product's description names as being inside: whole names of the table, sentence by sentence.

A sentence that says what is not inside, or what to mind, is left out whole: rather a substance missed here, and
said to be unknown, than one that was never in the product.
"""

import re
from functools import lru_cache

from betony.clinic.safety.rules import names, reading
from betony.clinic.safety.rules.knowledge import Knowledge

LONGEST_TEXT = 20_000
MOST_WORDS = 8

_SHORT_FOR_SAINT = re.compile(r"\bst\.\s", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?]+(?:\s|$)|[\n;•·]+")
_NOT_INSIDE = re.compile(
    r"\b(?:free (?:of|from)|without|no|not|never|avoid|ask|consult|if you|caution|warning|interact\w*|made in|"
    r"facility|unlike|instead of|alternative to|replaces?|may change)\b",
    re.IGNORECASE,
)
_INSIDE = frozenset({"ingredient", "allergen"})


def named_in(text: str, *, knowledge: Knowledge | None = None) -> tuple[str, ...]:
    """Return the names of what a description says is inside, in its order, each once."""
    table = knowledge or reading.knowledge()
    found: dict[str, None] = {}
    for sentence in _SENTENCE.split(_SHORT_FOR_SAINT.sub("st ", text[:LONGEST_TEXT])):
        if not _NOT_INSIDE.search(sentence):
            found |= dict.fromkeys(_names_of(sentence, table))
    return tuple(found)


def _names_of(sentence: str, table: Knowledge) -> list[str]:
    words = [word for piece in sentence.split() for word in names.normalise(piece).split()]
    known, place = _inside(table), 0
    found: list[str] = []
    while place < len(words):
        length, name_id = _longest(words, place, known)
        is_absent = words[place + length : place + length + 1] == ["free"]
        if name_id and not is_absent:
            found.append(table.label(name_id))
        place += length
    return found


def _longest(words: list[str], place: int, known: dict[str, str]) -> tuple[int, str]:
    """Return how many words from this place make the longest known name, and its id; one word when none do."""
    for length in range(min(MOST_WORDS, len(words) - place), 0, -1):
        name_id = known.get(" ".join(words[place : place + length]))
        if name_id:
            return length, name_id
    return 1, ""


@lru_cache(maxsize=4)
def _inside(table: Knowledge) -> dict[str, str]:
    return {
        written: name_id
        for written, name_id in table.by_written.items()
        if table.by_id[name_id].kind in _INSIDE
    }
