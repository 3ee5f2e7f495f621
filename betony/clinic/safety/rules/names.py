"""Names: how they are compared, and what a line of a medication list is made of.

Names match whole and normalised, never in parts: "iron" is not found in "environment", nor "soy" in "soybean-free".
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

LONGEST_NAME = 300

_APOSTROPHES = str.maketrans(dict.fromkeys("’‘′ʼ`´", "'"))
_BETWEEN_WORDS = re.compile(r"[\s\-\u2010-\u2015_/,;:.()\[\]*®™†‡§]+")
_UNITS = r"mg|mcg|µg|\u03bcg|ug|g|kg|ml|l|iu|units?|meq|mmol|%|billion|million|cfu|oz|drops?"
_AMOUNT = re.compile(rf"\b\d[\d,. ]*\s*(?:{_UNITS})(?!\w)(?:\s*/\s*\d*\s*\w+)?")
_PARTS = re.compile(r"[+&;,/]|\band\b|\bwith\b|\bplus\b")
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")

# Words that say in what form or how often something is taken, never what it is. Taken away in three steps, so
# that "grape seed extract" is first looked for as grape seed and "potassium 99 mg" as potassium.
_FORM_WORDS = """
    tablet tablets tab tabs capsule capsules cap caps softgel softgels gummy gummies lozenge lozenges drop drops
    liquid syrup solution suspension injection injectable inhaler spray patch patches cream gel ointment chewable
    oral po by mouth daily nightly weekly once twice per day each every morning evening bedtime night am pm qd bid
    tid qid qhs prn as from needed er xr sr cr dr ec la xl enteric coated extended delayed slow sustained release
    low dose high potency supplement supplements otc generic brand
"""
_MAKE_WORDS = """
    extract extracts powder powdered organic standardized standardised concentrate concentrated dried dry fresh
    raw pure natural usp sodium potassium hydrochloride hcl hydrobromide maleate mesylate tartrate besylate
    calcium magnesium
"""
_PLANT_PART_WORDS = """
    root roots leaf leaves flower flowers herb seed seeds bark berry berries fruit fruits rhizome rhizomes aerial
    parts part whole plant tops peel bulb
"""
_FORM = frozenset(_FORM_WORDS.split())
_MAKE = _FORM | frozenset(_MAKE_WORDS.split())
_STEPS = (_FORM, _MAKE, _MAKE | frozenset(_PLANT_PART_WORDS.split()))


@lru_cache(maxsize=20_000)
def normalise(name: str) -> str:
    """The form in which names are compared: no case, accents, marks or punctuation, single spaces."""
    text = unicodedata.normalize("NFKD", name[:LONGEST_NAME].translate(_APOSTROPHES)).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return _BETWEEN_WORDS.sub(" ", text.replace("'", "")).strip()


def readings(written: str) -> Iterator[tuple[str, ...]]:
    """How a line of a list can be read, the most literal first; each reading is one or more whole names.

    "Coumadin (warfarin sodium) 5 mg tablet" is read as written, then without its dose, then by its parts.
    """
    line = written[:LONGEST_NAME]
    yield (normalise(line),)
    bare = _AMOUNT.sub(" ", unicodedata.normalize("NFKC", line).casefold())
    for dropped in _STEPS:
        yield (_without(bare, dropped=dropped),)
    inside = [part for part in _IN_BRACKETS.findall(bare) if part.strip()]
    parts = [part for text in (_IN_BRACKETS.sub(" ", bare), *inside) for part in _PARTS.split(text)]
    for dropped in _STEPS:
        yield tuple(name for part in parts if (name := _without(part, dropped=dropped)))


def _without(text: str, *, dropped: frozenset[str]) -> str:
    return " ".join(word for word in normalise(text).split() if word not in dropped)
