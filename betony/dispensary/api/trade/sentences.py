"""What is wrong with values, in the whole sentences that clients of the public API know."""

from collections.abc import Sequence

from betony.dispensary.patients import rules as patients
from betony.dispensary.treatment_plans import rules as plans

_OF_FIELD = {
    "blank": "can't be blank",
    "invalid": "is invalid",
    "too_long": "is too long",
    "taken": "has already been taken",
}
_OF_PLAN = {
    ("patient", "archived"): "Patient is archived",
    ("practitioner", "invalid"): "Practitioner must exist",
    ("variant", "invalid"): "Variant must exist",
    ("variant", "not_permitted"): "Variant is not available at this clinic",
    ("units_to_purchase", "invalid"): f"Units to purchase must be between 1 and {plans.MOST_UNITS}",
}


def of_patient(problems: Sequence[patients.Problem]) -> list[str]:
    """`Email has already been taken`, one for each problem."""
    return [f"{_words(one.field)} {_OF_FIELD[one.code]}" for one in problems]


def of_plan(problems: Sequence[plans.Problem]) -> list[str]:
    """`Recommendations[2] variant must exist`, one for each problem."""
    return [_of_plan(one) for one in problems]


def _of_plan(problem: plans.Problem) -> str:
    words = _OF_PLAN.get((problem.field, problem.code)) or (
        f"{_words(problem.field)} {_OF_FIELD[problem.code]}"
    )
    if not problem.position:
        return words
    return f"Recommendations[{problem.position}] {words[:1].lower()}{words[1:]}"


def _words(field: str) -> str:
    words = field.replace("_", " ")
    return words[:1].upper() + words[1:]
