"""Addresses of patients, plans, orders, events and deliveries, below /api/."""

from betony.dispensary.api import frame
from betony.dispensary.api.practice import metadata
from betony.dispensary.api.trade import events, orders, patients, plans
from betony.dispensary.webhooks.rules import FAMILIES

metadata.register("patient", metadata.Source(patients.referred_to, patients.write_found, ("patients:read",)))
metadata.register("treatment_plan", metadata.Source(plans.referred_to, plans.write_found, plans.READERS))

_PATIENT = "clinic/patients/<uuid:patient_id>"
_PLAN = "clinic/treatment_plans/<uuid:plan_id>"

urlpatterns = [
    frame.route("clinic/patients", GET=patients.list_patients, POST=patients.add_patient),
    frame.route(_PATIENT, GET=patients.show_patient, PATCH=patients.change_patient),
    frame.route("clinic/search/patients", GET=patients.search_patients),
    frame.route(f"{_PATIENT}/dependents", GET=patients.list_dependents),
    frame.route(f"{_PATIENT}/addresses", GET=patients.list_addresses),
    frame.route(f"{_PATIENT}/orders", GET=orders.list_orders_of_patient),
    frame.route(f"{_PATIENT}/treatment_plans", GET=plans.list_plans, POST=plans.create_plan),
    frame.route(_PLAN, GET=plans.show_plan, PATCH=plans.change_plan),
    frame.route(f"{_PLAN}/activate", PATCH=plans.activate_plan, POST=plans.activate_plan),
    frame.route(f"{_PLAN}/cancel", PATCH=plans.cancel_plan, POST=plans.cancel_plan),
    frame.route(f"{_PLAN}/in_office_checkout", POST=plans.start_in_office_checkout),
    frame.route("clinic/orders", GET=orders.list_orders),
    frame.route("clinic/orders/<uuid:order_id>", GET=orders.show_order),
    *(frame.route(f"events/{family}", GET=events.lister(family)) for family in FAMILIES),
    frame.route("events/<uuid:event_id>", GET=events.show_event),
    frame.route("webhooks/deliveries", GET=events.list_deliveries),
]
