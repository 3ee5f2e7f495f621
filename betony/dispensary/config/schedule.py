"""Every job of the dispensary: imported here, so that workers know them all."""

from betony.dispensary.accounts import jobs as accounts
from betony.dispensary.api import jobs as api
from betony.dispensary.patients import jobs as patients
from betony.dispensary.practices import jobs as practices
from betony.dispensary.treatment_plans import jobs as treatment_plans
from betony.dispensary.webhooks import jobs as webhooks
from betony.kit.jobs import upkeep

__all__ = ["accounts", "api", "patients", "practices", "treatment_plans", "upkeep", "webhooks"]
