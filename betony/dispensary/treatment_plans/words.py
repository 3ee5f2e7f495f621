"""A dosage as people read it, in the language that is active.

Practices use the vendor's words or words of their own. The vendor's are known and translated; their own stay as they
were written.
"""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from betony.dispensary.treatment_plans.rules import RecommendationValues

_KNOWN: dict[str, "Promise | str"] = {
    "once per day": gettext_lazy("once per day"),
    "twice per day": gettext_lazy("twice per day"),
    "three times per day": gettext_lazy("three times per day"),
    "four times per day": gettext_lazy("four times per day"),
    "every morning": gettext_lazy("every morning"),
    "every night": gettext_lazy("every night"),
    "as needed": gettext_lazy("as needed"),
    "until symptoms resolve": gettext_lazy("until symptoms resolve"),
    "ongoing": gettext_lazy("ongoing"),
    "morning": gettext_lazy("in the morning"),
    "midday": gettext_lazy("at midday"),
    "evening": gettext_lazy("in the evening"),
    "bedtime": gettext_lazy("at bedtime"),
}
_TAKEN_WITH: dict[str, "Promise | str"] = {
    "food": gettext_lazy("with food"),
    "water": gettext_lazy("with water"),
    "empty_stomach": gettext_lazy("on an empty stomach"),
}
_FORMS: dict[str, Callable[[int], str]] = {
    "capsule": lambda number: ngettext("capsule", "capsules", number),
    "chewable": lambda number: ngettext("chewable", "chewables", number),
    "drop": lambda number: ngettext("drop", "drops", number),
    "drops": lambda number: ngettext("drop", "drops", number),
    "gel": lambda _number: _("of gel"),
    "liquid": lambda _number: _("of liquid"),
    "lozenge": lambda number: ngettext("lozenge", "lozenges", number),
    "packet": lambda number: ngettext("packet", "packets", number),
    "pellet": lambda number: ngettext("pellet", "pellets", number),
    "powder": lambda _number: _("of powder"),
    "strip": lambda number: ngettext("strip", "strips", number),
    "suppository": lambda number: ngettext("suppository", "suppositories", number),
    "tablet": lambda number: ngettext("tablet", "tablets", number),
}


def dosage(one: RecommendationValues) -> str:
    """Return the dosage in one line: `1-2 capsules, once per day, 30 days, in the morning, with food`."""
    times = ", ".join(_said(word) for word in one.dosage_time_of_day)
    parts = (
        _amount(one.dosage_amount, one.dosage_format), _said(one.dosage_frequency),
        _duration(one.dosage_duration), times, _taken_with(one.take_with), one.dosage_additional_info,
    )  # fmt: skip
    return ", ".join(part for part in parts if part)


def _said(word: str) -> str:
    return str(_KNOWN.get(word, word))


def _amount(amount: str, form: str) -> str:
    named = _FORMS.get(form)
    number = 1 if amount in ("1", "1/2", "½") else 2
    return " ".join(part for part in (amount, named(number) if named else form) if part)


def _duration(duration: str) -> str:
    if not duration.isdecimal():
        return _said(duration)
    days = int(duration[:6])
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def _taken_with(what: str) -> str:
    if what in _TAKEN_WITH:
        return str(_TAKEN_WITH[what])
    return _("with %(what)s") % {"what": what.replace("_", " ")} if what else ""
