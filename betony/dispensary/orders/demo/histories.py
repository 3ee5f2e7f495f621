"""What the demo's patients were recommended, and what they ordered. Days are counted back from today."""

from collections.abc import Iterator
from dataclasses import dataclass

from betony.dispensary.orders.demo import chance
from betony.dispensary.orders.demo.people import JUNE, PRIYA, DemoPatient
from betony.dispensary.treatment_plans import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPlan:
    """A plan: `prescriber` is a place in the practice's list, `products` are places among the popular ones."""

    key: str
    days_ago: int
    prescriber: int
    products: tuple[int, ...]
    state: str = rules.ACTIVE
    opened_after_hours: int | None = None
    ordered_days_ago: tuple[int, ...] = ()
    message: str = ""


_MESSAGES = (
    "",
    "",
    "Start with half the amount for the first three days.",
    "Let us look at this again at your next visit.",
    "Please bring the bottles along when you come.",
)


def plans_of(patient: DemoPatient, *, prescribers: int, products: int) -> Iterator[DemoPlan]:
    """The plans of a patient, oldest first; the practice has so many prescribers and popular products."""
    fixed = {JUNE: _of_june, PRIYA: _of_priya}
    if patient.key in fixed:
        yield from fixed[patient.key]()
        return
    count = chance.one_of(f"{patient.key} plans", (0, 1, 1, 2, 2, 3, 4))
    days = sorted(
        (chance.number(f"{patient.key} plan {place} day", patient.days_known) for place in range(count)),
        reverse=True,
    )
    for place, days_ago in enumerate(days):
        yield _plan(f"{patient.key} plan {place}", days_ago, prescribers, products)


def _of_june() -> Iterator[DemoPlan]:
    yield DemoPlan(
        key="june 1", days_ago=212, prescriber=0, products=(0, 3), opened_after_hours=2,
        ordered_days_ago=(210,), message="Good to see you. Take these until we meet again.",
    )  # fmt: skip
    yield DemoPlan(
        key="june 2", days_ago=97, prescriber=0, products=(1, 5, 8), opened_after_hours=20,
        ordered_days_ago=(95,),
    )  # fmt: skip
    yield DemoPlan(key="june 3", days_ago=23, prescriber=0, products=(2,), opened_after_hours=5)


def _of_priya() -> Iterator[DemoPlan]:
    yield DemoPlan(
        key="priya 1", days_ago=120, prescriber=0, products=(4, 7), opened_after_hours=3,
        ordered_days_ago=(118,),
    )  # fmt: skip


def _plan(key: str, days_ago: int, prescribers: int, products: int) -> DemoPlan:
    state = chance.one_of(f"{key} state", (rules.ACTIVE,) * 8 + (rules.CANCELLED, rules.DRAFT))
    is_seen = state != rules.DRAFT and days_ago > 0 and chance.happens(f"{key} opened", 85)
    orders = []
    if is_seen and state == rules.ACTIVE and days_ago > 6 and chance.happens(f"{key} ordered", 75):
        orders.append(days_ago - 1 - chance.number(f"{key} order day", 5))
        if days_ago > 80 and chance.happens(f"{key} ordered again", 35):
            orders.append(days_ago - 45 - chance.number(f"{key} second day", 30))
    return DemoPlan(
        key=key,
        days_ago=days_ago,
        prescriber=chance.number(f"{key} prescriber", prescribers),
        products=tuple(
            chance.some_of(f"{key} products", range(products), 1 + chance.number(f"{key} many", 4))
        ),
        state=state,
        opened_after_hours=1 + chance.number(f"{key} hours", 22) if is_seen else None,
        ordered_days_ago=tuple(orders),
        message=chance.one_of(f"{key} message", _MESSAGES),
    )
