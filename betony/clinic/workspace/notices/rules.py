"""What kinds of notices there are, who may see them, and how often they ring. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# Nobody is mailed about what they have read, or what settled itself, in the meantime.
MAIL_WAITS = timedelta(minutes=2)
KEPT = timedelta(days=90)
MOST_IN_PANEL = 8


class Kind(StrEnum):
    """What a notice is about."""

    NOT_SENT = "not_sent"
    CHANGE_NOT_SENT = "change_not_sent"
    TAKEN_BACK = "taken_back"
    CONNECTION_BROKE = "connection_broke"
    TO_CONFIRM = "to_confirm"
    NOBODY_CONNECTED = "nobody_connected"


@dataclass(frozen=True, slots=True)
class KindRule:
    """`needs`: without this permission a notice of the kind is neither given, shown, counted nor mailed."""

    needs: str
    is_mailed: bool


KINDS: Mapping[Kind, KindRule] = {
    Kind.NOT_SENT: KindRule(needs="prescriptions.history", is_mailed=True),
    Kind.CHANGE_NOT_SENT: KindRule(needs="prescriptions.history", is_mailed=True),
    Kind.TAKEN_BACK: KindRule(needs="prescriptions.history", is_mailed=True),
    Kind.CONNECTION_BROKE: KindRule(needs="prescriptions.connect", is_mailed=True),
    Kind.TO_CONFIRM: KindRule(needs="prescriptions.confirm_patients", is_mailed=False),
    Kind.NOBODY_CONNECTED: KindRule(needs="settings.manage", is_mailed=True),
}


def kinds_for(may: Callable[[str], bool]) -> list[Kind]:
    """Return the kinds somebody with these permissions may see."""
    return [kind for kind, rule in KINDS.items() if may(rule.needs)]


def is_mailed(kind: Kind, wishes: Mapping[str, bool]) -> bool:
    """Tell whether somebody with these wishes (kind to yes or no) gets a mail; unsaid, the kind decides."""
    return wishes.get(kind, KINDS[kind].is_mailed)


def rings_again(*, occasion_before: str, occasion: str, is_settled: bool) -> bool:
    """Tell whether a notice that is there already becomes new again: for another occasion, or after it settled.

    The same event twice is the same occasion, and rings once.
    """
    return is_settled or occasion != occasion_before
