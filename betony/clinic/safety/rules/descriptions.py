"""What a product's description names as being inside, and how much of it: whole names of the table.

What stands behind "free of" or "contains no" is not inside, nor is what a warning speaks of. Rather a substance
missed here, and said to be unknown, than one that was never in the product. Text is somebody else's: it is read
to a limit and in one pass.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from betony.clinic.safety.rules import names, reading
from betony.clinic.safety.rules.knowledge import Knowledge

LONGEST_TEXT = 20_000
LONGEST_SENTENCE = 600
MOST_WORDS = 8
LONGEST_NUMBER = 12

_SHORT_FOR_SAINT = re.compile(r"\bst\.\s", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?]+(?:\s|$)|[\n;•·|]+")
# A sentence with one of these speaks of people, of other products or of how this one is made.
_ABOUT_OTHERS = re.compile(
    r"\b(?:avoid|ask|consult|discuss|if you|caution|warning|interact\w*|made in|facility|unlike|instead of|"
    r"alternative to|replac\w+|may change|do not (?:take|use)|should not|allergic|allerg(?:y|ies) to|taken with)\b",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"\d+(?:,\d{3})*(?:\.\d+)?(?=\s*(?:mcg|mg|µg|\u03bcg|g|iu)\b)|\d+(?:,\d{3})+(?:\.\d+)?|\d+\.\d+"
    r"|[^\W_]+(?:['\u2019\u02bc][^\W_]+)*|[(),:]",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?\Z")
_UNITS = frozenset({"mcg", "mg", "g", "iu", "\u03bcg", "ug"})
_EQUIVALENTS = frozenset({"rae", "dfe", "ne", "at"})
_DENIALS = frozenset({"no", "not", "never", "without", "excludes", "zero"})
_ASSERTIONS = frozenset({"contains", "provides", "supplies", "includes", "but"})
_MARKS = frozenset("(),:")
# Behind one of these, or with an amount, a name says for certain that the thing is inside.
_LISTS = frozenset({"contains", "provides", "supplies", "includes", ":"})
_JOINS = frozenset({"and", "or", ","})
# "Supports healthy calcium levels" does not say that calcium is inside.
_SPOKEN_OF = frozenset({"level", "levels", "deficiency", "absorption", "status", "metabolism", "balance"})
_BETWEEN_NAME_AND_AMOUNT = frozenset(
    {":", "extract", "root", "leaf", "seed", "powder", "elemental", "total", "usp"}
)
_INSIDE = frozenset({"ingredient", "allergen"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """A substance a description names, under its canonical name; the amount is that of the label's serving."""

    name: str
    amount: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class _Mention:
    name_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one sentence says: what is inside, which of it for certain, and what is not."""

    inside: tuple[Learned, ...]
    certain: frozenset[str]
    denied: frozenset[str]


def learn(text: str, *, knowledge: Knowledge | None = None) -> tuple[Learned, ...]:
    """Return what a description says is inside, with the amounts it gives, each substance once.

    What one sentence denies and another only mentions ("for those who like milk", "free of milk") is not inside.
    """
    table = knowledge or reading.knowledge()
    found: dict[str, Learned] = {}
    certain: set[str] = set()
    denied: set[str] = set()
    for sentence in _sentences(text):
        read = _read(sentence, table)
        certain |= read.certain
        denied |= read.denied
        for learned in read.inside:
            before = found.get(learned.name)
            if before is None or before.amount is None:
                found[learned.name] = learned
    return tuple(one for one in found.values() if one.name in certain or one.name not in denied)


def _sentences(text: str) -> Iterator[str]:
    for sentence in _SENTENCE.split(_SHORT_FOR_SAINT.sub("st ", text[:LONGEST_TEXT])):
        for start in range(0, len(sentence), LONGEST_SENTENCE):
            part = sentence[start : start + LONGEST_SENTENCE]
            if not _ABOUT_OTHERS.search(part):
                yield part


def _read(sentence: str, table: Knowledge) -> _Reading:
    raw = [match.group() for match in _TOKEN.finditer(sentence)]
    words = [piece if piece in _MARKS else names.normalise(piece) for piece in raw]
    mentions = _mentions(words, _inside(table))
    absent = _absent(words, mentions)
    inside: list[Learned] = []
    certain: set[str] = set()
    taken: set[int] = set()
    for mention in mentions:
        if mention.start in absent:
            continue
        name = table.label(mention.name_id)
        amount, unit = _amount_of(words, raw, mention, taken)
        if amount is None and words[mention.end : mention.end + 1] and words[mention.end] in _SPOKEN_OF:
            continue
        inside.append(Learned(name=name, amount=amount, unit=unit))
        if amount is not None or _LISTS.intersection(words[: mention.start]):
            certain.add(name)
    denied = frozenset(table.label(one.name_id) for one in mentions if one.start in absent)
    return _Reading(tuple(inside), frozenset(certain), denied)


def _mentions(words: Sequence[str], known: Mapping[str, str]) -> list[_Mention]:
    found: list[_Mention] = []
    place = 0
    while place < len(words):
        for length in range(min(MOST_WORDS, len(words) - place), 0, -1):
            name_id = known.get(" ".join(words[place : place + length]))
            if name_id:
                found.append(_Mention(name_id, place, place + length))
                place += length
                break
        else:
            place += 1
    return found


def _absent(words: Sequence[str], mentions: Sequence[_Mention]) -> set[int]:
    """Where the mentions begin that the sentence says are not inside."""
    denied, is_denied = set(), False
    starts = {mention.start for mention in mentions}
    for place, word in enumerate(words):
        follows = words[place + 1] if place + 1 < len(words) else ""
        if word in _DENIALS or (word == "free" and follows in ("of", "from")):
            is_denied = True
        elif word in _ASSERTIONS and words[place - 1] not in _DENIALS:
            is_denied = False
        elif word == "free":
            denied |= _before(words, mentions, place)
        if is_denied and place in starts:
            denied.add(place)
    return denied


def _before(words: Sequence[str], mentions: Sequence[_Mention], place: int) -> set[int]:
    """The mentions that end here or are joined to one that does: "soy, egg and dairy free"."""
    by_end = {mention.end: mention for mention in mentions}
    found: set[int] = set()
    while place in by_end:
        found.add(by_end[place].start)
        place = by_end[place].start
        while place > 0 and words[place - 1] in _JOINS:
            place -= 1
    return found


def _amount_of(
    words: Sequence[str], raw: Sequence[str], mention: _Mention, taken: set[int]
) -> tuple[Decimal | None, str]:
    """The amount that stands before the name, or else behind it; each amount belongs to one name."""
    for place in (_place_before(words, mention.start), _place_behind(words, mention.end)):
        if place is None or place in taken:
            continue
        number = raw[place]
        taken.add(place)
        unit = words[place + 1]
        if place + 2 < len(words) and words[place + 2] in _EQUIVALENTS:
            unit = f"{unit} {words[place + 2]}"
        return Decimal(number.replace(",", "")), unit
    return None, ""


def _is_amount(words: Sequence[str], place: int) -> bool:
    if place < 0 or place + 1 >= len(words) or len(words[place]) > LONGEST_NUMBER:
        return False
    # The normalised number has lost its points and commas; what is left are digits.
    return words[place].replace(" ", "").isdecimal() and words[place + 1] in _UNITS


def _place_before(words: Sequence[str], start: int) -> int | None:
    place = start - 1
    if place >= 0 and words[place] == "of":
        place -= 1
    if place >= 0 and words[place] in _EQUIVALENTS:
        place -= 1
    if place >= 3 and words[place] == ")" and _is_amount(words, place - 2) and words[place - 3] == "(":
        place -= 4
    return place - 1 if _is_amount(words, place - 1) else None


def _place_behind(words: Sequence[str], end: int) -> int | None:
    place = end
    while place < len(words):
        if words[place] == "(" and ")" in words[place : place + 16]:
            if _is_amount(words, place + 1):
                return place + 1
            place = words.index(")", place) + 1
        elif words[place] in _BETWEEN_NAME_AND_AMOUNT:
            place += 1
        else:
            break
    return place if _is_amount(words, place) else None


@lru_cache(maxsize=4)
def _inside(table: Knowledge) -> Mapping[str, str]:
    return {
        written: name_id
        for written, name_id in table.by_written.items()
        if table.by_id[name_id].kind in _INSIDE
    }
