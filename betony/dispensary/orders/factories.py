"""Records for tests: orders placed the way patients place them. Call inside `tenancy.organization(…)`."""

from betony.dispensary.orders import actions, rules
from betony.dispensary.orders.models import Order
from betony.dispensary.patients import factories as patients
from betony.dispensary.treatment_plans.models import TreatmentPlan

ADDRESS = {
    "address1": "12 Mill Lane", "address2": "", "city": "Ithaca", "state": "NY", "zipcode": "14850",
    "country": "US",
}  # fmt: skip


def order(plan: TreatmentPlan) -> Order:
    """Return an order of everything on an active plan, placed by its patient at the shop."""
    by = patients.carol(plan.patient)
    cart = actions.add_plan_to_cart(by=by, plan=plan)
    return actions.place_order(by=by, cart=cart, payment=rules.TEST_CARD, shipped_to=ADDRESS)
