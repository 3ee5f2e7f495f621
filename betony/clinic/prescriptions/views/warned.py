"""What pages show of the safety check: each warning with both sides, its source, and what was not looked at."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from betony.clinic.patients.models import Patient
from betony.clinic.prescriptions import checking, forms, words
from betony.clinic.prescriptions.models import Dispensary, Prescription, PrescriptionItem
from betony.clinic.safety import rules as safety
from betony.kit import clock

# Pairs grow with the square of what is taken; past these the rest is counted.
MOST_SHOWN = 40


def of_draft(
    patient: Patient,
    prescription: Prescription,
    items: Sequence[PrescriptionItem],
    typed: Mapping[str, Any] | None,
    *,
    says_missing: bool = False,
) -> dict[str, Any]:
    """Return the context of the warnings about a draft, with a field for the reason of each severe one.

    What was `typed` stands in them again; `says_missing` says beside each what is wrong with it.
    """
    checked = checking.check(
        patient=patient, dispensary=prescription.dispensary, prescription=prescription,
        products=checking.candidates(items), today=_today(),
    )  # fmt: skip
    form = forms.ReasonsForm(typed if says_missing else None, severe=checked.severe, typed=typed)
    return {
        "reasons_form": form,
        "warnings": [
            _warning(one, checked, form[forms.REASON + one.digest] if one.must_be_acknowledged else None)
            for one in _each_total_once(checked.warnings)
        ],
        "unchecked_keys": checked.unchecked_keys,
        "is_any_checked": len(checked.unchecked_keys) < len(items),
        "silent": _silent(checked.assessment.no_data),
        "unknown": _unknown(checked.assessment),
        "uncounted": _uncounted(checked.assessment),
    }


def of_candidate(
    patient: Patient, dispensary: Dispensary, chosen: checking.Candidate, draft: Prescription | None
) -> dict[str, Any]:
    """Return the context of the warnings about a product that is looked at, and what it is known to hold."""
    others = checking.candidates(draft.items.order_by("position", "pk")) if draft else []
    checked = checking.check(
        patient=patient, dispensary=dispensary, prescription=draft, today=_today(),
        # First, so that pairs of products are told as this one with the others.
        products=[chosen, *(one for one in others if one.key != chosen.key)],
    )  # fmt: skip
    own = [one for one in checked.assessment.no_data if one.product.key == chosen.key]
    return {
        "warnings": [_warning(one, checked, None) for one in checked.about(chosen.key)],
        "is_unchecked": chosen.key in checked.unchecked_keys,
        "ingredients": _ingredients(checked.products[chosen.key]),
        "is_still_learning": checked.is_still_learning,
        "silent": _silent(own),
        "unknown": [],
        "uncounted": [one for one in _uncounted(checked.assessment) if one["held_by"] == chosen.name],
        "is_counted": any(one.finding.total for one in checked.about(chosen.key)),
    }


def _each_total_once(warnings: Sequence[checking.Warned]) -> list[checking.Warned]:
    """Leave out a total that stands there already: each product that adds to it has such a warning.

    One that asks for a reason stays, or nobody could give it.
    """
    totals: set[str] = set()
    kept = []
    for one in warnings:
        total = one.finding.total
        if total is None or one.must_be_acknowledged or total.substance not in totals:
            kept.append(one)
        if total is not None:
            totals.add(total.substance)
    return kept


def _today() -> Any:
    return timezone.localdate(clock.now())


def _warning(one: checking.Warned, checked: checking.Checked, field: Any) -> dict[str, Any]:
    return {
        "finding": one.finding,
        "severity": words.SEVERITIES[one.finding.severity],
        "is_mild": one.finding.severity == "mild",
        "total": words.total(one.finding.total) if one.finding.total else "",
        "learned": _learned(one.finding, checked),
        "must_be_acknowledged": one.must_be_acknowledged,
        "acknowledgement": one.acknowledgement,
        "field": field,
    }


def _learned(finding: safety.Finding, checked: checking.Checked) -> safety.Substance | None:
    """Return the substance of the product that the warning is about, with where and when it was learned."""
    held = checked.products[finding.product.key].substances or ()
    return next((one for one in held if one.name == finding.left.label), None)


def _ingredients(product: safety.Product) -> list[dict[str, Any]]:
    """Return what the product is known to hold, by where and when that was learned."""
    groups: dict[tuple[str, Any], list[str]] = {}
    for one in product.substances or ():
        groups.setdefault((one.origin, one.seen_on), []).append(one.name)
    return [
        {"origin": origin, "seen_on": seen_on, "names": ", ".join(names)}
        for (origin, seen_on), names in groups.items()
    ]


def _silent(pairs: Sequence[safety.NoData]) -> dict[str, Any]:
    """Return the pairs nothing is known about: how many, and the first of them by name."""
    shown = [{"left": one.product.name, "right": one.right} for one in pairs[:MOST_SHOWN]]
    return {"pairs": shown, "count": len(pairs), "more": len(pairs) - len(shown)}


def _unknown(assessment: safety.Assessment) -> list[str]:
    """Return names that the table does not know, so that nothing could be looked up under them."""
    return list(dict.fromkeys(one.name for one in assessment.unknown_names))


def _uncounted(assessment: safety.Assessment) -> list[dict[str, Any]]:
    """Return what could not be counted in a day's total, and why."""
    rows = dict.fromkeys((one.substance, one.held_by, one.reason) for one in assessment.unknown_amounts)
    return [
        {"substance": substance, "held_by": held_by, "why": words.UNKNOWN_AMOUNTS[reason]}
        for substance, held_by, reason in rows
    ]
