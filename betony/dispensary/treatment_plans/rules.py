"""What a treatment plan may be and become: pure functions over values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

DRAFT, ACTIVE, CANCELLED = "draft", "active", "cancelled"
PLAN_MOVES: Mapping[str, frozenset[str]] = {
    DRAFT: frozenset({ACTIVE, CANCELLED}),
    ACTIVE: frozenset({CANCELLED}),
    CANCELLED: frozenset(),
}

# The public API names no limit; this one is far above what anybody prescribes, and its own clients keep it.
MOST_RECOMMENDATIONS = 500
MOST_UNITS = 100
LONGEST_MESSAGE = 5000
LONGEST_METADATA = 255
LONGEST = {
    "take_with": 80,
    "dosage_amount": 80,
    "dosage_frequency": 80,
    "dosage_duration": 80,
    "dosage_format": 80,
    "dosage_additional_info": 500,
}
LONGEST_TIME_OF_DAY = 40

FREQUENCIES = (
    "once per day",
    "twice per day",
    "three times per day",
    "four times per day",
    "every morning",
    "every night",
)
DURATIONS = ("7", "14", "30", "60", "90", "120", "as needed", "until symptoms resolve", "ongoing")
TAKE_WITH = ("food", "water", "empty_stomach")
TIMES_OF_DAY = ("morning", "midday", "evening", "bedtime")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecommendationValues:
    """One product on a plan. Dosage words are kept as they come: practices use words of their own."""

    variant_id: UUID
    units_to_purchase: int = 1
    refill: bool = False
    take_with: str = ""
    dosage_amount: str = ""
    dosage_frequency: str = ""
    dosage_duration: str = ""
    dosage_format: str = ""
    dosage_time_of_day: tuple[str, ...] = ()
    dosage_additional_info: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot be kept, and why; `position` is the recommendation's, from 1, or 0 for the plan's own."""

    field: str
    code: str
    position: int = 0


def may_become(state: str, wanted: str) -> bool:
    """Tell whether a plan in this state may move to the other."""
    return wanted in PLAN_MOVES[state]


def problems(*, message: str, recommendations: Sequence[RecommendationValues]) -> list[Problem]:
    """Return what is wrong with the words and numbers of a plan; empty when nothing is."""
    return list(_problems(message, recommendations))


def _problems(message: str, recommendations: Sequence[RecommendationValues]) -> Iterator[Problem]:
    if len(message) > LONGEST_MESSAGE:
        yield Problem("personal_message", "too_long")
    if not recommendations:
        yield Problem("recommendations", "blank")
    if len(recommendations) > MOST_RECOMMENDATIONS:
        yield Problem("recommendations", "too_long")
    for position, one in enumerate(recommendations, start=1):
        if not 1 <= one.units_to_purchase <= MOST_UNITS:
            yield Problem("units_to_purchase", "invalid", position)
        for field, most in LONGEST.items():
            if len(getattr(one, field)) > most:
                yield Problem(field, "too_long", position)
        times = one.dosage_time_of_day
        if len(times) > 8 or any(len(word) > LONGEST_TIME_OF_DAY for word in times):
            yield Problem("dosage_time_of_day", "too_long", position)
