"""How much of a label's serving directions come to in a day: pure, and unknown rather than guessed.

A label says what one serving holds ("Two capsules: magnesium 300 mg"), directions how many are taken ("1-2 capsules,
twice per day"). Only what is certain is joined: words from closed lists, and a measure that is the same on both sides.
Of a range the larger number counts, because a limit is about the most that is taken.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Context, Decimal

from betony.clinic.safety.rules.values import DailyAmount

LONGEST_TEXT = 20_000
MOST_A_TIME = Decimal(1_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What a label's amounts are for: two capsules, half a teaspoon. The unit is a word of `_WORDS`."""

    count: Decimal
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """How much of a substance one serving holds."""

    substance: str
    amount: Decimal
    unit: str
    serving: Serving


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """How something is taken, as written: how many of what, how often, and the times of day that are named."""

    amount: str = ""
    format: str = ""
    frequency: str = ""
    times_of_day: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """How many servings a day; at most so many where the directions leave a choice."""

    servings: Decimal
    is_up_to: bool = False


# The units, with what they are called besides the plural. What the vendor calls powder, gel and liquid counts nothing.
_WORDS = {
    "capsule": "cap vcap vegcap",
    "softgel": "soft-gel softgel-capsule soft-gel-capsule",
    "tablet": "tab caplet",
    "chewable": "chewable-tablet",
    "gummy": "gummies",
    "lozenge": "",
    "packet": "sachet stick-pack",
    "pellet": "",
    "strip": "",
    "suppository": "suppositories",
    "scoop": "scoopful",
    "pump": "",
    "spray": "",
    "drop": "",
    "dropper": "dropperful",
    "mL": "ml milliliter millilitre",
    "teaspoon": "tsp teaspoonful",
    "tablespoon": "tbsp tablespoonful",
}
# A softgel is a capsule to the vendor, whose formats have neither softgel nor gummy.
_SAME = (
    frozenset({"capsule", "softgel"}),
    frozenset({"chewable", "gummy"}),
    frozenset({"chewable", "tablet"}),
)
# On labels a teaspoon is five millilitres and a tablespoon fifteen (21 CFR 101.9(b)(5)(viii)).
_MILLILITRES = {"mL": Decimal(1), "teaspoon": Decimal(5), "tablespoon": Decimal(15)}
# More than that is what the pack holds, not what is taken at once.
_MOST_IN_A_SERVING = {"drop": 100, "mL": 100, "pellet": 50, "spray": 20}
_MOST_PIECES = 12

_NUMBER_WORDS = {
    "a": "1", "an": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10", "twelve": "12", "fifteen": "15", "twenty": "20",
    "half a": "1/2", "half an": "1/2", "one half": "1/2", "half": "1/2",
}  # fmt: skip
_FRACTION_SIGNS = {"½": " 1/2", "¼": " 1/4", "¾": " 3/4", "\u2044": "/"}
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014"), "-")


def _units() -> Iterator[tuple[str, str]]:
    for unit, others in _WORDS.items():
        for word in (unit.casefold(), *others.split()):
            plain = word.replace("-", " ")
            yield plain, unit
            yield f"{plain}s", unit


_UNITS = dict(_units())
_KIND = (
    r"(?:(?:vegetarian|vegetable|vegan|veggie|veg|plant|coated|enteric|level|delayed[ -]release|"
    r"extended[ -]release)[ -])*"
)


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", "[ -]") for word in sorted(words, key=len, reverse=True))


_NUMBER = rf"(?:(?:\d{{1,3}} )?\d/\d|\d{{1,4}}(?:\.\d{{1,3}})?|{_any_of(_NUMBER_WORDS)})"
_UNIT = rf"{_KIND}(?P<unit>{_any_of(_UNITS)})(?:\(s\))?(?!\w)"
_SOME = rf"(?<![\w./,-])(?P<count>{_NUMBER})[ -]?{_UNIT}"
_HOLDS = r"(?:contains?|provides?|suppl(?:y|ies)|delivers?)\b"
_SERVINGS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        # "One capsule:", "Two teaspoons (10 mL):", where a sentence or a line begins
        rf"(?:^|[.!?;|\n\u2022\u00b7] ?){_SOME}(?: \([^()\n]{{0,40}}\))? ?:",
        rf"{_SOME}(?: \([^()\n]{{0,40}}\))? {_HOLDS}",
        rf"\bserving size[ \n]?[:=]?[ \n]?{_SOME}",
        rf"\bserving \( ?{_SOME}",
        rf"\b(?:each|every|per) {_SOME}",
        rf"\b(?:each|every) {_UNIT} ?(?::|{_HOLDS})",
        rf"\bper {_UNIT}",
    )
)
_AMOUNT = re.compile(rf"(?P<least>{_NUMBER})(?: ?(?:-|to|or) ?(?P<most>{_NUMBER}))?(?: ?{_UNIT})?", re.ASCII)
_ONCE = frozenset(
    {
        "once per day", "once a day", "once daily", "daily", "every day", "each day", "every morning",
        "every night", "every evening", "nightly",
    }
)  # fmt: skip
_OFTEN = {"twice": 2, "thrice": 3}
_SHORT = {"bid": 2, "b.i.d.": 2, "tid": 3, "t.i.d.": 3, "qid": 4, "q.i.d.": 4}
_TIMES = re.compile(
    rf"(?:(?P<word>{_any_of(_OFTEN)})|(?P<least>{_NUMBER})(?: ?(?:-|to|or) ?(?P<most>{_NUMBER}))? ?(?:times?|x))"
    r" ?(?:(?:per|a|each|every|/) ?day|daily)",
    re.ASCII,
)
MOST_TIMES = 12
# Thirds have no end: what is beyond the twentieth digit comes of dividing, not from a label.
_ROUGH = Context(prec=20)


def of_label(text: str) -> Serving | None:
    """Return the serving a label's amounts are for; None when it names none, or several that differ."""
    plain = _plain(text[:LONGEST_TEXT])
    found = [
        serving
        for pattern in _SERVINGS
        for match in pattern.finditer(plain)
        if (serving := _serving(match)) is not None
    ]
    measures = {_measure(one.count, one.unit) for one in found}
    return found[0] if len(measures) == 1 else None


def _serving(match: re.Match[str]) -> Serving | None:
    said = match.groupdict()
    count = _number(said.get("count") or "1")
    unit = _UNITS[said["unit"].replace("-", " ")]
    if count is None:
        return None
    measured, measure = _measure(count, unit)
    return (
        Serving(count=count, unit=unit) if measured <= _MOST_IN_A_SERVING.get(measure, _MOST_PIECES) else None
    )


def a_day(directions: Directions, *, serving: Serving) -> Taking | None:
    """Return how many servings a day the directions come to; None when that is not certain."""
    at_once = _AMOUNT.fullmatch(_plain(directions.amount))
    times = _times(_plain(directions.frequency))
    if at_once is None or times is None:
        return None
    taken = _most(at_once["least"], at_once["most"])
    unit = _unit_of(at_once["unit"], _plain(directions.format))
    often, leaves_choice = times
    if taken is None or unit is None or len(set(directions.times_of_day)) > often:
        return None
    count, measure = _measure(taken, unit)
    held, label_measure = _measure(serving.count, serving.unit)
    if not _is_same(measure, label_measure) or held <= 0:
        return None
    return Taking(servings=count * often / held, is_up_to=leaves_choice or at_once["most"] is not None)


def daily_amounts(strengths: Iterable[Strength], *, directions: Directions) -> tuple[DailyAmount, ...]:
    """Return the amounts of a day; one is None where the directions do not say how much that is."""
    found = []
    for one in strengths:
        taking = a_day(directions, serving=one.serving)
        found.append(
            DailyAmount(
                substance=one.substance,
                amount=None if taking is None else _ROUGH.plus(one.amount * taking.servings),
                unit=one.unit,
                is_up_to=taking is not None and taking.is_up_to,
            )
        )
    return tuple(found)


def _plain(text: str) -> str:
    """Lower case, single spaces, fractions in figures; line ends stay."""
    for sign, written in _FRACTION_SIGNS.items():
        text = text.replace(sign, written)
    lines = (" ".join(line.split()) for line in text.casefold().translate(_DASHES).split("\n"))
    return "\n".join(lines).strip()


def _number(written: str) -> Decimal | None:
    """Return a number above nothing, or None: "2", "1.5", "1/2", "1 1/2", "two"."""
    figures = _NUMBER_WORDS.get(written.replace("-", " "), written)
    whole, _, fraction = figures.rpartition(" ")
    above, is_fraction, below = fraction.partition("/")
    if is_fraction and below == "0":
        return None
    part = Decimal(above) / Decimal(below) if is_fraction else Decimal(fraction)
    number = Decimal(whole or 0) + part
    return number if 0 < number <= MOST_A_TIME else None


def _most(least: str, most: str | None) -> Decimal | None:
    """Return the larger end. What does not rise ("1-1/2" is one and a half to some) is not understood."""
    low = _number(least)
    if most is None or low is None:
        return low
    high = _number(most)
    return high if high is not None and high > low else None


def _times(frequency: str) -> tuple[int, bool] | None:
    """Return how many times a day, and whether that is the most of a choice."""
    if frequency in _ONCE:
        return 1, False
    if frequency in _SHORT:
        return _SHORT[frequency], False
    match = _TIMES.fullmatch(frequency)
    if match is None:
        return None
    if match["word"]:
        return _OFTEN[match["word"]], False
    often = _most(match["least"], match["most"])
    if often is None or often > MOST_TIMES or often % 1:
        return None
    return int(often), match["most"] is not None


def _unit_of(written: str | None, form: str) -> str | None:
    """Return what is counted: as the amount says, or else the format; None where the two contradict."""
    by_form = _UNITS.get(form)
    if not written:
        return by_form
    unit = _UNITS[written.replace("-", " ")]
    return unit if by_form is None or _is_same(unit, by_form) else None


def _measure(count: Decimal, unit: str) -> tuple[Decimal, str]:
    """Return an amount in the measure it is compared in: spoons in millilitres."""
    return (count * _MILLILITRES[unit], "mL") if unit in _MILLILITRES else (count, unit)


def _is_same(unit: str, other: str) -> bool:
    return unit == other or frozenset({unit, other}) in _SAME
